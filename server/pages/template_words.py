"""What every template may say, and how `code` in a sentence is shown."""

import re
from typing import Any

from markupsafe import Markup, escape

from kb.gates import GATES_BY_ID
from server.diagnosis.note import plain_note
from server.words.fields import FIELD_NAMES
from server.words.kinds import KINDS, KINDS_MANY
from server.words.services import SERVICE_NAMES

__all__ = ["template_words", "ticks"]

_CERTAINTIES = {"confirmed": "Confirmed", "likely": "Likely", "possible": "Possible", "ruled-out": "Ruled out"}
_ANSWERED = {
    "fingerprint": "its fingerprint: the message has a form we know",
    "fields": "its fields: an exact name in it",
    "text": "full text: the articles that hold its words",
}
_FOUND = {"fields": "an exact name (fields)", "text": "full text"}


def template_words() -> dict[str, Any]:
    """Return what every template may say."""
    return {
        "answered_words": _ANSWERED,
        "found_words": _FOUND,
        "certainty_words": _CERTAINTIES,
        "field_names": FIELD_NAMES,
        "gates_by_id": GATES_BY_ID,
        "here": _here,
        "kind_words": KINDS,
        "note": plain_note,
        "kind_words_many": KINDS_MANY,
        "service_names": SERVICE_NAMES,
    }


def ticks(text: str) -> Markup:
    """Show `code` in a sentence of the front matter as code; everything else is escaped."""
    escaped = escape(text)
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escaped))) if "`" in text else escaped


def _here(path: str, section: str) -> Markup:
    """Return the attribute that says that a link leads to this page, or to the section it is in."""
    if not path.startswith(section):
        return Markup()
    return Markup(' aria-current="page"' if path == section else ' aria-current="true"')
