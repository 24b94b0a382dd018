"""The bounds and switches of the site, in one place."""

import msgspec

__all__ = ["Settings"]


class Settings(msgspec.Struct, frozen=True):
    """What an operator may set, with the defaults that `make run` uses.

    max_paste: characters of pasted text. max_body: bytes of a request; a form writes many characters as three
    bytes, so this is larger. max_policies: bytes of a request with policies to evaluate. max_query_string: bytes
    after the `?` of an address. frame_ancestors: who may frame a page. access_log: a line a request, with the route
    in place of the address.
    """

    max_paste: int = 256 * 1024
    max_body: int = 1024 * 1024
    max_policies: int = 4 * 1024 * 1024
    max_query_string: int = 2_000
    frame_ancestors: str = "'self'"
    access_log: bool = False
