"""The permissions boundary of the calling user or role. Source: IAM API, GetRole, GetUser (`PermissionsBoundary`)."""

from whydenied.engine.collectors.calls import Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import managed_policies
from whydenied.engine.collectors.sources.identity import holder_of
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the boundary; that there is none is known too."""
    piece = Piece()
    if target.kind in ("", "root"):
        piece.policies["boundary"] = []
        return piece
    holder = holder_of(reader, target)
    if not holder.ok:
        piece.fail("boundary", f"the permissions boundary of {target.kind} `{target.name}`", [holder])
        return piece
    found = holder.get("Role") or holder.get("User") or {}
    arn = (found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    piece.facts.append(("boundary.attached", "yes" if arn else "no"))
    policies, failed = managed_policies(reader, {arn: f"{target.kind}/{target.name}"} if arn else {}, target.account)
    if failed:
        piece.fail("boundary", f"the permissions boundary `{arn}`", failed)
    else:
        piece.policies["boundary"] = policies
    return piece


SOURCE = Source(
    "boundary",
    ("boundary",),
    1,
    (("iam", "GetRole"), ("iam", "GetUser"), ("iam", "GetPolicy"), ("iam", "GetPolicyVersion")),
    lambda target: True,
    collect,
)
