"""The statement half of the reference evaluator: does one statement apply to a request (principals apart)?

Sources as in `tests.reference_evaluator`: `FS 3.1` is a section of the fact sheet, `C 4` a point of the conformance
README, AMBIGUOUS marks what neither text settles. ARNs of fewer than six parts match nothing here.
"""

import base64
import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


class Unusable(ValueError):
    """A value that cannot be parsed, or an operator nobody knows: it never matches (C 12)."""


class Null(Exception):
    """A value with a variable that has no value: nothing equals or resembles it (FS 3.11, C 12)."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def glob(pattern: str, value: str) -> bool:
    """`*` any characters, `?` one; a character behind NUL is literal, since it came from a variable."""
    tokens = re.findall("\0.|.", pattern, re.DOTALL)
    return bool(re.fullmatch("".join({"*": ".*", "?": "."}.get(t, re.escape(t[-1])) for t in tokens), value, re.DOTALL))


def substitute(value: str, context: Json, version: Any) -> str:
    """FS 3.11: variables, defaults and literals with Version 2012-10-17 only."""

    def resolve(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(",")
        quoted = re.fullmatch(r"\s*'(.*)'\s*", default)
        found = match[1] if match[1] in ("*", "?", "$") else context.get(name.lower(), quoted and quoted[1])
        if not match[0].endswith("}"):
            raise Unusable
        if found is None or isinstance(found, list):  # AMBIGUOUS: a multivalued key is no value either
            raise Null
        return "".join("\0" + c for c in text(found))

    return re.sub(r"\$\{([^}]*)(?:\}|$)", resolve, value) if version == "2012-10-17" else value


def action_matches(pattern: str, action: str) -> bool:
    """FS 3.11: case does not matter; C 12: not trimmed, not split at commas. The service takes no wildcard."""
    (service, colon, name), (wanted_service, _, wanted) = (a.lower().partition(":") for a in (pattern, action))
    return pattern == "*" or (bool(colon) and service == wanted_service and glob(name, wanted))


def is_short(pattern: str) -> bool:
    return pattern != "*" and pattern.count(":") < 5


def short(pattern: str, gate: str) -> str:
    """C 13: what an ARN of fewer than six parts is in the policies of a gate: `pad`, `never` or `void`."""
    if gate in ("scp", "rcp"):
        return "pad" if gate == "scp" and pattern.endswith("*") else "void"
    return "never" if gate in ("resource", "vpce") and "*" not in pattern else "pad"


def resource_matches(pattern: str, case: Json, context: Json, version: Any, gate: str) -> bool:
    """FS 2.1: segment by segment, `*` crossing `/` in the last (and in the type, C 12); FS 3.11: variables from the
    sixth segment on."""
    if is_short(pattern) and short(pattern, gate) == "pad":
        pattern += ":*" * (5 - pattern.count(":"))
    segments, wanted = pattern.split(":", 5), case["request"]["resource"].split(":", 5)
    if case["request"]["action"].lower() == "s3:listallmybuckets" and wanted == [
        "*"
    ]:  # AWS managed policies rely on it
        wanted = "arn:aws:s3:::*".split(":")
        return pattern == "*" or (len(segments) == 6 and all(map(glob, segments, wanted)))
    last = substitute(segments[-1], context, version)  # first of all: a variable without a value covers nothing
    if pattern == "*" or case["settings"].get("wildcard_only_action"):  # C 9: then only the literal "*"
        return pattern == "*"
    if len(segments) < 6 or len(wanted) < 6:
        return False
    return glob(last, wanted[5]) and all(map(glob, segments[:5], wanted[:5]))


def number(value: str) -> Decimal:
    """AMBIGUOUS: an exponent is not read."""
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", value):
        raise Unusable
    return Decimal(value)


def date(value: str) -> Decimal:
    """Epoch seconds or a W3C date. AMBIGUOUS: four digits are a year; without a zone it is UTC."""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) and not re.fullmatch("[0-9]{4}", value):
        return Decimal(value)
    clock = r"T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"
    if not re.fullmatch(rf"\d{{4}}(-\d\d(-\d\d({clock})?)?)?", value, re.ASCII):
        raise Unusable
    moment = datetime.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
    return Decimal((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def in_network(network: str, address: str) -> bool:
    """FS 3.10: an address or CIDR range; other masks and zones are not."""
    if not re.fullmatch(r"[0-9a-fA-F:.]+(/[0-9]+)?", network) or "%" in address:
        raise Unusable
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)


def boolean(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise Unusable
    return value.lower() == "true"


def arn_like(pattern: str, value: str) -> bool:
    """FS 3.10: ArnEquals is ArnLike, each of the six segments separately."""
    patterns, values = pattern.split(":", 5), value.split(":", 5)
    if len(patterns) < 6 or len(values) < 6 or values[0] != "arn":
        raise Unusable
    return all(map(glob, patterns, values))


COMPARE: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda p, v: p == v,
    "StringEqualsIgnoreCase": lambda p, v: p.lower() == v.lower(),
    "StringLike": glob,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "IpAddress": in_network,
    "NumericEquals": lambda p, v: number(v) == number(p),
    "DateEquals": lambda p, v: date(v) == date(p),
    "Bool": lambda p, v: boolean(v) == boolean(p),
    "BinaryEquals": lambda p, v: base64.b64decode(v, validate=True) == base64.b64decode(p, validate=True),
    "NumericLessThan": lambda p, v: number(v) < number(p),
    "NumericLessThanEquals": lambda p, v: number(v) <= number(p),
    "NumericGreaterThan": lambda p, v: number(v) > number(p),
    "NumericGreaterThanEquals": lambda p, v: number(v) >= number(p),
    "DateLessThan": lambda p, v: date(v) < date(p),
    "DateLessThanEquals": lambda p, v: date(v) <= date(p),
    "DateGreaterThan": lambda p, v: date(v) > date(p),
    "DateGreaterThanEquals": lambda p, v: date(v) >= date(p),
}
NEGATED = frozenset(
    "StringNotEquals StringNotEqualsIgnoreCase StringNotLike ArnNotEquals ArnNotLike NotIpAddress NumericNotEquals "
    "DateNotEquals".split()
)


def condition_holds(operator: str, key: str, policy_values: list[Any], context: Json, version: Any) -> bool:
    """One operator and key. Values of a key: OR, of a negated operator NOR (FS 3.10)."""
    quantifier, _, name = operator.rpartition(":")
    base, value = name.removesuffix("IfExists"), context.get(key.lower())  # key names ignore case (C 2)
    negated = base in NEGATED
    compare = COMPARE.get(base.replace("Not", "") if negated else base)
    if quantifier not in ("", "ForAllValues", "ForAnyValue"):
        return False
    empty = value is None or value == []  # FS 3.10 treats them alike with set operators and cures both with Null
    if name == "Null":  # with or without a quantifier
        return any(text(p).lower() == text(empty) for p in policy_values)
    if compare is None:
        return False
    if value is None or (quantifier and empty):  # the table of FS 3.10
        # AMBIGUOUS: the key is looked at before the policy values are resolved, and IfExists before ForAnyValue.
        return name != base or quantifier == "ForAllValues" or (not quantifier and negated)
    if not quantifier and isinstance(value, list):  # C 2: a list takes a set operator
        return False

    def matches(policy_value: Any, request_value: Any) -> bool:
        try:
            usable = base.startswith(("String", "Arn", "Bool"))  # FS 3.11 and published cases: no variables elsewhere
            wanted = substitute(text(policy_value), context, version) if usable else text(policy_value)
            wanted = wanted if compare in (glob, arn_like) else wanted.replace("\0", "")
            return compare(wanted, text(request_value)) != negated
        except Null:  # FS 3.11: negated operators match
            return negated
        except ValueError:  # not parsed: no match, negated or not (C 12)
            return False

    satisfied = [(all if negated else any)(matches(p, v) for p in policy_values) for v in as_list(value)]
    return any(satisfied) if quantifier == "ForAnyValue" else all(satisfied)


def statement_applies(statement: Json, version: Any, case: Json, context: Json, gate: str) -> bool:
    """Action, Resource and Condition; the principal is looked at separately. gate: whose policy it is in (C 13)."""
    actions = as_list(statement.get("Action", statement.get("NotAction", [])))
    if any(action_matches(p, case["request"]["action"]) for p in actions) == ("NotAction" in statement):
        return False

    def hit(pattern: str) -> bool:
        try:
            if "NotResource" in statement and is_short(pattern) and short(pattern, gate) == "pad":
                return True  # C 13: it never makes the statement apply
            return resource_matches(pattern, case, context, version, gate)
        except Null:  # C 12: it matches no resource
            return False
        except Unusable:  # in NotResource it never makes the statement apply
            return "NotResource" in statement

    listed = as_list(statement.get("Resource", statement.get("NotResource", [])))
    if any(is_short(one) and short(one, gate) == "void" for one in listed):
        return False
    if "NotResource" in statement and any(map(hit, as_list(statement["NotResource"]))):
        return False
    if "Resource" in statement and not any(map(hit, as_list(statement["Resource"]))):
        return False  # C 6: neither element, as in a trust policy: the statement matches
    return all(
        condition_holds(operator, key, as_list(values), context, version)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )
