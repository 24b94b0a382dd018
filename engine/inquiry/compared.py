"""Answers that an output gives only beside the message: which identity, which account."""

from collections.abc import Mapping

from whydenied.engine.arn import principal_account
from whydenied.engine.facts import Fact, Source
from whydenied.engine.inquiry.policies import Known
from whydenied.engine.inquiry.subjects import Output, role_of

__all__ = ["compared"]


def compared(data: Output, question: str, known: Known | None) -> tuple[list[Fact], list[str]]:
    """Return what an output answers in comparison with the message, and notes for where it does not."""
    if isinstance(data.get("Organization"), Mapping):
        return _organization(data["Organization"], question, known)
    if all(isinstance(data.get(name), str) for name in ("Account", "Arn", "UserId")):
        return _identity(str(data["Arn"]), question, known)
    return [], []


def _organization(organization: Output, question: str, known: Known | None) -> tuple[list[Fact], list[str]]:
    management = str(organization.get("MasterAccountId") or "")
    account = principal_account(known.principal) if known else None
    if management and account:
        source = Source("output", "aws organizations describe-organization")
        return [Fact("organization.management", "yes" if account == management else "no", source)], []
    if question == "organization.management":
        return [], [
            f"The management account is {management or 'not named in it'}. The message does not tell the caller's "
            "account: compare it with `Account` from `aws sts get-caller-identity`, and choose the answer."
        ]
    return [], []


def _identity(arn: str, question: str, known: Known | None) -> tuple[list[Fact], list[str]]:
    if question != "principal.is-expected":
        return [], []
    here, there = role_of(arn), role_of(known.principal) if known else ""
    if not there:
        return [], [f"It is `{arn}`. Is that the identity that you meant? Choose the answer."]
    same_account = known is None or principal_account(arn) == principal_account(known.principal)
    if here == there and same_account:
        return [], [
            f"It is `{here}`, as in the message. Whether that is the identity that you meant, only you know: choose "
            "the answer."
        ]
    source = Source("output", "aws sts get-caller-identity")
    return [Fact("principal.is-expected", "no", source)], [
        f"The message is about `{there}`, and this is `{here or arn}`: the refused call ran as another identity. "
        "If you ran the command in another place than the call, change the answer."
    ]
