"""Which file an address of the site becomes: the same address, as a folder with a page in it.

`/articles/x` is `articles/x/index.html`, which every web server finds at `/articles/x/`; `/articles/x.md` is that file.
A step of the wizard stands in a query, which no file has: `/wizard?failing=s3` is `wizard/failing=s3/index.html`.
"""

import re
from urllib.parse import parse_qsl, urlsplit

__all__ = ["DEPTH", "address_of", "file_of", "is_exported"]

DEPTH = 3
"""Answers that a step of the wizard may hold to be a file."""

_LISTS = re.compile(r"/(?:articles|codes|services|gates)(?:/|(?:/[\w.-]+)?(?:\.md|\.json)?)?")
_PAGES = re.compile(
    r"/|/about|/wizard/map(?:/[\w.-]+)?|/embed/articles/[\w.-]+|/embed\.js|/static/[\w.-]+|/favicon\.ico"
    r"|/(?:robots|llms)\.txt|/(?:sitemap|feed)\.xml"
)
_WIZARDS = ("/wizard", "/embed/wizard")
_FRAMED_DEPTH = 2


def address_of(address: str) -> str:
    """Return the address, within the site, under which a link of the live site is found in the export.

    address: a path with query and fragment. What only some pages have (where a reader comes from) is left out."""
    parts = urlsplit(address)
    path, fragment = parts.path, f"#{parts.fragment}" if parts.fragment else ""
    if path.rstrip("/") in _WIZARDS:
        answers = "&".join(f"{name}={value}" for name, value in parse_qsl(parts.query) if name not in ("from", "ask"))
        path = f"{path.rstrip('/')}/{answers}" if answers else path.rstrip("/")
    elif path.startswith("/embed/articles/") and parts.query.startswith("section="):
        fragment = f"#{parts.query.removeprefix('section=')}"
    if not path.endswith("/") and not re.search(r"\.(?:md|json|js|css|svg|ico|xml|txt)\Z", path):
        path += "/"
    return path + fragment


def is_exported(address: str) -> bool:
    """Say whether an address of the live site becomes a file."""
    parts = urlsplit(address)
    path, query = parts.path, parse_qsl(parts.query)
    if path.rstrip("/") in _WIZARDS:
        depth = DEPTH if path.startswith("/wizard") else _FRAMED_DEPTH
        asked = any(name == "ask" for name, _ in query)
        return not asked and sum(name != "from" for name, _ in query) <= depth
    return bool(_LISTS.fullmatch(path) or _PAGES.fullmatch(path))


def file_of(address: str) -> str:
    """Return the path of the file of an exported address, from the folder of the export."""
    path = address_of(address).partition("#")[0]
    return path.lstrip("/") + ("index.html" if path.endswith("/") else "")
