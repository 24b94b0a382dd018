"""The wizard's pages: one question a page, then the outcome.

By GET the whole state stands in the address, and every step is a link: bookmarked, shared, opened cold, or framed where
forms are forbidden. By POST the same address is asked, and the body carries what must not stand in an address: the
pasted message, whose names fill the commands, and outputs with policies, from which a fix is proved. Nothing is kept.
"""

from collections.abc import Sequence

import msgspec
from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from whydenied.engine.errors import InputError
from whydenied.engine.investigation.pasted import Proof, holds_policies, prove
from whydenied.engine.secrets.masking import mask
from whydenied.kb.rendering import render
from whydenied.kb.source import cut
from whydenied.server.diagnosis.cause import Cause
from whydenied.server.diagnosis.note import FORMS, Proved, write_notes
from whydenied.server.http.addresses import public_url
from whydenied.server.http.privacy import is_query
from whydenied.server.http.site import Site, site
from whydenied.server.pages.wizard_map import blueprint as map_pages
from whydenied.server.wizard.notes import drafted, outcome_note
from whydenied.server.wizard.state import ASK, State
from whydenied.server.wizard.steps import Paste, Shown, message_names
from whydenied.server.words.wizard import ENTRIES, STOPPED, STOPS

__all__ = ["blueprint", "words_state"]

blueprint = Blueprint("wizard", __name__)
blueprint.register_blueprint(map_pages)

_MAX_OUTPUTS = 6
_SET_UPS = 3
"""Among so many articles that a search finds a set-up is taken for meant."""
_KEEP = "public, max-age=300"


class _Carried(msgspec.Struct, frozen=True):
    """What a request carried in its body: the message and outputs; and what came of a new output."""

    paste: Paste | None = None
    outputs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    refused: str = ""
    message_unread: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the address alone says everything."""
        return self.paste is None and not self.outputs and not self.notes and not self.error


@blueprint.get("/wizard")
def wizard() -> Response:
    """Show the step of an address."""
    here = site()
    state = here.wizard.vocabulary.read(request.args.items(multi=True))
    ask = here.wizard.vocabulary.question(request.args.get(ASK, ""))
    address = state.address(ask=ask)
    if request.full_path.rstrip("?") != address:
        return Response(status=302, headers={"Location": address})
    return Response(_page(here, state, ask, _Carried()), headers={"Cache-Control": _KEEP})


@blueprint.get("/wizard/result")
def result() -> Response:
    """Show the causes as they stand, to somebody who has had enough of questions."""
    here = site()
    state = here.wizard.vocabulary.read(request.args.items(multi=True))
    return Response(_outcome_page(here, here.wizard.show(state), _Carried()), headers={"Cache-Control": _KEEP})


@blueprint.post("/wizard/result")
def carry_result() -> Response:
    """The same, with a message in the body."""
    here = site()
    state = here.wizard.vocabulary.read(request.args.items(multi=True))
    paste, unread = _message(here)
    carried = _Carried(paste, _outputs(), message_unread=unread)
    names = message_names(paste.error) if paste else {}
    return Response(_outcome_page(here, here.wizard.show(state, "", names), carried))


@blueprint.post("/wizard")
def carry() -> Response:
    """Show the step of an address to somebody who sends a message, or a command's output, along.

    Raises RequestEntityTooLarge.
    """
    here = site()
    if len(request.form.get("text", "")) > here.settings.max_paste:
        raise RequestEntityTooLarge
    vocabulary = here.wizard.vocabulary
    state = vocabulary.read(request.args.items(multi=True))
    ask = vocabulary.question(request.args.get(ASK, ""))
    paste, unread = _message(here)
    is_vague = paste is None or not (paste.error.action or paste.error.principal)
    said = words_state(here, request.form.get("text", "")) if is_vague else None
    if said is not None and (unread or said.answers):
        kept = msgspec.structs.replace(state, origin=state.origin or said.origin)
        return Response(status=303, headers={"Location": kept.answered(dict(said.answers)).address()})
    if paste is not None:
        told = tuple(sorted({*state.told, *paste.state.told}))
        if told != state.told:
            # What the message told belongs into the address, so that it can be kept; the body is sent again by itself.
            address = msgspec.structs.replace(state, told=told).address(ask=ask)
            return Response(status=307, headers={"Location": address})
    outputs = _outputs()
    pasted = mask(request.form.get("pasted", "").strip()).text
    if not pasted:
        return Response(_page(here, state, ask, _Carried(paste, outputs, message_unread=unread)))
    question = vocabulary.question(request.form.get("for", ""))
    try:
        read = here.wizard.read_output(pasted, question, paste, state)
    except InputError as error:
        carried = _Carried(paste, outputs, error=str(error), refused=pasted)
        return Response(_page(here, state, ask or question, carried), status=422)
    found = {fact.name: fact.value for fact in read.facts}
    outputs = (*outputs, *(one for one in read.printed if holds_policies(one)))[-_MAX_OUTPUTS:]
    carried = _Carried(paste, outputs if paste else (), read.notes)
    state = state.answered(found, is_seen=True)
    if carried.is_empty:
        return Response(status=303, headers={"Location": state.address()})
    # An answer that is still missing is asked again, with what the output did tell.
    ask = question if question and question not in found else ""
    return Response(_page(here, state, ask, carried))


def words_state(here: Site, text: str) -> State | None:
    """Return the state that a few words start from: what they say, and the set-up that they are about."""
    text = text.strip()
    if not is_query(text):
        return None
    hits = here.service.search(text, limit=_SET_UPS).hits
    scenario = next((hit.id for hit in hits if hit.kind == "scenario"), "")
    said = here.wizard.read_words(text, scenario)
    # Words that name no call are about no set-up, whatever a search finds for them.
    if said is not None and "failing" not in dict(said.answers) and hits and hits[0].kind != "scenario":
        said = here.wizard.read_words(text)
    return said


def _outputs() -> tuple[str, ...]:
    """Return the outputs that came along, masked like all that is carried from page to page."""
    return tuple(mask(output).text for output in request.form.getlist("output")[:_MAX_OUTPUTS])


def _message(here: Site) -> tuple[Paste | None, bool]:
    """Read the message that came along; the second part tells that there was one that could not be read."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        return None, False
    paste = here.wizard.read_message(text)
    return paste, paste is None


def _page(here: Site, state: State, ask: str, carried: _Carried) -> str:
    names = message_names(carried.paste.error) if carried.paste else {}
    shown = here.wizard.show(state, ask, names)
    if shown.question is None:
        return _outcome_page(here, shown, carried)
    origin = here.service.article(state.origin) if state.origin else None
    return render_template(
        "wizard/question.html",
        shown=shown,
        question=shown.question,
        carried=carried,
        asked_for=bool(ask),
        is_start=not state.told and not state.answers,
        origin=origin,
        entries=[(entry, _start(here, entry.facts)) for entry in ENTRIES[1:-1]],
        scenarios=here.service.catalogue.of("scenario") if not state.told and not state.answers and not origin else [],
        address=_address(state, shown),
    )


def _start(here: Site, facts: Sequence[tuple[str, str]]) -> str:
    return here.wizard.vocabulary.read(facts).address()


def _address(state: State, shown: Shown) -> str:
    return state.address(ask=shown.question.id if shown.question else "")


def _outcome_page(here: Site, shown: Shown, carried: _Carried) -> str:
    outcome = here.wizard.outcome(shown)
    first = outcome.first
    if first is None:
        abort(404, "No cause is left with these answers: start again, and leave out the last one.")
    account = dict(shown.state.answers).get("resource.account", "")
    proof = prove(carried.outputs, carried.paste.known, account) if carried.paste else None
    change = drafted(first.cause, carried.paste)
    note = outcome_note(first, carried.paste, shown, change, _proved(proof), public_url())
    return render_template(
        "wizard/outcome.html",
        shown=shown,
        outcome=outcome,
        first=first,
        stop=STOPS[outcome.stop] if shown.question is None else STOPPED,
        all_unknown=bool(shown.answers) and all(answer.value == "unknown" for answer in shown.answers),
        traps=_traps(here, first.cause),
        proof=proof,
        change=change,
        note=note,
        notes=[(name, title, write_notes([note], name)) for name, title in FORMS],
        carried=carried,
        address=shown.state.address("/wizard/result" if shown.question else "/wizard"),
    )


def _proved(proof: Proof | None) -> Proved | None:
    """Return what a note says of a proved fix: the change, its text, the proof."""
    if proof is None or proof.plan.remedy is None:
        return None
    remedy = proof.plan.remedy
    change = " ".join(one.how for one in remedy.meets)
    change += " ".join(f"{one.title}: {' '.join(one.why)}" for one in remedy.changes)
    diff = "\n".join(one.diff for one in remedy.changes if one.diff)
    taken = f", taking {proof.taken_for_open} for open" if proof.taken_for_open else ""
    return Proved(change, diff, f"Evaluated again with this change: {remedy.after} (before: {remedy.before}){taken}.")


def _traps(here: Site, cause: Cause) -> Markup:
    """Return the traps of a cause's article."""
    piece = next((piece for piece in cut(cause.article.body) if piece.title == "Traps"), None)
    if piece is None:
        return Markup("")

    def url(kind: str, article_id: str) -> str | None:
        return f"/articles/{article_id}" if here.service.catalogue.get(kind, article_id) else None

    return Markup(render(piece.markdown, cause.article.path, url).html)  # kb.rendering has cleaned it
