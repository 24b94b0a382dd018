"""Cases of which not everything is known, and every way in which they could turn out.

An open case lacks the policies of a gate or the value of a condition key. Its completions are the same case with each
of them filled in: policies that allow everything, deny everything or say nothing, and, of each key, every value that
the conditions of the case can tell from the others. What the engine says of an open case must be what the reference
evaluator says of all of them."""

import itertools
import random
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from tests.reference_evaluator import decide, is_public
from tests.reference_statements import Null, as_list, condition_holds, date, number, substitute, text
from tests.strategies import ENDPOINT_KINDS, FAMILIES, random_case

__all__ = ["apart", "completions", "open_case", "open_keys", "outcomes"]

Json = dict[str, Any]
# Operator, key, values and the version of the document.
Asked = tuple[str, str, list[Any], Any]

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
_VALUES = {key: values for keys, values, _ in FAMILIES.values() for key in keys}
_NOBODYS = "a-value-that-nobody-names"
# Of a key with several values: as many at once as conditions may tell apart by turns.
_AT_ONCE = 4


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
    case["request"]["context"] = {key: value for key, value in sorted(stated.items()) if key not in keys}
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
    named = {key.lower() for key in request["context"]}
    apart = dict.fromkeys(key for _, key, _, _ in _asked(case) if "#" in key)
    return [*(key for key in (*OPEN_KEYS, *apart) if key.lower() not in named), *further]


def completions(case: Json) -> Iterator[Json]:
    """Every completion of an open case, as far as its conditions can tell them apart."""
    for endpoint in case.get("endpoint_readings", [case["vpc_endpoint_policies"]]):
        yield from _completions({**case, "vpc_endpoint_policies": endpoint})


def _completions(case: Json) -> Iterator[Json]:
    context, keys = case["request"]["context"], open_keys(case)
    known = {key: value for key, value in context.items() if value is not None}
    gates = case["unknown"]
    choices = [_values(key, keys, case) for key in keys] + [list(_policies(gate, case)) for gate in gates]
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


def apart(case: Json) -> Json:
    """The case with each condition on an open key asking for a key of its own, as if no value bound two conditions;
    and, where it is not known of what kind the endpoint is, with each statement read as at either kind."""
    keys = {key.lower() for key in open_keys(case)}
    policy = case["resource_policy"]
    public = bool(policy) and any(map(is_public, as_list(policy["Statement"])))  # by the keys as they are written
    settings = {**case["settings"], "s3_block_public_access": public and case["settings"].get("s3_block_public_access")}
    numbers = itertools.count()

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(one) for one in value]
        if not isinstance(value, dict):
            return value
        copied = {name: renamed(one) for name, one in value.items()}
        if "Condition" in copied:
            copied["Condition"] = {
                operator: {f"{key}#{next(numbers)}" if key.lower() in keys else key: v for key, v in found.items()}
                for operator, found in copied["Condition"].items()
            }
        return copied

    found = {**case, "settings": settings, **{name: renamed(case[name]) for name in GATES.values()}}
    if found["vpc_endpoint_policies"] and "vpc_endpoint_kind" not in settings:
        settings["vpc_endpoint_kind"] = "interface"
        found["endpoint_readings"] = _readings(found["vpc_endpoint_policies"])
    return found


def _readings(policies: list[Json]) -> list[list[Json]]:
    """Endpoint policies, each statement that names somebody as it is or, as a gateway reads it, not there at all."""
    choices = []
    for document in policies:
        for statement in as_list(document["Statement"]):
            named = statement.get("Principal", "*") not in ("*", {"AWS": "*"}) or "NotPrincipal" in statement
            choices.append([(statement,), ()] if named else [(statement,)])
    return [
        [{**policies[0], "Statement": [one for some in found for one in some]}] for found in itertools.product(*choices)
    ]


def _asked(case: Json) -> list[Asked]:
    """Every condition of the case's policies, and of its grants what they ask of the context."""
    found: list[Asked] = []

    def look(value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                look(one)
        elif isinstance(value, dict) and "Statement" in value:
            for statement in as_list(value["Statement"]):
                for operator, keys in statement.get("Condition", {}).items():
                    found.extend((operator, key, as_list(v), value.get("Version")) for key, v in keys.items())
        elif isinstance(value, dict):
            look(list(value.values()))

    look([case[name] for name in GATES.values()])
    for grant in case["settings"].get("kms_grants") or []:
        limits = grant.get("Constraints") or {}
        if "SourceArn" in limits:
            found.append(("StringEquals", "aws:SourceArn", [limits["SourceArn"]], None))
        if "EncryptionContextEquals" in limits:
            found.append(("Null", FURTHER_KEY, ["true"], None))
    return found


def _values(key: str, keys: list[str], case: Json) -> list[Any]:
    """Values of an open key, its absence among them: one of each kind that the conditions of the case tell apart."""
    asked = [one for one in _asked(case) if one[1].lower() == key.lower() or f"${{{key}" in str(one[2])]
    context = {name.lower(): v for name, v in case["request"]["context"].items() if v is not None}
    others = [one.lower() for one in keys if one != key]
    # What a condition says may hang on two open keys: then nothing is left out.
    bound = any(f"${{{other}" in str(one).lower() for one in asked for other in others) or any(
        one[1].lower() in others for one in asked
    )

    def told_apart(values: Iterable[Any]) -> list[Any]:
        found: dict[Any, Any] = {}
        for value in values:
            filled = context if value is None else {**context, key.lower(): value}
            answers = tuple(condition_holds(operator, name, v, filled, version) for operator, name, v, version in asked)
            found.setdefault((answers, str(value) if bound else ""), value)
        return list(found.values())

    one_each = list(dict.fromkeys(_near(asked, context, key)))
    single = [one[0] for one in told_apart([one] for one in one_each)]
    most = 1 if bound else _AT_ONCE
    several = (list(some) for size in range(most + 1) for some in itertools.combinations(single, size))
    return told_apart((None, *one_each, *several))


def _near(asked: list[Asked], context: Json, key: str) -> Iterator[str]:
    """Values at, between and beyond those that conditions name."""
    yield _NOBODYS
    yield ""
    yield from map(text, _VALUES.get(key.split("#")[0], ()))
    named: list[tuple[str, str]] = []
    for operator, _, values, version in asked:
        base = operator.rpartition(":")[2].removesuffix("IfExists").replace("Not", "")
        for value in map(text, values):
            try:
                named.append((base, substitute(value, context, version).replace("\0", "")))
            except (Null, ValueError):
                named.append((base, value))
    for base, value in named:
        yield value
        yield value.swapcase()
        for many in ("", "x"):
            yield value.replace("*", many).replace("?", "x")
        if base.startswith(("Numeric", "Date")):
            yield from _around(number if base.startswith("Numeric") else date, value)
        elif base == "IpAddress":
            yield from _addresses(value)
        elif base.startswith("Arn"):
            yield "arn:aws:sns:us-east-1:999999999999:nobodys"
        elif base == "Bool":
            yield from ("true", "false")


def _around(read: Any, value: str) -> Iterator[str]:
    try:
        found = read(value)
    except ValueError:
        return
    for step in ("-1", "-0.25", "0", "0.25", "1"):
        yield str(found + number(step))


def _addresses(value: str) -> Iterator[str]:
    """The ends of a network, what lies beyond them, and an address of the other version."""
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return
    first, last = int(network.network_address), int(network.broadcast_address)
    kind: type[IPv4Address] | type[IPv6Address] = type(network.network_address)
    for number_ in (first - 1, first, last, last + 1):
        if 0 <= number_ < 2**network.max_prefixlen:
            yield str(kind(number_))
    yield str(ip_address("203.0.113.99" if network.version == 6 else "2001:db9::9"))


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
