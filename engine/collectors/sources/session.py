"""The session policy, as the AssumeRole event in CloudTrail's history recorded it; IAM itself never shows it.

Source: CloudTrail API, LookupEvents; STS API, AssumeRole (`policy`, `policyArns` among the request parameters).
"""

import msgspec

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece, Unknown
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document, managed_policies
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Look for the event that began the session."""
    piece = Piece()
    attribute = {"AttributeKey": "ResourceName", "AttributeValue": target.session}
    call = Call(
        "cloudtrail", "LookupEvents", {"LookupAttributes": [attribute], "MaxResults": 20}, target.account, target.region
    )
    answer = reader.read(call)
    if not answer.ok:
        piece.fail("session", "the session policy, which only the AssumeRole event shows", [answer])
        return piece
    for event in answer.get("Events", []):
        try:
            record = msgspec.json.decode(str(event.get("CloudTrailEvent")))
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            continue
        made = ((record.get("responseElements") or {}).get("assumedRoleUser") or {}).get("arn")
        asked = record.get("requestParameters") or {}
        if made == target.principal:
            arns = [one.get("arn") for one in asked.get("policyArns") or [] if isinstance(one, dict)]
            body = document(asked.get("policy")) if asked.get("policy") else None
            policies, failed = managed_policies(reader, {arn: "" for arn in arns if arn}, target.account)
            if not failed:
                inline = [{"name": "session policy", "document": body}] if body else []
                piece.policies["session"] = [*inline, *policies] or None
                piece.facts.append(("session.policy", "yes" if inline or policies else "no"))
                return piece
    what = "the session policy: look at the code that starts the session, or at its AssumeRole event"
    piece.unknown.append(Unknown("session", what, "the event was not found", ""))
    return piece


SOURCE = Source(
    "session",
    ("session",),
    1,
    (("cloudtrail", "LookupEvents"), ("iam", "GetPolicy"), ("iam", "GetPolicyVersion")),
    lambda target: bool(target.session) and target.layer == "session",
    collect,
)
