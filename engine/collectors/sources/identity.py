"""Identity policies of the calling user (with its groups) or role, and what IAM knows of the caller itself.

Source: IAM API, GetUser, GetRole, List…Policies. `ListAttached…` alone would miss inline and group policies.
"""

from whydenied.engine.collectors.calls import Answer, Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import inline_policies, managed_policies
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE", "holder_of"]


def holder_of(reader: Reader, target: Target) -> Answer:
    """Read the calling user or role itself."""
    kind = target.kind.capitalize()
    return reader.read(Call("iam", f"Get{kind}", {f"{kind}Name": target.name}, target.account))


def collect(reader: Reader, target: Target) -> Piece:
    """Collect every policy that the caller carries."""
    piece = Piece()
    if target.kind in ("", "root"):
        piece.policies["identity"] = []
        return piece
    account, kind = target.account, target.kind.capitalize()
    who = {f"{kind}Name": target.name}
    operations = [f"Get{kind}", f"List{kind}Policies", f"ListAttached{kind}Policies"]
    if kind == "User":
        operations.append("ListGroupsForUser")
    answers = reader.read_many([Call("iam", operation, who, account) for operation in operations])
    _describe(piece, answers[0], target)
    holders = [(kind, target.name, answers[1], answers[2])]
    failed = [answer for answer in answers[1:] if not answer.ok]
    for name in [str(group["GroupName"]) for group in (answers[3].get("Groups", []) if kind == "User" else [])]:
        parts = reader.read_many(
            [
                Call("iam", operation, {"GroupName": name}, account)
                for operation in ("ListGroupPolicies", "ListAttachedGroupPolicies")
            ]
        )
        failed += [answer for answer in parts if not answer.ok]
        holders.append(("Group", name, parts[0], parts[1]))
    policies, more = _documents(reader, holders, account)
    failed += more
    if failed:
        piece.fail("identity", f"the policies of {target.kind} `{target.name}`", failed)
    else:
        piece.policies["identity"] = policies
    return piece


def _documents(
    reader: Reader, holders: list[tuple[str, str, Answer, Answer]], account: str
) -> tuple[list[dict[str, object]], list[Answer]]:
    found: list[dict[str, object]] = []
    failed: list[Answer] = []
    attached: dict[str, str] = {}
    for kind, name, inline, managed in holders:
        policies, missing = inline_policies(reader, kind, name, inline.get("PolicyNames", []), account)
        found += policies
        failed += missing
        for one in managed.get("AttachedPolicies", []):
            attached.setdefault(str(one["PolicyArn"]), f"{kind.lower()}/{name}")
    policies, missing = managed_policies(reader, attached, account)
    return found + policies, failed + missing


def _describe(piece: Piece, holder: Answer, target: Target) -> None:
    """Take condition keys from the user or role: its full ARN, its id, its tags."""
    found = holder.get("Role") or holder.get("User") or {}
    if isinstance(found.get("Arn"), str):
        piece.context["aws:PrincipalArn"] = found["Arn"]
    if isinstance(found.get("RoleId"), str) and target.session:
        piece.context["aws:userid"] = f"{found['RoleId']}:{target.session}"
    elif isinstance(found.get("UserId"), str):
        piece.context["aws:userid"] = found["UserId"]
    for tag in found.get("Tags") or []:
        piece.context[f"aws:PrincipalTag/{tag.get('Key')}"] = str(tag.get("Value", ""))


SOURCE = Source(
    "identity",
    ("identity",),
    5,
    tuple(
        ("iam", operation)
        for operation in (
            "GetRole",
            "GetUser",
            "ListRolePolicies",
            "ListUserPolicies",
            "ListGroupPolicies",
            "ListAttachedRolePolicies",
            "ListAttachedUserPolicies",
            "ListAttachedGroupPolicies",
            "ListGroupsForUser",
            "GetRolePolicy",
            "GetUserPolicy",
            "GetGroupPolicy",
            "GetPolicy",
            "GetPolicyVersion",
        )
    ),
    lambda target: True,
    collect,
)
