"""The names of the facts that the engine states by itself, for checking what content says about them.

docs/architecture.md ("Facts") is the table both sides keep to; a test compares this one with it. Further
facts come from the content: question ids, patterns' `asserts`, and rules that conclude a fact.
"""

from whydenied.kb.gates import GATES

__all__ = ["FACTS"]

_GATES = tuple(gate.id for gate in GATES if gate.is_decided)

# The values, where the list is closed; None where any value may come.
FACTS: dict[str, tuple[str, ...] | None] = {
    "message.kind": ("denial", "authentication", "look-alike"),
    "message.pattern": None,
    "message.layer": ("identity", "resource", "scp", "rcp", "boundary", "session", "vpce", "trust"),
    "message.effect": ("explicit", "implicit"),
    "message.class": ("stated", "denial", "authentication", "look-alike"),
    "message.detail": ("none", "action", "no-allow", "deny", "layer"),
    "message.policy-arn": ("yes", "no"),
    "message.conflict": ("layer", "effect", "kinds", "code-authentication", "code-denial"),
    "message.harmless": ("yes",),
    "message.leads": ("yes",),
    "message.general": ("yes",),
    "host.region": ("unknown",),
    "deny.about": ("unsaid", "mfa", "authorizer"),
    "error.code": None,
    "action": None,
    "action.known": ("yes", "no"),
    "action.group": None,
    "action.service": None,
    "operation": None,
    "principal.known": ("yes", "no"),
    "principal.expected": ("plain", "doubtful"),
    "principal.kind": None,
    "principal.workload": None,
    "resource.kind": None,
    "accounts": ("same", "cross"),
    "evaluation.decision": ("allowed", "implicitly-denied", "explicitly-denied", "unknown"),
    **{f"gate.{gate}": ("allow", "explicit-deny", "implicit-deny", "not-applicable", "unknown") for gate in _GATES},
    **{f"blocks.{gate}": ("yes", "no", "unknown") for gate in _GATES},
}
