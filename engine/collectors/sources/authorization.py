"""AWS's own record of the refused request, for a message with an authorization id: the best evidence there is.

It holds the request's real context and each gate's own answer, and the policies as they were at that moment.
Source: IAM, GetRequestAuthorizationDetails and GetRequestAuthorizationPolicy (`iam-toolbox`, preview of 2026).
"""

from typing import Any

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target

__all__ = ["GATES", "SOURCE"]

GATES = {
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
    "VPC_ENDPOINT": "vpce",
    "RESOURCE": "resource",
    "PRINCIPAL": "identity",
    "PERMISSIONS_BOUNDARY": "boundary",
    "SESSION": "session",
}
_TYPES = {
    "scp": "SERVICE_CONTROL_POLICY",
    "rcp": "RESOURCE_CONTROL_POLICY",
    "vpce": "VPC_ENDPOINT_POLICY",
    "resource": "RESOURCE_BASED_POLICY",
    "identity": "IDENTITY_BASED_POLICY",
    "boundary": "PERMISSIONS_BOUNDARY",
    "session": "SESSION_POLICY",
}
_EFFECTS = ("EXPLICIT_DENY", "IMPLICIT_DENY")


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the record, its context, and the policies that were captured with it."""
    piece = Piece()
    parameters = {"authorizationId": target.authorization_id}
    answer = reader.read(
        Call("iam-toolbox", "GetRequestAuthorizationDetails", parameters, target.account, target.region)
    )
    if not answer.ok:
        piece.fail("", "AWS's own record of the request", [answer])
        return piece
    evaluation = _refused(answer.get("evaluations") or [], target)
    context = {**(answer.get("requestContext") or {}), **(evaluation.get("context") or {})}
    piece.context.update({str(key): _value(value) for key, value in context.items()})
    piece.complete_context = bool(context)
    piece.owner = str(context.get("aws:ResourceAccount") or "")
    for effect in _EFFECTS:
        for check in evaluation.get("checks") or []:
            if check.get("evaluatedEffect") == effect and check.get("checkType") in GATES:
                piece.facts.append(("authorization.denied-by", GATES[check["checkType"]]))
                piece.facts.append(("authorization.effect", effect.partition("_")[0].lower()))
                _policies(reader, target, answer.get("policies") or [], evaluation, piece)
                return piece
    return piece


def _refused(evaluations: list[dict[str, Any]], target: Target) -> dict[str, Any]:
    """Return the evaluation of the action that was refused; one request may need several."""
    denied = [one for one in evaluations if one.get("evaluatedEffect") in _EFFECTS]
    same = [one for one in denied if str(one.get("action", "")).lower() == target.action.lower()]
    return next(iter([*same, *denied]), {})


def _value(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def _policies(
    reader: Reader, target: Target, listed: list[dict[str, Any]], evaluation: dict[str, Any], piece: Piece
) -> None:
    """Read the captured policies; a gate that had no part in it is known to be empty, SCPs count as one level."""
    uris = [str(one.get("uri")) for one in listed if one.get("type") in _TYPES.values() and one.get("uri")]
    answers = reader.read_many(
        [
            Call(
                "iam-toolbox",
                "GetRequestAuthorizationPolicy",
                {"authorizationId": target.authorization_id, "policyUri": uri},
                target.account,
                target.region,
            )
            for uri in uris
        ]
    )
    bodies = {
        uri: document(answer.get("policyDocument")) for uri, answer in zip(uris, answers, strict=True) if answer.ok
    }
    checked = {str(check.get("checkType")): check for check in evaluation.get("checks") or []}
    for name, gate in GATES.items():
        of_gate = [str(one.get("uri")) for one in listed if one.get("type") == _TYPES[gate]]
        if any(uri not in bodies for uri in of_gate):
            continue
        documents = [{"name": uri, "document": bodies[uri]} for uri in of_gate]
        if documents:
            piece.policies[gate] = [documents] if gate in ("scp", "rcp") else documents
        elif name not in checked or checked[name].get("evaluatedEffect") == "NO_IMPACT":
            piece.policies[gate] = []


SOURCE = Source(
    "authorization",
    tuple(GATES.values()),
    2,
    (("iam-toolbox", "GetRequestAuthorizationDetails"), ("iam-toolbox", "GetRequestAuthorizationPolicy")),
    lambda target: bool(target.authorization_id),
    collect,
)
