"""/embed/wizard: the guided wizard in a frame. Every answer is a link, the whole state stands in the address.

There is no box to paste into: a frame on another site is no place to put a message, and forms may be forbidden in it.
"""

from flask import Blueprint, Response, abort, request

from whydenied.server.embeds.frame import render_frame
from whydenied.server.http.site import site
from whydenied.server.wizard.state import ASK, State
from whydenied.server.words.wizard import STOPS

__all__ = ["PATH", "blueprint"]

blueprint = Blueprint("embedded-wizard", __name__)

PATH = "/embed/wizard"
_OTHERS = 4


@blueprint.get(PATH)
@blueprint.get(f"{PATH}/")
def wizard() -> Response:
    """Show the step of an address in a frame."""
    vocabulary = site().wizard.vocabulary
    state = vocabulary.read(request.args.items(multi=True))
    ask = vocabulary.question(request.args.get(ASK, ""))
    return Response(_render(state, ask), headers={"Cache-Control": "public, max-age=300"})


def _render(state: State, ask: str) -> str:
    shown = site().wizard.show(state, ask)
    outcome = None if shown.question else site().wizard.outcome(shown)
    if outcome and outcome.first is None:
        abort(404, "No cause is left with these answers: start again, and leave out the last one.")
    return render_frame(
        "embed_wizard.html",
        state.address(ask=ask),
        shown=shown,
        path=PATH,
        first=outcome and outcome.first,
        stop=STOPS[outcome.stop] if outcome else "",
        others=outcome.others[:_OTHERS] if outcome else (),
    )
