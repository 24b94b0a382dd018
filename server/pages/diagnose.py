"""A paste in, its diagnosis out. By POST only: nothing that was pasted ever stands in an address."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from server.http.gaps import note_gap
from server.http.privacy import is_query
from server.http.site import site
from server.pages.home import render_home

__all__ = ["answer_paste", "blueprint"]

blueprint = Blueprint("diagnose", __name__)

# How much of a text that was not recognised is searched for: its words, not its bulk.
_SEARCHED = 2_000
_HITS = 6


@blueprint.post("/diagnose")
def diagnose() -> Response:
    # A form sends every line end as two characters, whatever was pasted.
    """Answer a paste; a few words are looked up instead."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        return Response(render_home(site().service, empty=True), status=400)
    # A few words are looked up rather than diagnosed, unless the search page sent them back as an error.
    if is_query(text) and request.form.get("as") != "error":
        return Response(status=303, headers={"Location": f"/search?{urlencode({'q': text.strip()})}"})
    return answer_paste(text)


def answer_paste(text: str) -> Response:
    """Answer with the diagnosis of a paste, or say that it is no error we know and offer what a search finds.

    Raises RequestEntityTooLarge.
    """
    if len(text) > site().settings.max_paste:
        raise RequestEntityTooLarge
    here = site()
    diagnosis = here.service.diagnose(text)
    report = here.service.report_on(diagnosis)
    if report.recognised and report.results:
        guided = len(diagnosis.denials) == 1 and here.wizard.asks_about(diagnosis.denials[0])
        return Response(render_template("diagnosis.html", report=report, guided=guided))
    note_gap(here.settings.gaps, "paste", report.text, here.service.finder.knows)
    found = here.service.search(report.text[:_SEARCHED], limit=_HITS)
    return Response(render_template("unrecognised.html", report=report, found=found))
