"""Links between articles: the relative path of the other file, as it works on a code host too."""

import posixpath
from urllib.parse import urlsplit

import msgspec

from whydenied.kb.article import KIND_OF_FOLDER

__all__ = ["LinkTarget", "article_link", "is_external", "scheme_of"]


class LinkTarget(msgspec.Struct, frozen=True):
    """The article and heading that a link means."""

    kind: str
    id: str
    anchor: str


def scheme_of(href: str) -> str:
    """Return the scheme of an address; "" for none, and for what is no address."""
    try:
        return urlsplit(href).scheme
    except ValueError:
        return ""


def is_external(href: str) -> bool:
    """Tell whether a link leaves the content: it has a scheme or a host."""
    try:
        parts = urlsplit(href)
    except ValueError:
        # `http://[x`: no address at all; it leads nowhere, and so not to an article either.
        return True
    return bool(parts.scheme or parts.netloc)


def article_link(href: str, path: str) -> LinkTarget | None:
    """Read a link in the article at this path (`causes/x.md`); None where it is not the path of an article."""
    if is_external(href):
        return None
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or parts.query or not parts.path.endswith(".md"):
        return None
    folder, _, name = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)).partition("/")
    if folder not in KIND_OF_FOLDER or "/" in name:
        return None
    return LinkTarget(KIND_OF_FOLDER[folder], name.removesuffix(".md"), parts.fragment)
