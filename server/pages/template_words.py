"""What every template may say, and how `code` in a sentence is shown."""

import re
from functools import lru_cache

from markupsafe import Markup, escape

from whydenied.engine.drafts.forms import forms_of, with_expected
from whydenied.kb.gates import GATES_BY_ID
from whydenied.server.diagnosis.answer import change_words
from whydenied.server.words.fields import FIELD_NAMES
from whydenied.server.words.kinds import KINDS, KINDS_MANY
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["prose", "template_words", "ticks"]

_CERTAINTIES = {"confirmed": "Confirmed", "likely": "Likely", "possible": "Possible", "ruled-out": "Ruled out"}
# The forms of a change beside the statement itself, which stands open.
_FORMS = {
    "cli": "AWS CLI",
    "terraform": "Terraform",
    "cloudformation": "CloudFormation",
    "cdk": "CDK, TypeScript",
    "cdk_python": "CDK, Python",
}
_CODE = re.compile(r"`([^`]+)`")
_SECTIONS = ("/evaluate", "/articles/", "/wizard", "/codes/", "/services/", "/gates/", "/about")
_FOUND = {"fields": "an exact name (fields)", "text": "full text"}


def template_words() -> dict[str, object]:
    """Return what every template may say."""
    return {
        "found_words": _FOUND,
        "certainty_words": _CERTAINTIES,
        "field_names": FIELD_NAMES,
        "gates_by_id": GATES_BY_ID,
        "kind_words": KINDS,
        "change_words": change_words,
        "form_words": _FORMS,
        "forms_of": forms_of,
        "with_expected": with_expected,
        "kind_words_many": KINDS_MANY,
        "section_of": _section_of,
        "service_names": SERVICE_NAMES,
    }


def ticks(text: str) -> Markup:
    """Show `code` in a sentence of the front matter as code; everything else is escaped."""
    escaped = escape(text)
    return Markup(_CODE.sub(r"<code>\1</code>", str(escaped))) if "`" in text else escaped


@lru_cache(maxsize=4_096)
def prose(text: str) -> Markup:
    """Show words of an article as `ticks` does. They are the same for every reader, so they are kept: nothing that was
    pasted, typed or made of such a thing may get in here."""
    return ticks(text)


def _section_of(path: str) -> tuple[str, Markup]:
    """Return the section that a page is in, "" for none, and the attribute that says so, or that it is the page."""
    section = next((one for one in _SECTIONS if path.startswith(one)), "")
    return section, Markup(' aria-current="page"' if path == section else ' aria-current="true"')
