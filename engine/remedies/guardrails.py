"""What must be said before a guardrail is weakened, and what nobody is helped to weaken."""

from collections.abc import Iterable

from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.remedies.edit import Edit

__all__ = ["guardrail", "untouchable"]

_UNTOUCHABLE = {
    "AWSCompromisedKeyQuarantine": (
        "AWS found this access key leaked and quarantined the user: a security incident, not a mistake in a policy. "
        "Rotate the key and look into the incident first; do not detach the policy before that."
    ),
    "AWSRevokeOlderSessions": (
        "This policy revokes sessions that were created before it. Get a new session instead of changing it."
    ),
}


def untouchable(name: str) -> str:
    """Say why a policy is left alone whatever it denies; "" for any other."""
    return next((text for known, text in _UNTOUCHABLE.items() if known in name), "")


def guardrail(edits: Iterable[Edit], request: Request) -> str:
    """Say what edits of a document weaken, in whole sentences, each once; "" where they weaken no guardrail."""
    said: list[str] = []
    for edit in edits:
        of_gate = find_gate(edit.slot.gate).guardrail
        said.append(of_gate)
        if edit.kind == "allow" and edit.slot.gate == "resource" and request.caller.kind == "anonymous":
            said.append("This makes the resource public: everyone on the internet can do this, without signing in.")
        if edit.around:
            said.append(f"This goes round a condition that somebody set ({edit.around}): meet it instead, if you can.")
        elif edit.kind == "exception" and "ask its owner" not in of_gate:
            said.append("A Deny is there on purpose: ask its owner whether this exception is meant to be.")
    return " ".join(filter(None, dict.fromkeys(said)))
