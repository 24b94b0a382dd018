"""Making a page of the live site one that stands alone: its links lead to files, its forms send nothing."""

import re
from html import escape, unescape

from whydenied.server.export.places import address_of, is_exported

__all__ = ["NO_SITE", "links", "standing_alone"]

NO_SITE = "/needs-a-site/"
"""Where links lead whose page only a running site can make, where none is named."""

_LINK = re.compile(r'(<(?:a|link|script|img|iframe)\b[^>]*?\s(?:href|src)=")(/[^"]*)(")')
_FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>')
_SUGGEST = re.compile(r'<script type="module" src="/static/suggest\.[^"]*"></script>\n?')
_SEARCH = re.compile(r'<link rel="search"[^>]*>\n?')
_HEAD = "<head>\n"


def links(page: str) -> list[str]:
    """Return the addresses of this site that a page links to."""
    return [unescape(address) for _, address, _ in _LINK.findall(page)]


def standing_alone(page: str, policy: str, live: str = "") -> str:
    """Return an HTML page of the live site as one for a folder of files.

    policy: its Content-Security-Policy, but for what only a header can say. live: the address of a running site, for
    what no file can be; "" for none."""

    def to(match: re.Match[str]) -> str:
        address = unescape(match[2])
        there = address_of(address) if is_exported(address) else live + address if live else NO_SITE
        return match[1] + escape(there) + match[3]

    page = _LINK.sub(to, _SEARCH.sub("", _SUGGEST.sub(_FIND, page)))
    # A form that is no dialog's and says that it is sends nothing, with script or without.
    page = _FORM.sub('<form method="dialog" data-find>', page)
    return page.replace(_HEAD, f'{_HEAD}<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n', 1)


_FIND = '<script type="module" src="/static/find.js"></script>\n'
