"""POST /api/v1/evaluate: a request with its policies in (docs/evaluate.md), the decision with its reasons out."""

from flask import Blueprint, Response, abort, request

from whydenied.engine.errors import InputError
from whydenied.engine.remedies import report
from whydenied.engine.secrets.hiding import Hider
from whydenied.server.api.answers import json
from whydenied.server.data.evaluation import evaluation_data
from whydenied.server.evaluation.documents import read_one
from whydenied.server.evaluation.hidden import without_secrets
from whydenied.server.http.bodies import allow_policies

__all__ = ["blueprint"]

blueprint = Blueprint("evaluate", __name__)


@blueprint.post("/evaluate")
def evaluate() -> Response:
    """Decide a case: its decision, gates, remedies, the problems of its policies, and what is not known."""
    if request.mimetype != "application/json":
        abort(415)
    allow_policies()
    try:
        text = request.get_data().decode()
        hider = Hider(text)
        case = read_one(text)
        found = without_secrets(report(case), hider)
    except UnicodeDecodeError:
        abort(400, "The body must be JSON in UTF-8: a case with `request` and the policies.")
    except InputError as error:
        abort(400, hider.text(f"{str(error)[:1].upper()}{str(error)[1:]}."))
    return json({"id": hider.data(case.get("id")), **evaluation_data(found)})
