"""The bounds and switches of the site, in one place."""

import msgspec

__all__ = ["Settings"]


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
    none. reload: take up changed content by itself, for those who write it.
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
