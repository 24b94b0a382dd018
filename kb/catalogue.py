"""The catalogue: every article of the content folders, with later folders laid over earlier ones.

Reading and validating some hundred files takes a second, so the result is kept in one compiled file. It is
used only when nobody else can have written it, and every content file (path, size, time of change) and the
code that reads them are what they were; it is msgpack, which can hold data only.
"""

import contextlib
import os
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from whydenied.kb.article import FOLDERS, Article
from whydenied.kb.cache import cache_folder, read_trusted, write_whole
from whydenied.kb.problems import Problem

if TYPE_CHECKING:
    from whydenied.kb.loader import Unusable

__all__ = [
    "SHIPPED",
    "Catalogue",
    "Use",
    "content_files",
    "content_state",
    "default_roots",
    "load_catalogue",
    "ship_catalogue",
]

_HERE = Path(__file__).resolve().parent
_LOADED = time.time_ns()
# A change to any of these may change what is read from the same content.
_READERS = ("article.py", "frontmatter.py", "loader.py", "problems.py", "schema.py", "catalogue.py")

_Stamp = tuple[str, int, int]
_File = tuple[Path, str, str, os.stat_result]

# What a package brings compiled (`whydenied build --into`): the catalogue and the search index. Not in a checkout.
SHIPPED = _HERE.parent / "compiled"
_SHIPPED_NAME = "catalogue.msgpack"


class Catalogue:
    """All articles by kind and id.

    problems: what was wrong with the files that are not here. digest: a name for exactly this content.
    """

    def __init__(self, articles: Iterable[Article], problems: Sequence[Problem] = (), digest: str = "") -> None:
        self.articles: Mapping[tuple[str, str], Article] = {(a.kind, a.id): a for a in articles}
        self.problems = list(problems)
        self.digest = digest
        self._by_id: dict[str, Article] = {}
        for article in self.articles.values():
            for alias in article.meta["aliases"]:
                self._by_id.setdefault(alias, article)
        # An id in use wins over somebody's former id.
        self._by_id.update({article.id: article for article in self.articles.values()})

    def get(self, kind: str, article_id: str) -> Article | None:
        """Return the article of this kind and id."""
        return self.articles.get((kind, article_id))

    def of(self, kind: str) -> list[Article]:
        """Return the articles of one kind, sorted by id."""
        return sorted((a for a in self.articles.values() if a.kind == kind), key=lambda a: a.id)

    def find(self, article_id: str) -> Article | None:
        """Return the article with this id or former id, whatever its kind."""
        return self._by_id.get(article_id)

    def plain(self, kind: str) -> list[dict[str, Any]]:
        """Return the front matter of one kind with `id` added: plain data for the engine."""
        return [{"id": article.id, **article.meta} for article in self.of(kind)]

    def __len__(self) -> int:
        return len(self.articles)


class _Compiled(msgspec.Struct, array_like=True):
    """The compiled file."""

    stamps: list[_Stamp]
    digest: str
    articles: list[Article]
    problems: list[Problem]


def default_roots() -> list[Path]:
    """Return our own content, then the folders of `WHYDENIED_CONTENT` in their order."""
    own = _HERE.parent / "content"
    extra = os.environ.get("WHYDENIED_CONTENT", "").split(os.pathsep)
    return [own, *(Path(folder) for folder in extra if folder)]


def content_files(root: Path) -> list[tuple[str, str, os.stat_result]]:
    """Return (kind, file name, stat) of every article file in a content folder, sorted.

    A name that leads to no file (a dangling link, a pipe) is among them: reading it says what is wrong with it. So
    is no folder that cannot be listed.
    """
    found: list[tuple[str, str, os.stat_result]] = []
    for kind, folder in FOLDERS.items():
        with contextlib.suppress(OSError), os.scandir(root / folder) as entries:
            articles = [entry for entry in entries if _is_article(entry.name)]
            found += [(kind, entry.name, status) for entry in articles if (status := _status(entry))]
    return sorted(found, key=lambda item: item[:2])


def _status(entry: "os.DirEntry[str]") -> os.stat_result | None:
    """Return what is known of a file, or of the link that leads to none; None where it is gone by now."""
    for follow in (True, False):
        with contextlib.suppress(OSError):
            return entry.stat(follow_symlinks=follow)
    return None


def content_state(roots: Sequence[Path]) -> list[tuple[str, str, int, int]]:
    """Return what tells one state of the content from another: names, sizes and times of the files."""
    files = [file for root in roots for file in content_files(root)]
    return [(kind, name, stat.st_size, stat.st_mtime_ns) for kind, name, stat in files]


def _is_article(name: str) -> bool:
    return name.endswith(".md") and name[0] not in "._" and name != "README.md"


class Use(msgspec.Struct, frozen=True):
    """What articles are loaded for: `unusable` names those that do not serve it (kb.loader.Unusable).

    code: the files that decide it; where they change, what was compiled is compiled again.
    """

    name: str
    code: tuple[Path, ...]
    unusable: "Unusable"


def load_catalogue(roots: Sequence[Path] | None = None, use: Use | None = None) -> Catalogue:
    """Load all articles; a later root adds to the earlier ones or replaces by kind and id.

    A file with problems, or that cannot be used, is left out and its problems are in the result; whoever calls
    decides.
    """
    roots = [Path(root).absolute() for root in (default_roots() if roots is None else roots)]
    files = [(root, *file) for root in roots for file in content_files(root)]
    if (found := _shipped(roots, files, use)) is not None:
        return Catalogue(found.articles, found.problems, found.digest)
    stamps = _code_stamps(use) + [
        (f"{root}/{FOLDERS[kind]}/{name}", stat.st_size, stat.st_mtime_ns) for root, kind, name, stat in files
    ]
    folder = cache_folder()
    folders = os.pathsep.join([*map(str, roots), use.name if use else ""])
    name = f"catalogue-{zlib.crc32(folders.encode(errors='replace')):08x}.msgpack"
    compiled = _read_compiled(folder / name, stamps) if folder else None
    if compiled is None:
        # Here and not above: pydantic and YAML cost more than the whole of a warm start.
        from whydenied.kb.loader import read_articles

        named = [(root, kind, name) for root, kind, name, _ in files]
        articles, problems, digest = read_articles(roots, named, use.unusable if use else None)
        compiled = _Compiled(stamps, digest, articles, problems)
        if folder and not _is_replaced(use):
            write_whole(folder / name, msgspec.msgpack.encode(compiled))
    return Catalogue(compiled.articles, compiled.problems, compiled.digest)


def _is_replaced(use: Use | None) -> bool:
    """Tell whether code lies there that came after this process had loaded its own: what it compiled is not that
    code's, whose stamps it would have."""
    try:
        return any(path.stat().st_mtime_ns > _LOADED for path in _code(use))
    except OSError:
        return False


def ship_catalogue(use: Use, folder: Path) -> Catalogue:
    """Compile our own content for a package that brings it along: `catalogue.msgpack` in a folder.

    Installed, it is told from another content by names, sizes and the code that read it, not by times."""
    own = default_roots()[0]
    catalogue = load_catalogue([own], use)
    stamps = _shipped_stamps([(own, *file) for file in content_files(own)], use)
    compiled = _Compiled(stamps, catalogue.digest, list(catalogue.articles.values()), catalogue.problems)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _SHIPPED_NAME).write_bytes(msgspec.msgpack.encode(compiled))
    return catalogue


def _shipped(roots: Sequence[Path], files: Sequence[_File], use: Use | None) -> "_Compiled | None":
    """Return what came compiled with the package, where it is of just this content."""
    if use is None or [*roots] != [_HERE.parent / "content"]:
        return None
    try:
        # As trustworthy as the code that lies beside it.
        compiled = msgspec.msgpack.decode((SHIPPED / _SHIPPED_NAME).read_bytes(), type=_Compiled)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return compiled if compiled.stamps == _shipped_stamps(files, use) else None


def _shipped_stamps(files: Sequence[_File], use: Use) -> list[_Stamp]:
    return _code_stamps(use) + [(f"{FOLDERS[kind]}/{name}", stat.st_size, 0) for _, kind, name, stat in files]


def _code(use: Use | None) -> tuple[Path, ...]:
    return (*(_HERE / name for name in _READERS), *(use.code if use else ()))


def _code_stamps(use: Use | None) -> list[_Stamp]:
    stamps = []
    for path in _code(use):
        try:
            stamps.append((path.name, 0, zlib.crc32(path.read_bytes())))
        except OSError:
            stamps.append((path.name, 0, -1))  # installed without sources: the content's stamps alone have to do
    return stamps


def _read_compiled(path: Path, stamps: list[_Stamp]) -> _Compiled | None:
    try:
        compiled = msgspec.msgpack.decode(read_trusted(path), type=_Compiled)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return compiled if compiled.stamps == stamps else None
