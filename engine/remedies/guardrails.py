"""What must be said before a guardrail is weakened."""

from engine.evaluation.gates import find_gate
from engine.evaluation.request import Request
from engine.remedies.edit import Edit

__all__ = ["guardrail"]

_NAMED = {
    "AWSCompromisedKeyQuarantine": (
        "AWS found this access key leaked and quarantined the user: a security incident, not a mistake in a policy. "
        "Rotate the key and look into the incident first; do not detach the policy before that."
    ),
    "AWSRevokeOlderSessions": (
        "This policy revokes sessions that were created before it. Get a new session instead of changing it."
    ),
}


def guardrail(edit: Edit, request: Request) -> str:
    """Say what an edit weakens, in whole sentences; "" where it weakens no guardrail."""
    for name, text in _NAMED.items():
        if name in edit.name:
            return text
    if edit.slot.gate == "resource" and edit.target is None and request.caller.kind == "anonymous":
        return "This makes the resource public: everyone on the internet can do this, without signing in."
    return find_gate(edit.slot.gate).guardrail
