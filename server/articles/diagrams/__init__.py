"""The diagrams of the articles: what each shows as data, drawn as SVG and told as text from the same data."""

import re

from whydenied.server.articles.diagrams.drawing import draw, tell
from whydenied.server.articles.diagrams.shown import DIAGRAMS

__all__ = ["DIAGRAMS", "draw_named", "fill_diagrams"]

_EMPTY_FENCE = re.compile(r"^```diagram ([a-z0-9-]+)\n(?=```$)", re.MULTILINE)


def draw_named(name: str) -> str | None:
    """Draw the diagram of this name as an SVG element, None where there is none."""
    return draw(name, DIAGRAMS[name]) if name in DIAGRAMS else None


def fill_diagrams(body: str) -> str:
    """Write into each empty `diagram NAME` fence of a Markdown body what that diagram tells in words."""
    return _EMPTY_FENCE.sub(lambda found: found[0] + _words(found[1]), body)


def _words(name: str) -> str:
    return f"{tell(DIAGRAMS[name])}\n" if name in DIAGRAMS else ""
