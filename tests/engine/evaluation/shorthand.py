"""Short cases for case files: what a case leaves out is the plainest thing it can be.

`caller` is a user unless given, `target` an object of a bucket of the same account, and each gate's field a list of
statements (of one policy) or, for scps and rcps, a list of levels of lists of statements."""

from typing import Any

from whydenied.engine.evaluation.gates import POLICY_GATES, Gate

__all__ = ["USER", "expand"]

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/ana"
OBJECT = "arn:aws:s3:::reports/q1.csv"

_FIELDS = {"caller", "action", "target", "account", "context", "open", "settings", "unknown"}
# By the name of the gate, of SCPs and RCPs by that of the field, since there are several.
_GATES = {gate.field if gate.shape == "levels" else gate.name: gate for gate in POLICY_GATES}
_EXPECTED = {"name", "decision", "blocked_by", "summary"}


def expand(short: dict[str, Any]) -> dict[str, Any]:
    """Write a short case out in the form of `whydenied evaluate`."""
    known = _FIELDS | _EXPECTED | set(_GATES)
    assert set(short) <= known, f"unknown fields {set(short) - known}"
    return {
        "id": short.get("name"),
        "request": {
            "principal": short.get("caller", USER),
            "action": short.get("action", "s3:GetObject"),
            "resource": short.get("target", OBJECT),
            "resource_account": short.get("account", ACCOUNT),
            "context": short.get("context", {}),
            "context_complete": not short.get("open", False),
        },
        **{gate.field: _policies(gate, short.get(name)) for name, gate in _GATES.items()},
        "settings": short.get("settings", {}),
        "unknown": short.get("unknown", []),
    }


def _policies(gate: Gate, given: Any) -> Any:
    if gate.name == "identity":
        return [{"name": "identity", "document": _document(given)}] if given is not None else []
    if given is None:
        return None
    if gate.shape == "levels":
        return [[_document(level)] if level else [] for level in given]
    return _document(given) if gate.shape == "one" else [_document(given)]


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
