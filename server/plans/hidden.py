"""Names without the secrets in them: what is printed of a plan goes into logs and comments."""

import re
from functools import lru_cache
from typing import Any

import msgspec

from whydenied.engine.drafts.record import Draft
from whydenied.engine.secrets.masking import mask
from whydenied.engine.secrets.sign import MASK

__all__ = ["HIDDEN", "hidden_in", "hidden_in_draft", "shown"]

HIDDEN = "<hidden-name>"
"""A blank in a policy, for a name that looks like a secret: whoever makes the change writes it in."""
_RUN = re.compile(f"{MASK}+")
_NOTE = f"A name in it looks like a secret and is not printed: write it in place of `{HIDDEN}`."


@lru_cache(maxsize=1_024)
def shown(text: str) -> str:
    """Return a name without the secrets in it."""
    return mask(text, keep_ids=True).text


def hidden_in(value: Any) -> Any:
    """Return plain data with a blank for each secret in its texts."""
    if isinstance(value, str):
        return _RUN.sub(HIDDEN, shown(value))
    if isinstance(value, dict):
        return {name: hidden_in(one) for name, one in value.items()}
    return [hidden_in(one) for one in value] if isinstance(value, (list, tuple)) else value


def hidden_in_draft(draft: Draft) -> Draft:
    """Return a change with a blank for each secret; the same where there is none."""
    statements = tuple(hidden_in(one) for one in draft.statements)
    if statements == draft.statements and hidden_in(draft.fragment) == draft.fragment:
        return draft
    return msgspec.structs.replace(
        draft,
        statements=statements,
        fragment=hidden_in(draft.fragment),
        resource=hidden_in(draft.resource),
        commands=tuple(map(hidden_in, draft.commands)),
        why=tuple(map(hidden_in, draft.why)),
        notes=(*map(hidden_in, draft.notes), _NOTE),
        blanks=(*draft.blanks, HIDDEN),
        basis=None,
    )
