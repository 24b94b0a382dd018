"""POST /api/v1/wizard: facts in, the causes as they stand and the next question out: the steps of the pages, as data.

`{"text"?: the message, "facts"?: {question id: value}}` answers `{"findings": [as of a
diagnosis], "question": null | {"id", "text",
"why", "values": [{"value", "label"}...], "instead": [{"id", "value", "label"}...], "beside": null | {"id", "text",
"values"}, "command", "cost"}}`. Ask again with the answer among the facts.
"""

import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from whydenied.server.api.answers import json
from whydenied.server.data.wizard import step_data
from whydenied.server.http.site import site
from whydenied.server.wizard.state import State, WrongAnswerError
from whydenied.server.wizard.steps import Paste, Wizard

__all__ = ["WizardBody", "blueprint", "step_data"]

blueprint = Blueprint("wizard", __name__)


class WizardBody(msgspec.Struct, forbid_unknown_fields=True):
    """A pasted error (it may be left out), and the answers so far: values by question id."""

    text: str = ""
    facts: dict[str, str] = {}


@blueprint.post("/wizard")
def wizard() -> Response:
    """Take one step of the wizard. Raises RequestEntityTooLarge."""
    if request.mimetype != "application/json":
        abort(415)
    try:
        body = msgspec.json.decode(request.get_data(), type=WizardBody)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        abort(400, 'The body must be JSON of the form {"text": "the message", "facts": {"question id": "value"}}.')
    if len(body.text) > site().settings.max_paste:
        raise RequestEntityTooLarge
    wizard = site().wizard
    paste = wizard.read_message(body.text) if body.text.strip() else None
    return json(step_data(wizard, _state(wizard, body.facts, paste), paste, body.facts))


def _state(wizard: Wizard, facts: dict[str, str], paste: Paste | None) -> State:
    """Make the state. A question that is no more is left out, as in addresses; a value that it never had is told."""
    try:
        state = wizard.vocabulary.read_strict(facts.items(), pass_over=True)
    except WrongAnswerError as error:
        abort(400, f"{error.hint}.")
    return msgspec.structs.replace(state, told=paste.state.told) if paste else state
