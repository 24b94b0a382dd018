"""`whydenied gaps`: what people looked for and did not find, and the beginning of an article about it."""

import os
from datetime import date
from pathlib import Path

import click

from whydenied.kb.catalogue import default_roots
from whydenied.kb.errors import NewArticleError
from whydenied.kb.skeleton import new_article
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.terminal import say
from whydenied.server.http.gaps import Gap, read_gaps

__all__ = ["gaps"]


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--stub", type=click.IntRange(min=1), metavar="NUMBER", help="Write a skeleton for this line.")
@click.option("--id", "article_id", metavar="ID", help="With --stub: the id of the new article.")
@click.option(
    "--kind", default="cause", show_default=True, type=click.Choice(["pattern", "cause", "scenario", "guide"])
)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The content folder to write to.")
def gaps(file: Path | None, stub: int | None, article_id: str | None, kind: str, into: Path | None) -> None:
    """List searches and pastes that found nothing, the most frequent first.

    FILE is what WHYDENIED_GAPS names on the server (default: the same variable here). It holds fingerprints only:
    words that stand in our articles, and … for everything else.
    """
    path = file or Path(os.environ.get("WHYDENIED_GAPS", ""))
    if path == Path():
        raise click.UsageError("no file is named; give FILE, or set WHYDENIED_GAPS (nothing is kept while it is unset)")
    try:
        found = read_gaps(path.read_bytes().splitlines())
    except OSError as error:
        raise Unreadable(f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    if stub is None:
        for number, gap in enumerate(found, 1):
            say(f"{number:4}  {gap.times:5}x  {gap.last}  {gap.kind:6}  {gap.fingerprint}")
        return
    if stub > len(found) or not article_id:
        raise click.UsageError(f"give --id, and a line from 1 to {len(found)}")
    say(f"{_write(found[stub - 1], kind, article_id, into)}: fill in what is marked, then `whydenied check`")


def _write(gap: Gap, kind: str, article_id: str, into: Path | None) -> Path:
    """Write the skeleton, with the words of the fingerprint as its first keyword."""
    try:
        path = new_article(kind, article_id, into or default_roots()[-1], date.today())
    except NewArticleError as error:
        raise click.UsageError(str(error)) from None
    words = " ".join(word for word in gap.fingerprint.split() if word != "…")
    text = path.read_text(encoding="utf-8")
    note = f"# {gap.times} times a {gap.kind} found nothing: {gap.fingerprint}\n"
    path.write_text(text.replace("keywords: []\n", f'{note}keywords: ["{words}"]\n', 1), encoding="utf-8")
    return path
