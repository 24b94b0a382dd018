"""What an evaluation tells a diagnosis: the gates' answers, and what they say to the questions of the knowledge base.

The rules of the causes ask the questions that a person can answer ("do the SCPs allow it?"). An evaluation answers
them for the policies it was given. Where it does not know, nothing is said.
"""

from collections.abc import Iterator, Sequence

from engine.facts import UNKNOWN, Fact, Source

__all__ = ["known_facts"]

# (gate, its answer) -> question and answer. An implicit deny counts only where it blocks.
_ALLOW, _DENIES, _LACKS, _ABSENT = "allow", "explicit-deny", "implicit-deny", "not-applicable"
_ANSWERS: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("scp", _ALLOW): (("scp.allows", "yes"),),
    ("scp", _ABSENT): (("scp.allows", "yes"),),
    ("scp", _DENIES): (("scp.allows", "denies"),),
    ("scp", _LACKS): (("scp.allows", "no"),),
    ("rcp", _ABSENT): (("rcp.in-force", "no"),),
    ("vpce", _ALLOW): (("vpce.policy-allows", "yes"),),
    ("vpce", _ABSENT): (("vpce.in-path", "no"),),
    ("vpce", _DENIES): (("vpce.policy-allows", "denies"),),
    ("vpce", _LACKS): (("vpce.policy-allows", "no"),),
    ("identity", _ALLOW): (("identity.allows", "yes"), ("identity.denies", "no")),
    ("identity", _DENIES): (("identity.denies", "yes"),),
    ("identity", _LACKS): (("identity.allows", "no"), ("identity.denies", "no")),
    ("boundary", _ALLOW): (("boundary.allows", "yes"),),
    ("boundary", _ABSENT): (("boundary.attached", "no"),),
    ("boundary", _DENIES): (("boundary.allows", "denies"),),
    ("boundary", _LACKS): (("boundary.allows", "no"),),
    ("session", _ALLOW): (("session.policy", "covers"),),
    ("session", _ABSENT): (("session.policy", "no"),),
    ("session", _DENIES): (("session.policy", "denies"),),
    ("session", _LACKS): (("session.policy", "yes"),),
    ("s3-bpa", _DENIES): (("bucket.bpa", "yes"), ("bucket.public", "yes")),
}
# The resource gate is asked about in the words of the service whose policy it is.
_RESOURCE: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "sts": {
        _ALLOW: (("trust.names-caller", "yes"),),
        _LACKS: (("trust.names-caller", "no"),),
        _DENIES: (),
    },
    "kms": {
        _ALLOW: (("kms.key-policy-names-caller", "yes"),),
        _LACKS: (("kms.key-policy-names-caller", "no"),),
        _DENIES: (("resource.policy-allows", "denies"),),
    },
    "s3": {
        _ALLOW: (("bucket.policy-allows", "yes"), ("bucket.policy-denies", "no")),
        _LACKS: (("bucket.policy-allows", "no"), ("bucket.policy-denies", "no"), ("resource.policy-allows", "no")),
        _DENIES: (("bucket.policy-denies", "yes"), ("resource.policy-allows", "denies")),
    },
    "": {
        _ALLOW: (("resource.policy-allows", "yes"),),
        _LACKS: (("resource.policy-allows", "no"),),
        _DENIES: (("resource.policy-allows", "denies"),),
    },
}


def known_facts(facts: Sequence[Fact], action: str) -> tuple[Fact, ...]:
    """Return the facts of an evaluation of an action, and the answers to questions that follow from them."""
    return (*facts, *_answers(facts, action.partition(":")[0].lower()))


def _answers(facts: Sequence[Fact], service: str) -> Iterator[Fact]:
    said = {fact.name: fact.value for fact in facts}
    for name, decision in said.items():
        kind, _, gate = name.partition(".")
        blocks = said.get(f"blocks.{gate}")
        if kind != "gate" or blocks == UNKNOWN or (decision == _LACKS and blocks != "yes"):
            continue
        for question, value in _of_gate(gate, decision, service):
            yield Fact(question, value, Source("evaluation", gate))


def _of_gate(gate: str, decision: str, service: str) -> tuple[tuple[str, str], ...]:
    if gate == "resource":
        return _RESOURCE.get(service, _RESOURCE[""]).get(decision, ())
    return _ANSWERS.get((gate, decision), ())
