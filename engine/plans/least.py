"""The least policy for a plan: the actions that its calls need, on the resources that they are about, and nothing else.

Sizes: IAM User Guide, "IAM and AWS STS quotas": a managed policy has at most 6,144 characters, white space not counted,
and a role at most ten of them unless its quota was raised."""

from collections.abc import Iterable, Iterator

import msgspec

from whydenied.engine.drafts.merge import merged_statements
from whydenied.engine.plans.requests import Asked

__all__ = ["MAX_POLICIES", "MAX_POLICY", "Least", "beginnings", "least_policy"]

MAX_POLICY = 6_144
MAX_POLICIES = 10
_VERSION = "2012-10-17"
# Keys whose value a statement repeats, so that it is not wider than the call.
_LIMITS = {
    "iam:PassedToService": "StringEquals",
    "iam:AWSServiceName": "StringEquals",
    "iam:PolicyARN": "ArnEquals",
    "iam:PermissionsBoundary": "ArnEquals",
    "kms:ViaService": "StringEquals",
    "ec2:CreateAction": "StringEquals",
}
# Names of one type beyond which their common beginning takes their place, where the policies would be too many.
_FEW = 1


class Least(msgspec.Struct, frozen=True):
    """documents: policies that each fit. statements: all of them in one. widened: resources whose common beginning was
    taken since their names did not fit in; () for none. fits: whether one role can have all documents."""

    documents: tuple[dict[str, object], ...]
    statements: tuple[dict[str, object], ...]
    widened: tuple[str, ...]
    fits: bool


def least_policy(asked: Iterable[Asked], *, everything: bool = False) -> Least:
    """Return the policy for requests. everything: for those too that are made only where the provider takes another way
    than is usual."""
    wanted = [one for one in asked if one.expected or everything]
    statements = _statements(wanted)
    documents = tuple(_split(statements))
    if len(documents) <= MAX_POLICIES:
        return Least(documents, statements, (), True)
    shorter, widened = _widened(statements)
    documents = tuple(_split(shorter))
    return Least(documents, shorter, widened, len(documents) <= MAX_POLICIES)


def _statements(wanted: Iterable[Asked]) -> tuple[dict[str, object], ...]:
    found: dict[tuple[object, ...], dict[str, object]] = {}
    for one in wanted:
        limits = tuple((key, value) for key, value in one.context.items() if key in _LIMITS and isinstance(value, str))
        key = (one.action, one.resource, limits)
        if key not in found:
            found[key] = _statement(one, limits)
    return merged_statements(found.values())


def _statement(one: Asked, limits: tuple[tuple[str, str], ...]) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Action": one.action, "Resource": one.resource}
    condition: dict[str, dict[str, str]] = {}
    for key, value in limits:
        condition.setdefault(_LIMITS[key], {})[key] = value
    return {**statement, "Condition": condition} if condition else statement


def size_of(document: object) -> int:
    """Return the characters of a document as IAM counts them."""
    return len("".join(msgspec.json.encode(document).decode().split()))


def _split(statements: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Yield documents that hold the statements in order, each as full as it can be."""
    now: list[dict[str, object]] = []
    size = empty = size_of({"Version": _VERSION, "Statement": []})
    for statement in (piece for one in statements for piece in _pieces(one, MAX_POLICY - empty)):
        length = size_of(statement) + 1
        if now and size + length > MAX_POLICY:
            yield {"Version": _VERSION, "Statement": now}
            now, size = [], empty
        now.append(statement)
        size += length
    if now:
        yield {"Version": _VERSION, "Statement": now}


def _pieces(statement: dict[str, object], room: int) -> Iterator[dict[str, object]]:
    """Yield a statement, in halves (of its resources, else of its actions) for as long as it does not fit."""
    if size_of(statement) < room:
        yield statement
        return
    for element in ("Resource", "Action"):
        values = statement.get(element)
        if isinstance(values, list) and len(values) > 1:
            middle = len(values) // 2
            for half in (values[:middle], values[middle:]):
                yield from _pieces({**statement, element: half[0] if len(half) == 1 else half}, room)
            return
    yield statement


def _widened(statements: Iterable[dict[str, object]]) -> tuple[tuple[dict[str, object], ...], tuple[str, ...]]:
    """Return the statements with the names of one type replaced by their common beginning, and these."""
    changed: list[dict[str, object]] = []
    widened: list[str] = []
    for statement in statements:
        values = statement["Resource"]
        if isinstance(values, list) and len(values) > _FEW:
            shorter = beginnings(values)
            widened += [one for one in shorter if one not in values]
            statement = {**statement, "Resource": shorter[0] if len(shorter) == 1 else shorter}
        changed.append(statement)
    return merged_statements(changed), tuple(dict.fromkeys(widened))


def beginnings(values: list[str]) -> list[str]:
    """Return ARNs with those of one type replaced by their common beginning and `*`."""
    groups: dict[str, list[str]] = {}
    for value in values:
        head, _, rest = value.rpartition(":")
        kind = rest.partition("/")[0] if "/" in rest and "s3:::" not in value else ""
        inner = "/" if "s3:::" in value and "/" in rest else ""
        groups.setdefault(f"{head}:{kind}{inner}", []).append(value)
    found = []
    for group in groups.values():
        if len(group) <= _FEW:
            found += group
            continue
        first, last = min(group), max(group)
        length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
        found.append(f"{first[:length].rstrip('*')}*")
    return sorted(found)
