"""Checking a remedy from outside: put its documents into the case and decide again, with none of the plan's own
machinery."""

import copy
from typing import Any

from engine.evaluation import evaluate_case
from engine.remedies import Change, Remedy

__all__ = ["decide_with", "new_wildcards"]

_FIELDS = {
    "identity": "identity_policies",
    "boundary": "permissions_boundaries",
    "vpce": "vpc_endpoint_policies",
    "resource": "resource_policy",
    "session": "session_policy",
    "scp": "scps",
    "rcp": "rcps",
}


def decide_with(case: dict[str, Any], remedy: Remedy, leave_out: int | None = None) -> str:
    """Return the decision with a remedy's changes in place, but for one of them."""
    changed = copy.deepcopy(case)
    for number, change in enumerate(remedy.changes):
        if number != leave_out:
            _put(changed, change)
    return str(evaluate_case(changed)["decision"])


def _put(case: dict[str, Any], change: Change) -> None:
    if change.gate == "s3-bpa":
        case["settings"] = {**(case.get("settings") or {}), "s3_block_public_access": False}
        return
    field = _FIELDS[change.gate]
    if change.gate in ("resource", "session"):
        case[field] = change.after
        return
    if not case.get(field):
        case[field] = []
    documents = case[field][change.level] if change.gate in ("scp", "rcp") else case[field]
    document: Any = change.after or {"Statement": []}
    if change.gate == "identity":
        document = {"name": change.policy, "document": document}
    documents[change.position : change.position + 1] = [document]


def new_wildcards(change: Change, case: dict[str, Any]) -> set[str]:
    """Return the texts with wildcards that a change brings in and the request did not have."""
    return _wild(change.after) - _wild(change.before) - _wild(case["request"])


def _wild(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_wild, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_wild, value)) if value else set()
    return {value} if isinstance(value, str) and ("*" in value or "?" in value) else set()
