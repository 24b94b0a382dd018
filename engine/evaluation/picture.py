"""The picture of an evaluation: the gates from top to bottom and this request's way through, as SVG.

Every answer has a shape and a word of its own, so that nothing depends on colour. Lines and text take the colour of
the page (`currentColor`); the classes `gate-allow`, `gate-explicit-deny` and so on let a style sheet colour the
shapes. No script, no style (unless asked for), no reference to anything outside. `explanation_text` says the same in
words."""

import re
import textwrap
from html import escape

from whydenied.engine.evaluation.answer import GateDecision
from whydenied.engine.evaluation.explanation import Explanation, GateReport

__all__ = ["picture"]

_WIDTH = 720
_ROW = 76
_TOP = 84
_AXIS = 48
_TEXT = 96
_COLUMNS = 78

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]")

_WORDS: dict[GateDecision, str] = {
    "allow": "allows",
    "explicit-deny": "explicit deny",
    "implicit-deny": "no allow",
    "not-applicable": "does not apply",
    "unknown": "not known",
}

# Shapes around the origin: a circle with a tick, an octagon with a cross, a square with a bar, a small hollow circle,
# a diamond with a question mark.
_SHAPES: dict[GateDecision, str] = {
    "allow": '<circle r="16"/><path d="M-7 0 L-2 6 L8 -6"/>',
    "explicit-deny": '<path d="M-7 -16 H7 L16 -7 V7 L7 16 H-7 L-16 7 V-7 Z"/><path d="M-6 -6 L6 6 M6 -6 L-6 6"/>',
    "implicit-deny": '<path d="M-15 -15 H15 V15 H-15 Z"/><path d="M-8 0 H8"/>',
    "not-applicable": '<circle r="6" stroke-dasharray="2 2"/>',
    "unknown": '<path d="M0 -18 L18 0 L0 18 L-18 0 Z"/>',
}

_OUTCOME: dict[str, GateDecision] = {
    "Allowed": "allow",
    "ExplicitlyDenied": "explicit-deny",
    "ImplicitlyDenied": "implicit-deny",
    "Unknown": "unknown",
}

_STYLE = (
    "<style>svg{color:#1b1b1b;background:#fff}"
    "@media (prefers-color-scheme:dark){svg{color:#f2f2f2;background:#161616}}</style>"
)


def picture(explanation: Explanation, *, name: str = "gates", standalone: bool = False) -> str:
    """Draw an explanation as an SVG element.

    name: a prefix for the ids in it, for pages with several pictures. standalone: with a style for light and dark,
    for a file of its own; without it the picture takes the colours of the page it stands in."""
    height = _TOP + _ROW * len(explanation.gates) + 76
    prefix = _NOT_IN_IDS.sub("-", name)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{prefix}-title {prefix}-desc" class="gates-picture" '
        'font-family="system-ui, sans-serif" font-size="14" fill="currentColor">',
        f'<title id="{prefix}-title">{_escape(explanation.decision)}: {_escape(explanation.action)}</title>',
        f'<desc id="{prefix}-desc">{_escape(_described(explanation))}</desc>',
        _STYLE if standalone else "",
        _text(_AXIS - 20, 24, _cut(f"{explanation.action} on {explanation.resource}", 84), weight="bold"),
        _text(_AXIS - 20, 44, _cut(f"by {explanation.principal}", 92)),
    ]
    stopped = False
    previous = 56
    for number, gate in enumerate(explanation.gates):
        y = _TOP + _ROW * number + 16
        parts.append(_way(previous, y - _reach(gate.decision), stopped))
        parts.append(_gate(gate, y))
        previous = y + _reach(gate.decision)
        stopped = stopped or gate.blocks == "yes"
    end = height - 40
    parts.append(_way(previous, end - 18, stopped))
    parts.append(_end(explanation, end))
    parts.append("</svg>")
    return "".join(parts)


def _described(explanation: Explanation) -> str:
    gates = "; ".join(
        f"{gate.title}: {_WORDS[gate.decision]}{' (blocks)' if gate.blocks == 'yes' else ''}"
        for gate in explanation.gates
    )
    return f"{explanation.summary} The gates in order: {gates}."


def _reach(decision: GateDecision) -> int:
    return 7 if decision == "not-applicable" else 18


def _way(start: int, end: int, stopped: bool) -> str:
    """Draw the way between two gates: solid as far as the request gets, dotted after the first gate that blocks."""
    kind, dots = ("way-stopped", ' stroke-dasharray="2 6"') if stopped else ("way", "")
    return (
        f'<path class="{kind}" d="M{_AXIS} {start} V{end}" stroke="currentColor" stroke-width="2" fill="none"{dots}/>'
    )


def _gate(gate: GateReport, y: int) -> str:
    blocks = {"yes": " - blocks this request", "unknown": "", "no": ""}[gate.blocks]
    mark = '<text text-anchor="middle" y="5" font-weight="bold">?</text>' if gate.decision == "unknown" else ""
    width = 3 if gate.blocks == "yes" else 2
    shape = f'<g class="shape" fill="none" stroke="currentColor" stroke-width="{width}">{_SHAPES[gate.decision]}</g>'
    heading = _text(_TEXT, y - 4, f"{gate.title}: {_WORDS[gate.decision]}{blocks}", weight="bold")
    return (
        f'<g class="gate gate-{gate.decision}"><g transform="translate({_AXIS} {y})">{shape}{mark}</g>'
        f"{heading}{_wrapped(gate.reason, y)}</g>"
    )


def _end(explanation: Explanation, y: int) -> str:
    decision = _OUTCOME[explanation.decision]
    mark = '<text text-anchor="middle" y="5" font-weight="bold">?</text>' if decision == "unknown" else ""
    return (
        f'<g class="outcome gate-{decision}"><g transform="translate({_AXIS} {y})">'
        f'<g class="shape" fill="none" stroke="currentColor" stroke-width="3">{_SHAPES[decision]}</g>{mark}</g>'
        f"{_text(_TEXT, y - 4, explanation.decision, weight='bold', size=16)}"
        f"{_wrapped(explanation.summary, y)}</g>"
    )


def _text(x: int, y: int, text: str, *, weight: str = "", size: int = 0) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    big = f' font-size="{size}"' if size else ""
    return f'<text x="{x}" y="{y}"{bold}{big}>{_escape(text)}</text>'


def _wrapped(text: str, y: int) -> str:
    """Write up to two small lines below a heading."""
    lines = textwrap.wrap(text, _COLUMNS, max_lines=2, placeholder=" ...")
    return "".join(_text(_TEXT, y + 15 + 17 * number, line, size=12) for number, line in enumerate(lines))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."


def _escape(text: str) -> str:
    """Escape text for XML and drop the characters that XML cannot hold."""
    allowed = "".join(
        character
        for character in text
        if character in "\t\n\r"
        or (character >= " " and not "\ud800" <= character <= "\udfff" and character not in "\ufffe\uffff")
    )
    return escape(allowed, quote=True)
