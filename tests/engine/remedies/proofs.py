"""Checking a remedy from outside: put its documents, and what the caller is to meet, into the case and decide again,
with none of the plan's own machinery."""

import copy
from fnmatch import fnmatchcase
from typing import Any

from whydenied.engine.evaluation import evaluate_case
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.remedies import Change, Remedy

__all__ = ["decide_with", "known", "new_wildcards"]


def known(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case with the keys that AWS sends with every request: aws:PrincipalArn of IAM principals, of services
    their name. For a session whose role's path is not told, the path is one that nobody would guess."""
    principal = case["request"]["principal"]
    context = dict(case["request"].get("context") or {})
    if isinstance(principal, dict) and "service" in principal:
        context.setdefault("aws:PrincipalServiceName", principal["service"])
    elif isinstance(principal, str) and principal.startswith("arn:") and "aws:PrincipalArn" not in context:
        parts = principal.split(":", 5)
        kind, _, rest = parts[5].partition("/")
        arn = principal
        if kind == "assumed-role":
            arn = f"arn:{parts[1]}:iam::{parts[4]}:role/some/where/{rest.partition('/')[0]}"
        context["aws:PrincipalArn"] = arn
    return {**case, "request": {**case["request"], "context": context}}


def decide_with(case: dict[str, Any], remedy: Remedy, leave_out: int | None = None) -> str:
    """Return the decision with a remedy's changes in place and its conditions met, but for one of the changes, or one
    of the conditions (counted after the changes)."""
    changed = copy.deepcopy(known(case))
    for number, change in enumerate(remedy.changes):
        if number != leave_out:
            _put(changed, change)
    context = changed["request"]["context"]
    for number, meeting in enumerate(remedy.meets, len(remedy.changes)):
        if number != leave_out:
            for name in [name for name in context if name.lower() == meeting.key.lower()]:
                del context[name]
            if meeting.value is not None:
                context[meeting.key] = list(meeting.value) if isinstance(meeting.value, tuple) else meeting.value
    return str(evaluate_case(changed)["decision"])


def _put(case: dict[str, Any], change: Change) -> None:
    if change.gate == "s3-bpa":
        case["settings"] = {**(case.get("settings") or {}), "s3_block_public_access": False}
        return
    gate = find_gate(change.gate)
    if gate.shape == "one":
        case[gate.field] = change.after
        return
    if not case.get(gate.field):
        case[gate.field] = []
    documents = case[gate.field][change.level] if gate.shape == "levels" else case[gate.field]
    document: Any = change.after
    if change.gate == "identity":
        document = {"name": change.policy, "document": document}
    documents[change.position : change.position + 1] = [document]


def new_wildcards(change: Change, case: dict[str, Any]) -> set[str]:
    """Return the texts with wildcards that a change brings in and the request did not have.

    The pattern that names one role by its name, whatever its path, is no wider than the request, nor is the Principal
    of an endpoint policy, which takes no other, nor what is left of a Deny's own pattern without a bucket."""
    found = _wild(change.after) - _wild(change.before) - _wild(case["request"])
    if change.kind == "exception":
        found = {one for one in found if not any(fnmatchcase(one, old) for old in _wild(change.before))}
    endless = {"*"} if change.gate == "vpce" else set()
    return {one for one in found - endless if not (":role/*/" in one and one.count("*") == 1)}


def _wild(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_wild, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_wild, value)) if value else set()
    return {value} if isinstance(value, str) and ("*" in value or "?" in value) else set()
