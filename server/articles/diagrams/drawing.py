"""Drawing boxes on a grid, and telling the same as text.

The SVG carries no style, script or reference: lines and text take the page's colour, and the classes let the style
sheet colour each gate. Every box says in words what its colour says.
"""

import textwrap
from html import escape

import msgspec

__all__ = ["Arrow", "Diagram", "DrawnBox", "draw", "tell"]

_WIDTH, _GAP_X, _GAP_Y = 250, 80, 34
_TOP, _MARGIN = 34, 12
_LINE, _PAD = 17, 13
_LETTERS = 31


class DrawnBox(msgspec.Struct, frozen=True):
    """A box: its place on the grid, its title, what it says, and the gate whose colour it takes ('' for none).

    kind: step, end-allow or end-deny.
    """

    id: str
    column: int
    row: int
    title: str
    text: str = ""
    gate: str = ""
    kind: str = "step"


class Arrow(msgspec.Struct, frozen=True):
    """A way from one box to another, and when it is taken."""

    start: str
    end: str
    label: str = ""


class Diagram(msgspec.Struct, frozen=True):
    """A picture: what it shows, the names of its columns, its boxes and the ways between them."""

    title: str
    columns: tuple[str, ...]
    boxes: tuple[DrawnBox, ...]
    arrows: tuple[Arrow, ...]


class _Place(msgspec.Struct, frozen=True):
    """Where a box is drawn, and its lines of text."""

    x: int
    y: int
    height: int
    title: list[str]
    lines: list[str]

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def tell(diagram: Diagram) -> str:
    """Tell a diagram as text: each box once, and where its ways lead."""
    numbers = {box.id: number for number, box in enumerate(diagram.boxes, 1)}
    lines = [diagram.title]
    for box in diagram.boxes:
        column = diagram.columns[box.column] if len(diagram.columns) > 1 and diagram.columns[box.column] else ""
        place = f"[{column}] " if column else ""
        joint = " " if box.title.endswith("?") else ": "
        lines.append(f"{numbers[box.id]}. {place}{box.title}{joint + box.text if box.text else ''}")
        ways = [arrow for arrow in diagram.arrows if arrow.start == box.id]
        lines += [f"   -> {numbers[way.end]}" + (f" ({way.label})" if way.label else "") for way in ways]
    return "\n".join(lines)


def draw(name: str, diagram: Diagram) -> str:
    """Draw a diagram as an SVG element; name: a prefix for the ids in it."""
    places, height = _places(diagram)
    width = _MARGIN * 2 + len(diagram.columns) * _WIDTH + (len(diagram.columns) - 1) * _GAP_X
    prefix = escape(f"diagram-{name}", quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="{prefix}-title" class="drawing">',
        f'<title id="{prefix}-title">{escape(diagram.title)}</title>',
        f'<defs><marker id="{prefix}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 Z" fill="currentColor"/></marker></defs>',
    ]
    for column, words in enumerate(diagram.columns):
        if words:
            x = _MARGIN + column * (_WIDTH + _GAP_X) + _WIDTH // 2
            parts.append(f'<text class="column" x="{x}" y="20" text-anchor="middle">{escape(words)}</text>')
    parts += [_arrow(arrow, places, prefix) for arrow in diagram.arrows]
    parts += [_box(box, places[box.id]) for box in diagram.boxes]
    return "".join([*parts, "</svg>"])


def _places(diagram: Diagram) -> tuple[dict[str, _Place], int]:
    wrapped = {
        box.id: (textwrap.wrap(box.title, _LETTERS - 2), textwrap.wrap(box.text, _LETTERS)) for box in diagram.boxes
    }
    heights: dict[int, int] = {}
    for box in diagram.boxes:
        lines = sum(map(len, wrapped[box.id]))
        heights[box.row] = max(heights.get(box.row, 0), lines * _LINE + 2 * _PAD)
    tops, y = {}, _TOP if any(diagram.columns) else _MARGIN
    for row in sorted(heights):
        tops[row] = y
        y += heights[row] + _GAP_Y
    return {
        box.id: _Place(
            _MARGIN + box.column * (_WIDTH + _GAP_X),
            tops[box.row],
            heights[box.row],
            *wrapped[box.id],
        )
        for box in diagram.boxes
    }, y - _GAP_Y + _MARGIN


def _box(box: DrawnBox, place: _Place) -> str:
    gate = f" g-{box.gate}" if box.gate else ""
    radius = 8 if box.kind == "step" else 20
    first = place.middle - (len(place.title) + len(place.lines)) * _LINE // 2 + 13
    x = place.x + _WIDTH // 2
    rows = [(line, ' class="name"') for line in place.title] + [(line, "") for line in place.lines]
    spans = "".join(
        f'<text{kind} x="{x}" y="{first + number * _LINE}" text-anchor="middle">{escape(line)}</text>'
        for number, (line, kind) in enumerate(rows)
    )
    return (
        f'<g class="box {box.kind}{gate}"><rect x="{place.x}" y="{place.y}" width="{_WIDTH}" '
        f'height="{place.height}" rx="{radius}"/>{spans}</g>'
    )


def _arrow(arrow: Arrow, places: dict[str, _Place], prefix: str) -> str:
    start, end = places[arrow.start], places[arrow.end]
    if start.x == end.x:
        x, down = start.x + _WIDTH // 2, end.y > start.y
        y1, y2 = (start.y + start.height, end.y - 2) if down else (start.y, end.y + end.height + 2)
        path, label, anchor = f"M{x} {y1} V{y2}", (x + 8, (y1 + y2) // 2 + 4), "start"
    else:
        right = end.x > start.x
        x1, x2 = (start.x + _WIDTH, end.x - 2) if right else (start.x, end.x + _WIDTH + 2)
        # Ways to the left leave and turn a little aside, so as not to lie on those that come from there.
        turn, leaves = (x1 + x2) // 2 + (0 if right else 12), start.middle + (0 if right else 14)
        path = f"M{x1} {leaves} H{turn} V{end.middle} H{x2}"
        label, anchor = (turn, min(start.middle, end.middle) - 6), "middle"
        if start.middle != end.middle:
            label = (turn + 4, (start.middle + end.middle) // 2 + 4)
            anchor = "start"
    words = f'<text class="way" x="{label[0]}" y="{label[1]}" text-anchor="{anchor}">{escape(arrow.label)}</text>'
    return f'<path class="way" d="{path}" marker-end="url(#{prefix}-tip)"/>{words if arrow.label else ""}'
