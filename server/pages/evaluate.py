"""Policies and a request in, the decision out, with its proof. By POST only: nothing of it stands in an address."""

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from whydenied.engine.errors import InputError
from whydenied.engine.remedies import Report, report
from whydenied.server.evaluation.examples import EXAMPLES
from whydenied.server.evaluation.form import BOXES, FIELD_TITLES, FLAGS, Form, read_form
from whydenied.server.evaluation.hidden import without_secrets
from whydenied.server.evaluation.joined import diagnose_again, evaluation_fields
from whydenied.server.evaluation.view import VIEW, missing_boxes
from whydenied.server.http.bodies import allow_policies
from whydenied.server.http.site import site

__all__ = ["blueprint"]

blueprint = Blueprint("evaluate", __name__)


@blueprint.app_context_processor
def _for_diagnoses() -> dict[str, object]:
    """Let the page of a diagnosis lead on to this one."""
    return {"evaluation_fields": evaluation_fields}


@blueprint.get("/evaluate")
def ask() -> Response:
    """Show the empty form."""
    return site().pages.answer("/evaluate", "text/html; charset=utf-8", lambda: _form(Form({})))


@blueprint.post("/evaluate")
def evaluate() -> Response:
    """Decide what the form holds, or say what is wrong with it."""
    allow_policies()
    form = read_form(request.form)
    if request.form.get("step") == "fill":
        # From a diagnosis: what is known of the request is filled in, and nothing is wrong with the rest yet.
        return Response(_form(Form(form.values)))
    if form.case is None:
        return Response(_form(form), status=400)
    try:
        found = without_secrets(report(form.case), form.hider)
    except InputError as error:
        return Response(_form(form.with_mistake(str(error))), status=400)
    return Response(_result(form, found))


def _form(form: Form) -> str:
    return render_template("evaluate.html", examples=EXAMPLES, field_titles=FIELD_TITLES, **_asked(form))


def _result(form: Form, found: Report) -> str:
    message = form.values.get("message", "")
    again = diagnose_again(site().service, message, found.facts, found.explanation.action) if message else None
    # The engine draws the picture and escapes every name in it.
    picture = Markup(found.picture)
    shown = {"found": found, "again": again, "missing": missing_boxes(found), "picture": picture}
    return render_template("evaluation.html", **shown, **VIEW, **_asked(form))


def _asked(form: Form) -> dict[str, object]:
    limit = site().settings.max_policies // 1024 // 1024
    return {"form": form.shown(), "boxes": BOXES, "flags": FLAGS, "limit": limit}
