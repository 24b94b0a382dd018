"""Cases of which not everything is known, and every way in which they could turn out.

An open case lacks the policies of a gate or the value of a condition key. Its completions are the same case with each
of them filled in: policies that allow everything, deny everything or say nothing, and values of the small alphabets of
`tests.strategies`. What the engine says of an open case must be what the reference evaluator says of all of them."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

from tests.reference_evaluator import decide
from tests.strategies import ENDPOINT_KINDS, FAMILIES, random_case

__all__ = ["completions", "open_case", "open_keys", "outcomes"]

Json = dict[str, Any]

# Keys that no caller's kind settles.
OPEN_KEYS = tuple(
    "aws:PrincipalTag/team aws:SourceVpce aws:MultiFactorAuthAge aws:CurrentTime aws:SecureTransport aws:SourceIp "
    "aws:SourceArn aws:TagKeys aws:CalledVia".split()
)
FURTHER_KEY = "kms:EncryptionContext:further"
GATES = {
    "scp": "scps",
    "rcp": "rcps",
    "vpce": "vpc_endpoint_policies",
    "identity": "identity_policies",
    "boundary": "permissions_boundaries",
    "session": "session_policy",
    "resource": "resource_policy",
}
_KEYS = {key for keys, _, _ in FAMILIES.values() for key in keys if key != "AWS:UserName"}
_FAMILY = {key: (family, values) for family, (keys, values, _) in FAMILIES.items() for key in keys}

# Values between and beyond those of the policies.
_FURTHER = {
    "aws:SourceVpce": ("vpce-2",),
    "aws:SourceIp": ("198.51.100.9",),
    "aws:MultiFactorAuthAge": ("-9", "7"),
}


def _document(effect: str = "", principal: bool = False) -> Json:
    statement = {"Effect": effect, "Action": "*", "Resource": "*"} | ({"Principal": "*"} if principal else {})
    return {"Version": "2012-10-17", "Statement": [statement] if effect else []}


def open_case(rng: random.Random) -> Json:
    """A case with up to two gates and up to two keys unknown; what is absent is said to be."""
    case = random_case(rng)
    gates = rng.sample(sorted(GATES), rng.choice((0, 0, 1, 1, 2)))
    if str(case["request"]["principal"]).endswith(":root"):
        gates = [gate for gate in gates if gate != "identity"]  # the root user has no policies that could be unknown
    keys = rng.sample(OPEN_KEYS, rng.choice((0, 1, 1, 2)) if gates else rng.choice((1, 1, 2)))
    context = case["request"]["context"]
    stated = dict.fromkeys(_KEYS | {"aws:missing", "kms:EncryptionContext:app", "kms:EncryptionContext:env"})
    stated |= {key: value for key, value in context.items() if key not in keys}
    case["request"]["context"] = {key: value for key, value in stated.items() if key not in keys}
    case["request"]["context_complete"] = not keys
    case["unknown"] = gates
    if rng.random() < 0.5:
        case["settings"].pop("vpc_endpoint_kind", None)
    if "resource" in gates:  # a policy for everybody is public, or not, by conditions that no completion here has
        case["settings"].pop("s3_block_public_access", None)
    return case


def open_keys(case: Json) -> list[str]:
    """The keys whose values are not known."""
    request = case["request"]
    if request["context_complete"]:
        return []
    # A grant that asks for exactly one encryption context fails on any further key.
    further = [FURTHER_KEY] if "EncryptionContextEquals" in str(case["settings"].get("kms_grants")) else []
    return [*(key for key in OPEN_KEYS if key not in request["context"]), *further]


def completions(case: Json) -> Iterator[Json]:
    """Every completion of an open case."""
    context, keys = case["request"]["context"], open_keys(case)
    known = {key: value for key, value in context.items() if value is not None}
    gates = case["unknown"]
    choices = [list(_values(key)) for key in keys] + [list(_policies(gate, case)) for gate in gates]
    kinds = ENDPOINT_KINDS if "vpc_endpoint_kind" not in case["settings"] else (case["settings"]["vpc_endpoint_kind"],)
    for kind, found in itertools.product(kinds, itertools.product(*choices)):
        values = {key: one for key, one in zip(keys, found, strict=False) if one is not None}
        settled = {**case["settings"], "vpc_endpoint_kind": kind}
        filled = {**case, "settings": settled, "request": {**case["request"], "context": {**known, **values}}}
        for gate, one in zip(gates, found[len(keys) :], strict=True):
            filled[GATES[gate]] = one
        yield filled


def outcomes(case: Json) -> set[bool]:
    """Whether the reference evaluator allows: the answers over all completions."""
    found: set[bool] = set()
    for one in completions(case):
        found.add(decide(one)[0] == "Allowed")
        if len(found) == 2:
            break
    return found


def _values(key: str) -> Iterator[Any]:
    if key == FURTHER_KEY:
        yield from (None, "a")
        return
    family, values = _FAMILY[key]
    yield None
    yield "a-value-that-nobody-names"
    yield from values
    yield from {
        "aws:SourceVpce": ("vpce-2",),
        "aws:SourceIp": ("198.51.100.9",),
        "aws:MultiFactorAuthAge": ("-9", "7"),
    }.get(key, ())
    if family == "Set":
        yield from ([], ["a"], ["ana"], ["a", "b"], ["zzz"], ["a", "zzz"])
    else:
        yield [values[0]]


def _policies(gate: str, case: Json) -> Iterator[Any]:
    """What the policies of a gate may be, given those that are there."""
    given = case[GATES[gate]]
    if gate in ("scp", "rcp"):
        yield given
        for document in (_document("Allow", gate == "rcp"), _document("Deny", gate == "rcp"), _document()):
            yield [*(given or []), [document]]
        yield [[*level, _document("Allow", gate == "rcp")] for level in given or []]
    elif gate == "resource":
        yield given
        for effect in ("Allow", "Deny"):
            yield _joined(given, _document(effect, principal=True))
    elif gate == "session":
        yield given
        for document in (_document("Allow"), _document("Deny"), _document()):
            yield _joined(given, document)
    else:
        yield given
        for document in (_document("Allow"), _document("Deny"), _document()):
            named = {"name": "more", "document": document} if gate == "identity" else document
            yield [*(given or []), named]


def _joined(given: Json | None, more: Json) -> Json:
    if given is None:
        return more
    statements = given["Statement"] if isinstance(given["Statement"], list) else [given["Statement"]]
    return {**given, "Statement": [*statements, *more["Statement"]]}
