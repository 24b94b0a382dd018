"""POST /api/v1/diagnose: {"text": the paste} in, the diagnosis out."""

from typing import Annotated

import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from whydenied.server.api.answers import json
from whydenied.server.data.findings import report_data
from whydenied.server.http.site import site

__all__ = ["DiagnoseBody", "blueprint"]

blueprint = Blueprint("diagnose", __name__)


class DiagnoseBody(msgspec.Struct, forbid_unknown_fields=True):
    """The pasted error, with the lines around it."""

    text: Annotated[str, msgspec.Meta(min_length=1)]


@blueprint.post("/diagnose")
def diagnose() -> Response:
    """Diagnose a paste. Raises RequestEntityTooLarge."""
    if request.mimetype != "application/json":
        abort(415)
    try:
        text = msgspec.json.decode(request.get_data(), type=DiagnoseBody).text
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        abort(400, 'The body must be JSON of the form {"text": "the pasted error"}, in UTF-8.')
    if not text.strip():
        abort(400, "`text` is empty: send the pasted error in it.")
    if len(text) > site().settings.max_paste:
        raise RequestEntityTooLarge
    return json(report_data(site().service.report(text)))
