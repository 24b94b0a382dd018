"""Building and opening the search index.

Whoosh holds the postings and scores; what a result shows, and the exact keys, are in a manifest of our own
beside them. An index is built in a folder of its own and takes its name only when it is complete, so that a
failed or killed build leaves the last good one serving. Whoosh unpickles parts of its files: an index is
opened only where its folder belongs to us, nobody else may write there, and every file is as it was built.
"""

import contextlib
import hashlib
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from whoosh import fields
from whoosh.analysis import Analyzer, Token
from whoosh.filedb.filestore import FileStorage, RamStorage, Storage
from whoosh.index import FileIndex
from whoosh.lang.porter2 import stem

from whydenied.kb.asked import read_asked
from whydenied.kb.cache import is_trusted, write_whole
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.errors import NoIndexError
from whydenied.kb.learning import learn
from whydenied.kb.manifest import FIELDS, MAGIC, Manifest, compile_manifest, searched_texts
from whydenied.kb.reading import Reader
from whydenied.kb.spelling import Dictionary
from whydenied.kb.terms import fold, pieces

__all__ = ["Index", "build_in_memory", "build_index", "index_name", "open_index", "term"]

_MANIFEST = "manifest.msgpack.z"
_CURRENT = "current"
_NAME = re.compile(r"[0-9a-f]{32}-[0-9a-f]{8}")
_BUILDING = ".building-"
_ABANDONED_AFTER = 3600.0
# What an index is made with: a change to any of these may make another of the same content.
_ASKED = ("asked.py", "asked.jsonl", "learning.py", "reading.py", "synonyms.py", "foreign.py", "spelling.py")
_CODE = ("index.py", "manifest.py", "terms.py", "outline.py", *_ASKED)


class _Memory(RamStorage):  # type: ignore[misc]
    """Whoosh's storage in memory, scratch files included: its own would go to a fixed name in the shared folder for
    temporary files, and delete what lies there."""

    def temp_storage(self, name: str | None = None) -> Storage:
        """Return an empty storage for scratch files, in memory too."""
        return _Memory()


class Index(msgspec.Struct):
    """An open index."""

    manifest: Manifest
    whoosh: Any
    name: str


@lru_cache(maxsize=65536)
def term(word: str) -> str:
    """Return the form under which a word is indexed, or '' for one that is not."""
    folded = fold(word)
    return str(stem(folded)) if folded else ""


class TermAnalyzer(Analyzer):  # type: ignore[misc]
    """Our own words and stems as Whoosh tokens."""

    def __call__(self, value: str, mode: str = "", **kwargs: Any) -> Iterator[Any]:
        """Yield a token for each term of the text."""
        token = Token(mode=mode, **kwargs)
        for piece in pieces(value):
            token.text = term(piece.text)
            if token.text:
                yield token


def _schema() -> Any:
    text = {name: fields.TEXT(analyzer=TermAnalyzer(), phrase=False) for name in FIELDS}
    return fields.Schema(starts=fields.NGRAMWORDS(minsize=2, maxsize=12, at="start"), **text)


def index_name(catalogue: Catalogue) -> str:
    """Return the name of the index of this content, built by this code."""
    code = 0
    for module in _CODE:
        source = Path(__file__).with_name(module)
        code = zlib.crc32(source.read_bytes() if source.exists() else b"", code)
    return f"{catalogue.digest}-{code:08x}"


def build_index(catalogue: Catalogue, folder: Path) -> Path:
    """Build the index of this content below a folder, unless it is there, and make it the current one.

    Raises NoIndexError where it cannot be put there.
    """
    name = index_name(catalogue)
    target = folder / name
    if not _is_whole(target):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(target, ignore_errors=True)
        building = Path(tempfile.mkdtemp(dir=folder, prefix=_BUILDING))
        try:
            _write(catalogue, building)
            # Somebody who built the same at the same time may have been first.
            with contextlib.suppress(OSError):
                building.rename(target)
            if not _is_whole(target):
                raise NoIndexError(f"the search index could not be put at `{target}`; check the folder's permissions")
        finally:
            shutil.rmtree(building, ignore_errors=True)
    previous = _current(folder)
    write_whole(folder / _CURRENT, name.encode())
    _prune(folder, keep={name, previous})
    return target


def build_in_memory(catalogue: Catalogue) -> Index:
    """Build an index that is never written to disk, for where nothing may be written."""
    storage, manifest = _Memory(), _manifest(catalogue)
    return Index(manifest, _write_postings(catalogue, manifest, storage), index_name(catalogue))


def open_index(folder: Path, name: str | None = None, *, is_ours: bool = False) -> Index:
    """Open the index with this name, else the current one.

    is_ours: it came with the code and is as trustworthy, whoever owns the files.
    Raises NoIndexError where there is none that may be opened.
    """
    name = name or _current(folder)
    if not name or not _NAME.fullmatch(name):
        raise NoIndexError(f"there is no search index in `{folder}`; build it with `whydenied build`")
    place = folder / name
    try:
        if not is_ours:
            _refuse_others(place)
        packed = zlib.decompress((place / _MANIFEST).read_bytes())
        manifest = msgspec.msgpack.decode(packed, type=Manifest)
        fingerprints = _fingerprints(place)
    except (OSError, zlib.error, msgspec.MsgspecError) as error:
        message = f"the search index `{place}` cannot be read ({error}); build it with `whydenied build`"
        raise NoIndexError(message) from error
    if manifest.magic != MAGIC or manifest.files != fingerprints:
        raise NoIndexError(f"the search index `{place}` is damaged or not ours; build it with `whydenied build`")
    return Index(manifest, FileIndex(FileStorage(str(place), readonly=True), schema=_schema()), name)


def _current(folder: Path) -> str:
    try:
        return (folder / _CURRENT).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _is_whole(place: Path) -> bool:
    try:
        open_index(place.parent, place.name)
    except NoIndexError:
        return False
    return True


def _refuse_others(place: Path) -> None:
    """Refuse a folder that another user owns or may write to: opening it would run what they put there."""
    for path in (place, *(place.iterdir() if place.is_dir() else ())):
        status = path.lstat() if path.exists() else None
        if status is None or not is_trusted(status):
            raise NoIndexError(
                f"`{path}` is missing, or others may write to it; build the index with `whydenied build`"
            )


def _prune(folder: Path, keep: set[str]) -> None:
    """Remove indexes that nobody will open again, and what killed builds left behind."""
    for entry in folder.iterdir():
        old = _NAME.fullmatch(entry.name) and entry.name not in keep
        with contextlib.suppress(OSError):
            abandoned = entry.name.startswith(_BUILDING) and time.time() - entry.stat().st_mtime > _ABANDONED_AFTER
            if old or abandoned:
                shutil.rmtree(entry)


def _fingerprints(place: Path) -> dict[str, str]:
    return {
        file.name: hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest()
        for file in sorted(place.iterdir())
        if file.name != _MANIFEST and not file.name.endswith("LOCK")
    }


def _write(catalogue: Catalogue, place: Path) -> None:
    manifest = _manifest(catalogue)
    _write_postings(catalogue, manifest, FileStorage(str(place))).close()
    for file in place.iterdir():
        file.chmod(0o600)
    manifest.files = _fingerprints(place)
    (place / _MANIFEST).write_bytes(zlib.compress(msgspec.msgpack.encode(manifest)))


def _manifest(catalogue: Catalogue) -> Manifest:
    manifest = compile_manifest(catalogue, term)
    manifest.learnt = learn(read_asked(), Reader(manifest, Dictionary(manifest.words), term), manifest)
    return manifest


def _write_postings(catalogue: Catalogue, manifest: Manifest, storage: Storage) -> Any:
    index = storage.create_index(_schema())
    writer = index.writer(limitmb=64)
    for document in manifest.documents:
        article = catalogue.articles[document.kind, document.id]
        names = f"{article.title} {' '.join(article.keywords)} {article.id}"
        starts = " ".join(piece.text.lower() for piece in pieces(names) if not piece.whole)
        writer.add_document(starts=starts, **searched_texts(article))
    writer.commit()
    return index
