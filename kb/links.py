"""Links between articles: the relative path of the other file, as it works on a code host too."""

import posixpath
from urllib.parse import urlsplit

import msgspec

from kb.article import KIND_OF_FOLDER

__all__ = ["Target", "article_link", "is_external"]


class Target(msgspec.Struct, frozen=True):
    """The article and heading that a link means."""

    kind: str
    id: str
    anchor: str


def is_external(href: str) -> bool:
    """Tell whether a link leaves the content: it has a scheme or a host."""
    parts = urlsplit(href)
    return bool(parts.scheme or parts.netloc)


def article_link(href: str, path: str) -> Target | None:
    """Read a link in the article at this path (`causes/x.md`); None where it is not the path of an article."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or parts.query or not parts.path.endswith(".md"):
        return None
    folder, _, name = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)).partition("/")
    if folder not in KIND_OF_FOLDER or "/" in name:
        return None
    return Target(KIND_OF_FOLDER[folder], name.removesuffix(".md"), parts.fragment)
