"""The operator's settings, from `WHYDENIED_…` variables of the environment; docs/operations.md lists them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from server.settings import Settings

__all__ = ["VARIABLES", "settings_from"]

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
VARIABLES: dict[str, tuple[str, Callable[[str], Any]]] = {
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
}


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; a variable that is not there, or empty, leaves its default.

    Raises ValueError, naming the variable, for a value that cannot be meant.
    """
    values = {}
    for variable, (name, read) in VARIABLES.items():
        text = environment.get(variable, "")
        if text:
            try:
                values[name] = read(text)
            except ValueError as error:
                raise ValueError(f"{variable}: `{text}` {error}") from None
    return Settings(**values)
