"""The bounds and switches of the site, and how `WHYDENIED_…` variables set them (docs/operations.md lists those)."""

import re
from collections.abc import Callable, Mapping

import msgspec

__all__ = ["VARIABLES", "Settings", "settings_from"]


class Settings(msgspec.Struct, frozen=True):
    """What an operator may set, with the defaults that `make run` uses.

    max_paste: characters of pasted text. max_body: bytes of a request; a form writes many characters as three
    bytes, so this is larger. max_policies: bytes of a request with policies to evaluate. max_query_string: bytes
    after the `?` of an address. frame_ancestors: who may frame a page. access_log: a line a request, with the route
    in place of the address. public_url: where the site is reached, for addresses that others use (the feed, oEmbed);
    '' for whatever address it is asked by. cors_origins: pages of which other sites may call the API (`*` for all).
    rate_limit: requests a minute from one address in one worker, beyond which it is asked to wait; 0 for no limit.
    proxies: how many proxies in front are ours, and believed about who asks. metrics: serve /metrics. json_logs: a
    line of JSON for every line of the log. gaps: the file for fingerprints of what found nothing; '' keeps
    none. reload: take up changed content by itself, for those who write it. slack_signing_secret, mattermost_token,
    teams_secret: what a chat proves itself with; '' for no such door.
    """

    max_paste: int = 256 * 1024
    max_body: int = 1024 * 1024
    max_policies: int = 4 * 1024 * 1024
    max_query_string: int = 2_000
    frame_ancestors: str = "'self'"
    access_log: bool = False
    public_url: str = ""
    cors_origins: tuple[str, ...] = ()
    rate_limit: int = 0
    proxies: int = 0
    metrics: bool = True
    json_logs: bool = False
    gaps: str = ""
    reload: bool = False
    slack_signing_secret: str = ""
    mattermost_token: str = ""
    teams_secret: str = ""


Setting = str | int | bool | tuple[str, ...]

_YES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
# Origins, `'self'`, `'none'`, and `https:` or `*.example.com` as the header has them.
_ANCESTORS = re.compile(r"'self'|'none'|\*|https?:|(https?://)?(\*\.)?[A-Za-z0-9.-]+(:(\d{1,5}|\*))?")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 1_000_000:
        raise ValueError("is not a whole number up to 1000000")
    return int(text)


def _switch(text: str) -> bool:
    if text.lower() not in _YES:
        raise ValueError("is neither `on` nor `off`")
    return _YES[text.lower()]


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text.rstrip("/")):
        raise ValueError("is not an address such as https://whydenied.example.com, without a path")
    return text.rstrip("/")


def _origins(text: str) -> tuple[str, ...]:
    return ("*",) if text.strip() == "*" else tuple(map(_origin, text.split()))


def _ancestors(text: str) -> str:
    if not all(map(_ANCESTORS.fullmatch, text.split())):
        raise ValueError("is not a list of addresses, separated by spaces, such as 'self' https://wiki.example.com")
    return " ".join(text.split())


# The variable, the setting it gives, how it is read.
VARIABLES: dict[str, tuple[str, Callable[[str], Setting]]] = {
    "WHYDENIED_PUBLIC_URL": ("public_url", _origin),
    "WHYDENIED_FRAME_ANCESTORS": ("frame_ancestors", _ancestors),
    "WHYDENIED_CORS_ORIGINS": ("cors_origins", _origins),
    "WHYDENIED_RATE_LIMIT": ("rate_limit", _count),
    "WHYDENIED_PROXIES": ("proxies", _count),
    "WHYDENIED_METRICS": ("metrics", _switch),
    "WHYDENIED_ACCESS_LOG": ("access_log", _switch),
    "WHYDENIED_JSON_LOGS": ("json_logs", _switch),
    "WHYDENIED_GAPS": ("gaps", str),
    "WHYDENIED_RELOAD": ("reload", _switch),
    "WHYDENIED_SLACK_SIGNING_SECRET": ("slack_signing_secret", str),
    "WHYDENIED_MATTERMOST_TOKEN": ("mattermost_token", str),
    "WHYDENIED_TEAMS_SECRET": ("teams_secret", str),
}


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; a variable that is not there, or empty, leaves its default.

    Raises ValueError, naming the variable, for a value that cannot be meant.
    """
    values: dict[str, Setting] = {}
    for variable, (name, read) in VARIABLES.items():
        text = environment.get(variable, "")
        if text:
            try:
                values[name] = read(text)
            except ValueError as error:
                raise ValueError(f"{variable}: `{text}` {error}") from None
    return msgspec.convert(values, Settings)
