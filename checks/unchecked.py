"""What nobody could check says so, as a source whose title begins with `unchecked: `.

A pattern's template that is written from memory is named there word for word; elsewhere the words are free. The paths
of AWS's console change, and nobody of us has an account: `unchecked: the console's paths` stands until somebody has
clicked them, or names the page of AWS's that shows them (a source whose title speaks of the console).
"""

import re
from collections.abc import Iterator

from whydenied.kb.article import Article
from whydenied.kb.problems import Problem

__all__ = ["CONSOLE", "MARK", "unchecked_problems"]

MARK = "unchecked: "
CONSOLE = f"{MARK}the console's paths"

_CONSOLE_PATH = re.compile(r"^\*\*(?:In the )?[Cc]onsole\*\*", re.MULTILINE)


def unchecked_problems(article: Article) -> Iterator[Problem]:
    """Yield marks of nothing, articles that rest on marks alone, and console paths without mark or source."""
    titles = [source["title"] for source in article.meta["sources"]]
    for number, title in enumerate(titles):
        what = title.removeprefix(MARK)
        if title.startswith(MARK) and article.kind == "pattern" and what not in article.meta["templates"]:
            message = f"marks `{what}` as unchecked, which is no template of this article"
            yield Problem(article.file, None, f"sources[{number}]", message, "write the template word for word")
    if titles and all(title.startswith(MARK) for title in titles):
        message = "rests on nothing that anybody has checked"
        yield Problem(article.file, None, "sources", message, "add the page that it rests on")
    yield from _console(article, titles)


def _console(article: Article, titles: list[str]) -> Iterator[Problem]:
    vouched = any("console" in title.lower() for title in titles if title != CONSOLE)
    shows = _CONSOLE_PATH.search(article.body) is not None
    if shows and not vouched and CONSOLE not in titles:
        message = "shows a path of the console that nobody has tried"
        instead = f'add the source `title: "{CONSOLE}"`, or the page of AWS\'s that shows the path'
        yield Problem(article.file, None, "sources", message, instead)
    if CONSOLE in titles and (vouched or not shows):
        message = f"has the source `{CONSOLE}`, and {'another speaks of the console' if vouched else 'shows none'}"
        yield Problem(article.file, None, "sources", message, "remove that source")
