"""The trust policy of the role that is to be assumed. Source: IAM API, GetRole (`AssumeRolePolicyDocument`)."""

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the trust policy; a role that is not there answers like one that refuses."""
    piece = Piece()
    answer = reader.read(Call("iam", "GetRole", {"RoleName": target.trust_role}, target.owner))
    if answer.ok:
        role = answer.get("Role", {})
        body = document(role.get("AssumeRolePolicyDocument"))
        piece.policies["resource"] = {"name": f"trust policy of {target.trust_role}", "document": body}
        piece.facts.append(("role.exists", "yes"))
        for tag in role.get("Tags") or []:
            piece.context[f"aws:ResourceTag/{tag.get('Key')}"] = str(tag.get("Value", ""))
    elif answer.missing:
        piece.facts.append(("role.exists", "no"))
    piece.fail("resource", f"the trust policy of role `{target.trust_role}`", [answer])
    return piece


SOURCE = Source("trust", ("resource",), 1, (("iam", "GetRole"),), lambda target: bool(target.trust_role), collect)
