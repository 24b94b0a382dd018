"""Short cases for case files: what a case leaves out is the plainest thing it can be.

`caller` is a user unless given, `target` an object of a bucket of the same account, and each gate's field a list of
statements (of one policy) or, for scps and rcps, a list of levels of lists of statements."""

from typing import Any

__all__ = ["USER", "expand"]

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/ana"
OBJECT = "arn:aws:s3:::reports/q1.csv"

_FIELDS = {
    "caller",
    "action",
    "target",
    "account",
    "context",
    "open",
    "identity",
    "resource",
    "boundary",
    "session",
    "scps",
    "rcps",
    "vpce",
    "settings",
    "unknown",
}
_EXPECTED = {"name", "decision", "blocked_by", "summary"}


def expand(short: dict[str, Any]) -> dict[str, Any]:
    """Write a short case out in the form of `whydenied evaluate`."""
    assert set(short) <= _FIELDS | _EXPECTED, f"unknown fields {set(short) - _FIELDS - _EXPECTED}"
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
        "identity_policies": [{"name": "identity", "document": _document(short["identity"])}]
        if "identity" in short
        else [],
        "resource_policy": _document(short["resource"]) if "resource" in short else None,
        "permissions_boundaries": [_document(short["boundary"])] if "boundary" in short else None,
        "session_policy": _document(short["session"]) if "session" in short else None,
        "scps": _levels(short.get("scps")),
        "rcps": _levels(short.get("rcps")),
        "vpc_endpoint_policies": [_document(short["vpce"])] if "vpce" in short else None,
        "settings": short.get("settings", {}),
        "unknown": short.get("unknown", []),
    }


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _levels(levels: list[list[dict[str, Any]]] | None) -> list[list[dict[str, Any]]] | None:
    return None if levels is None else [[_document(level)] if level else [] for level in levels]
