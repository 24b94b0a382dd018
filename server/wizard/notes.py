"""The note at the end of the wizard: as that of a diagnosis, with what was found out on the way.

Below likely it asks whoever can look to look, and nobody to change anything.
"""

from whydenied.engine.drafts.draft import draft_for
from whydenied.engine.drafts.record import Draft
from whydenied.server.diagnosis.cause import Cause
from whydenied.server.diagnosis.lines import lines_of, moments
from whydenied.server.diagnosis.note import Note, Proved, make_note
from whydenied.server.wizard.steps import Considered, Paste, Shown

__all__ = ["drafted", "outcome_note"]


def drafted(cause: Cause, paste: Paste | None) -> Draft | None:
    """Return the change for a cause, drafted from the message.

    None without a message, for a cause that is less than likely, and where the answers lead to another remedy than the
    article's own: a draft knows the message alone."""
    is_sure = cause.certainty in ("confirmed", "likely")
    if paste is None or not is_sure or cause.remedy["fix"] != cause.article.meta["fix"]:
        return None
    return draft_for(paste.error, cause.id, cause.gate.id, paste.text)


def outcome_note(
    first: Considered,
    paste: Paste | None,
    shown: Shown,
    change: Draft | None = None,
    proved: Proved | None = None,
    site: str = "",
) -> Note:
    """Return the note about the first cause. change, proved: what mends it; site: the public address, "" for none."""
    look = (first.find_out.title, str(first.find_out.meta["ask"])) if first.find_out else ("", "")
    return make_note(
        first.cause,
        [paste.error] if paste else (),
        line=lines_of(paste.error, paste.text) if paste else "",
        seen=", ".join(moments([paste.error], paste.text)) if paste else "",
        change=change,
        found=shown.found_out,
        proved=proved,
        look=look,
        site=site,
    )
