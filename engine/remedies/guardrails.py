"""What must be said before a guardrail is weakened."""

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

_ORGANIZATION = "is a guardrail of the organization: ask its owner whether this exception is meant to be."

_BY_GATE = {
    "scp": f"A service control policy {_ORGANIZATION}",
    "rcp": f"A resource control policy {_ORGANIZATION}",
    "boundary": "A permissions boundary is a guardrail: it says what this identity may be given at the very most.",
}


def guardrail(edit: Edit, request: Request) -> str:
    """Say what an edit weakens, in whole sentences; "" where it weakens no guardrail."""
    if edit.setting:
        return "Block Public Access is a guardrail: without it the bucket policy opens the bucket to everyone it names."
    for name, text in _NAMED.items():
        if name in edit.name:
            return text
    if edit.slot.gate == "resource" and edit.target is None and request.caller.kind == "anonymous":
        return "This makes the resource public: everyone on the internet can do this, without signing in."
    return _BY_GATE.get(edit.slot.gate, "")
