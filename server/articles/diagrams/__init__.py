"""The diagrams of the articles: what each shows as data, drawn as SVG and told as text from the same data."""

from whydenied.server.articles.diagrams.drawing import draw, tell
from whydenied.server.articles.diagrams.shown import DIAGRAMS

__all__ = ["DIAGRAMS", "diagram_words", "draw_named"]


def draw_named(name: str) -> str | None:
    """Draw the diagram of this name as an SVG element, None where there is none."""
    return draw(name, DIAGRAMS[name]) if name in DIAGRAMS else None


def diagram_words() -> dict[str, str]:
    """Return what each diagram tells in words, by its name."""
    return {name: tell(diagram) for name, diagram in DIAGRAMS.items()}
