"""The note at the end of the wizard: as that of a diagnosis, with what was found out on the way.

Below likely it asks whoever can look to look, and nobody to change anything.
"""

from whydenied.engine.drafts import Draft
from whydenied.server.diagnosis.lines import lines_of, moments
from whydenied.server.diagnosis.note import Note, Proved, make_note
from whydenied.server.wizard.steps import Considered, Paste, Shown

__all__ = ["outcome_note"]


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
