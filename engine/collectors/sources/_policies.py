"""Policy documents out of IAM's answers: managed ones in two calls each, inline ones in one."""

from collections.abc import Iterable, Mapping

import msgspec

from whydenied.engine.collectors.calls import Answer, Call, Reader
from whydenied.engine.policy.managed import managed_policy
from whydenied.engine.policy.outputs import decoded

__all__ = ["document", "inline_policies", "managed_policies"]


def document(raw: object) -> object:
    """Return a policy document as an object: IAM gives objects, percent-encoded or plain JSON text, by the client."""
    if not isinstance(raw, str):
        return raw
    try:
        return msgspec.json.decode(decoded(raw))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def managed_policies(
    reader: Reader, holders: Mapping[str, str], account: str
) -> tuple[list[dict[str, object]], list[Answer]]:
    """Return the default versions of managed policies, and the answers that brought none.

    holders: of each policy's ARN who has it (`group/staff`). Of AWS's own the name is enough where the text may not be
    read: their texts are known (engine.policy.managed)."""
    arns = list(holders)
    heads = reader.read_many([Call("iam", "GetPolicy", {"PolicyArn": arn}, account) for arn in arns])
    failed = [head for head in heads if not head.ok]
    versions = reader.read_many(
        [
            Call("iam", "GetPolicyVersion", {"PolicyArn": arn, "VersionId": _version(head)}, account)
            for arn, head in zip(arns, heads, strict=True)
            if head.ok
        ]
    )
    attachments = {arn: _attachments(head) for arn, head in zip(arns, heads, strict=True)}
    found: list[dict[str, object]] = []
    for answer in versions:
        if answer.ok:
            body = document(answer.get("PolicyVersion", {}).get("Document"))
            arn = str(answer.call.parameters["PolicyArn"])
            home = {"holder": holders[arn], **attachments[arn]}
            found.append({"name": arn, "document": body, "home": home})
        else:
            failed.append(answer)
    known = [answer for answer in failed if managed_policy(str(answer.call.parameters["PolicyArn"])) is not None]
    found += [{"name": str(answer.call.parameters["PolicyArn"])} for answer in known]
    return found, [answer for answer in failed if answer not in known]


def _attachments(head: Answer) -> dict[str, object]:
    count = head.get("Policy", {}).get("AttachmentCount")
    return {"attachments": count} if isinstance(count, int) else {}


def _version(head: Answer) -> str:
    policy: Mapping[str, object] = head.get("Policy", {})
    return str(policy.get("DefaultVersionId", "v1"))


def inline_policies(
    reader: Reader, kind: str, holder: str, names: Iterable[str], account: str
) -> tuple[list[dict[str, object]], list[Answer]]:
    """Return the inline policies of a `User`, `Group` or `Role`, and the answers that brought none."""
    answers = reader.read_many(
        [Call("iam", f"Get{kind}Policy", {f"{kind}Name": holder, "PolicyName": name}, account) for name in names]
    )
    found = [
        {
            "name": str(answer.call.parameters["PolicyName"]),
            "document": document(answer.get("PolicyDocument")),
            "home": {"holder": f"{kind.lower()}/{holder}"},
        }
        for answer in answers
        if answer.ok
    ]
    return found, [answer for answer in answers if not answer.ok]
