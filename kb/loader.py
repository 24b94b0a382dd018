"""Reading files of content: bounded, UTF-8, front matter and body; every problem with its line."""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from whydenied.kb.article import FOLDERS, Article
from whydenied.kb.frontmatter import FieldPath, FrontMatterError, read_front_matter, split_front_matter
from whydenied.kb.problems import Problem, sort_problems
from whydenied.kb.schema import validate

__all__ = ["MAX_BYTES", "Unusable", "problem_in", "read_article", "read_articles"]

MAX_BYTES = 256 * 1024

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_QUESTION_ID = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*")


Unusable = Callable[[Sequence[Article]], Sequence[tuple[Article, FieldPath, str]]]
"""Names the articles that cannot be used for more than being read: which, the path of the field, and why."""


def read_articles(
    roots: Sequence[Path], files: Iterable[tuple[Path, str, str]], unusable: Unusable | None = None
) -> tuple[list[Article], list[Problem], str]:
    """Read (root, kind, name) files, later ones replacing earlier: articles by kind and id, problems, digest.

    An article that cannot be used is left out like one that cannot be read, and the one that it would have replaced
    stays.
    """
    versions: dict[tuple[str, str], list[Article]] = {}
    problems = [problem for root in roots for problem in _folder_problems(root)]
    for root, kind, name in files:
        article, found = read_article(root, kind, name)
        problems += found
        if article is not None:
            versions.setdefault((article.kind, article.id), []).append(article)
    while unusable and (faults := unusable([those[-1] for those in versions.values()])):
        problems += [problem_in(*fault, instead="the article is left out until it is corrected") for fault in faults]
        for kind, article_id in {(article.kind, article.id) for article, _, _ in faults}:
            versions[kind, article_id].pop()
        versions = {key: those for key, those in versions.items() if those}
    ordered = [versions[key][-1] for key in sorted(versions)]
    named = [(a.kind, a.id, a.meta, a.body) for a in ordered]
    digest = hashlib.blake2b(msgspec.msgpack.encode(named), digest_size=16).hexdigest()
    return ordered, sort_problems(problems), digest


def read_article(root: Path, kind: str, name: str) -> tuple[Article | None, list[Problem]]:
    """Read `<root>/<folder of the kind>/<name>`: the article, or None and every problem in the file."""
    path = root / FOLDERS[kind] / name
    file, article_id = str(path), name.removesuffix(".md")
    problems = _id_problems(kind, article_id, file)
    text = _read_text(path)
    if isinstance(text, Problem):
        return None, [*problems, text]
    try:
        source, body, body_line = split_front_matter(text)
        front = read_front_matter(source)
    except FrontMatterError as error:
        return None, [*problems, Problem(file, error.line, "", error.message, error.instead)]
    model, found = validate(kind, front, file)
    problems += found
    if model is None or problems:
        return None, problems
    meta = model.model_dump(mode="json")
    return Article(
        kind=kind,
        id=article_id,
        title=meta["title"],
        summary=meta["summary"],
        services=meta["services"],
        keywords=meta["keywords"],
        meta=meta,
        body=body,
        body_line=body_line,
        root=str(root),
        path=f"{FOLDERS[kind]}/{name}",
    ), []


def problem_in(
    article: Article, field: FieldPath, message: str, instead: str, severity: Literal["error", "warning"] = "error"
) -> Problem:
    """Return a problem in a field of an article, with the line as the file is now."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in field).lstrip(".")
    return Problem(article.file, _line_of(article, field), name, message, instead, severity)


def _line_of(article: Article, field: FieldPath) -> int | None:
    # Read again rather than carried about: lines matter only where there is a problem.
    text = _read_text(Path(article.file))
    try:
        return None if isinstance(text, Problem) else read_front_matter(split_front_matter(text)[0]).line_of(field)
    except FrontMatterError:
        return None


def _folder_problems(root: Path) -> Iterator[Problem]:
    """Name the folders that cannot be listed; those of a kind may be missing, not unreadable."""
    if not os.path.isdir(root):
        yield Problem(str(root), None, "", "is not a folder", "correct the path of the content folder")
        return
    for folder in (root / name for name in FOLDERS.values()):
        try:
            os.scandir(folder).close()
        except FileNotFoundError:
            if folder.is_symlink():
                yield Problem(str(folder), None, "", "is a link that leads nowhere", "correct the link, or remove it")
        except OSError as error:
            yield Problem(str(folder), None, "", f"cannot be listed: {_why(error)}", "correct its permissions")


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _id_problems(kind: str, article_id: str, file: str) -> list[Problem]:
    pattern = _QUESTION_ID if kind == "question" else _ID
    if pattern.fullmatch(article_id):
        return []
    instead = "rename the file: lower-case letters, digits and hyphens"
    if kind == "question":
        instead += ", with dots between the parts of a fact's name"
    return [Problem(file, None, "", f"`{article_id}` is not an id", instead)]


def _read_text(path: Path) -> str | Problem:
    try:
        # A pipe is opened without waiting for its other end, and then found to be no file.
        no_wait = getattr(os, "O_NONBLOCK", 0)
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | no_wait)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return Problem(str(path), None, "", "is not a file", "an article is a file of text")
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        instead = "correct the link, or remove it" if path.is_symlink() else ""
        return Problem(str(path), None, "", f"cannot be read: {_why(error)}", instead)
    if len(raw) > MAX_BYTES:
        return Problem(str(path), None, "", f"is larger than {MAX_BYTES // 1024} KB", "split it into several articles")
    try:
        text = raw.decode("utf-8-sig")  # an editor's byte order mark is no mistake of the author's
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(str(path), line, "", f"is not UTF-8 (byte 0x{raw[error.start]:02x})", "save the file as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")
