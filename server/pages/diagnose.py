"""A paste in, its diagnosis out. By POST only: nothing that was pasted ever stands in an address."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from whydenied.engine.diagnosis import Diagnosis
from whydenied.server.diagnosis.answer import answers_of
from whydenied.server.diagnosis.note import FORMS, notes_by_owner, write_notes
from whydenied.server.diagnosis.report import Report
from whydenied.server.http.addresses import public_url
from whydenied.server.http.gaps import note_gap
from whydenied.server.http.privacy import is_query, looks_like_paste
from whydenied.server.http.site import site
from whydenied.server.pages.home import render_home

__all__ = ["answer_paste", "blueprint"]

blueprint = Blueprint("diagnose", __name__)

# How much of a text that was not recognised is searched for: its words, not its bulk.
_SEARCHED = 2_000
_HITS = 6
# Words that are looked up are fewer; whole sentences of a tool have at least so many characters.
_SHORTEST_MESSAGE = 40
# Answers in full; a log may hold hundreds.
_FULL = 6


@blueprint.get("/diagnose")
def start_again() -> Response:
    """Lead who opens the address of an answer, which holds nothing of what was pasted, to the box."""
    return Response(status=303, headers={"Location": "/"})


@blueprint.post("/diagnose")
def diagnose() -> Response:
    # A form sends every line end as two characters, whatever was pasted.
    """Answer a paste; a few words are looked up instead."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        return Response(render_home(site().service, empty=True), status=400)
    # A few words are looked up rather than diagnosed, unless the search page sent them back as an error. The words of a
    # message are fit for an address, and are diagnosed all the same.
    looked_up = not looks_like_paste(text) and is_query(text)
    if looked_up and request.form.get("as") != "error" and not _is_message(text):
        return Response(status=303, headers={"Location": f"/search?{urlencode({'q': text.strip()})}"})
    return answer_paste(text)


def _is_message(text: str) -> bool:
    """Tell whether words without any name or sign of an error are a message all the same, such as of a tool."""
    if len(text.strip()) < _SHORTEST_MESSAGE:
        return False
    main = site().service.diagnose(text).main
    return main is not None and bool(main.findings) and main.findings[0].certainty == "confirmed"


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
        return Response(_page(report, diagnosis))
    note_gap(here.settings.gaps, "paste", report.text, here.service.finder.knows)
    found = here.service.search(report.text[:_SEARCHED], limit=_HITS)
    return Response(render_template("unrecognised.html", report=report, found=found))


def _page(report: Report, diagnosis: Diagnosis) -> str:
    answers = answers_of(report)
    alone = answers[0] if len(answers) == 1 else None
    asked = site().wizard.first_question(diagnosis.denials[0]) if alone is not None and alone.is_open else None
    sure = alone is None or alone.is_open or alone.certainty == "confirmed"
    return render_template(
        "diagnosis.html",
        report=report,
        answers=answers,
        # Where the text does not tell why, the question that tells most stands in place of a cause.
        asked=asked,
        asks=asked is not None,
        may_ask=not sure and site().wizard.asks_about(diagnosis.denials[0]),
        notes=[
            (owner, [(title, write_notes(notes, form)) for form, title in FORMS])
            for owner, notes in notes_by_owner(answers[:_FULL], report, public_url())
        ],
        full=_FULL,
    )
