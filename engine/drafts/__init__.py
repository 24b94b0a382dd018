"""The change, from the text of a denial alone: drafted at the gate that the text or its first cause names, and proved
for this very request as far as anybody can who has not seen the policies."""

from whydenied.engine.drafts.draft import Draft, draft_for
from whydenied.engine.drafts.forms import FORMS, forms_of, statement_of, with_expected
from whydenied.engine.drafts.merge import merged
from whydenied.engine.drafts.proved import planned_drafts, proved_drafts

__all__ = [
    "FORMS",
    "Draft",
    "draft_for",
    "forms_of",
    "merged",
    "planned_drafts",
    "proved_drafts",
    "statement_of",
    "with_expected",
]
