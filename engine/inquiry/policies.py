"""Policies in pasted output, decided by the evaluator for the request at hand, gate by gate.

One output holds one side's policies, so only its own gate is asked; the others stay unknown, and unknown is never read
as a denial. Where a policy depends on a key of the request that nobody told, that key is named instead of an answer.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import Evaluation, read_case
from whydenied.engine.evaluation.accounts import account_case
from whydenied.engine.evaluation.answer import Answer
from whydenied.engine.evaluation.gates import POLICY_GATES, find_gate
from whydenied.engine.facts import Fact, Source
from whydenied.engine.policy.outputs import Named, Output, output_of, policies_in
from whydenied.engine.secrets.sign import is_masked

__all__ = ["Known", "account_details", "policy_answers"]

_KMS_CALLS: Final = {"put": "kms:GenerateDataKey", "create": "kms:GenerateDataKey"}


class Known(msgspec.Struct, frozen=True):
    """The request, as far as the message told it."""

    principal: str
    action: str
    resource: str
    region: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it can be evaluated: no part of its names was hidden as a secret."""
        return bool(self.principal and self.action) and not is_masked(self.principal) and not is_masked(self.resource)


class _Found(msgspec.Struct, frozen=True):
    """A policy in an output: which gate reads it, and what its answer means; the action and the resource, where they
    are others than those of the message."""

    gate: str
    values: Mapping[str, tuple[tuple[str, str], ...]]
    command: str
    action: str = ""
    resource: str = ""


def policy_answers(data: Mapping[str, object], question: str, known: Known | None) -> tuple[list[Fact], list[str]]:
    """Return the answers that the policies of an output give, and notes for where they cannot be told."""
    if account_details(data):
        return _details_answers(data, known)
    found = _find(data, question, known)
    if found is None:
        return [], []
    if known is None or not known.is_complete:
        return [], [
            "It holds a policy. What it says about your call can be told only with the message: paste that at the top "
            "of the page, or read the policy and choose the answer."
        ]
    try:
        evaluation = read_case(_case(known, found, policies_in(data)))
    except InputError as error:
        return [], [f"The policy in it cannot be read: {error}."]
    answer = next((one for one in evaluation.answers if one.gate == found.gate), None)
    if answer is None:
        return [], []
    if answer.undecided and answer.decision == "implicit-deny":
        # A Deny that may match is no "nothing in it".
        return [], _open_notes(answer, evaluation)
    return _facts(found, answer), _open_notes(answer, evaluation)


def _case(known: Known, found: _Found, documents: list[Named]) -> dict[str, object]:
    """Return a case with the policies of one gate; every other gate is unknown."""
    request = {
        "principal": known.principal,
        "action": found.action or known.action,
        "resource": found.resource or known.resource or "*",
        "context_complete": False,
    }
    unknown = [one.name for one in POLICY_GATES if one.name != found.gate]
    return {"request": request, find_gate(found.gate).field: documents, "unknown": unknown}


def account_details(data: Mapping[str, object]) -> bool:
    """Tell whether an output is that of `get-account-authorization-details`."""
    return any(isinstance(data.get(key), list) for key in ("UserDetailList", "RoleDetailList"))


def _details_answers(data: Mapping[str, object], known: Known | None) -> tuple[list[Fact], list[str]]:
    if known is None or not known.is_complete:
        return [], [
            "It holds the policies of an account. Paste the message at the top of the page to have them decided."
        ]
    request = {"principal": known.principal, "action": known.action, "resource": known.resource or "*"}
    try:
        case = account_case(data, {"request": request})
        evaluation = read_case(case)
    except InputError as error:
        return [], [f"{str(error)[0].upper()}{str(error)[1:]}."]
    source = Source("output", "aws iam get-account-authorization-details")
    facts = [Fact("boundary.attached", "yes" if case["permissions_boundaries"] else "no", source)]
    notes = []
    values: dict[str, Mapping[str, tuple[tuple[str, str], ...]]] = {
        "identity": {
            "allow": (("identity.allows", "yes"), ("identity.denies", "no")),
            "implicit-deny": (("identity.allows", "no"), ("identity.denies", "no")),
            "explicit-deny": (("identity.denies", "yes"),),
        },
        "boundary": {
            "allow": (("boundary.allows", "yes"),),
            "implicit-deny": (("boundary.allows", "no"),),
            "explicit-deny": (("boundary.allows", "denies"),),
        },
    }
    for answer in evaluation.answers:
        facts += [Fact(name, value, source) for name, value in values.get(answer.gate, {}).get(answer.decision, ())]
        if answer.gate in values:
            notes += _open_notes(answer, evaluation)
    return facts, notes


def _facts(found: _Found, answer: Answer) -> list[Fact]:
    source = Source("output", found.command)
    return [Fact(name, value, source) for name, value in found.values.get(answer.decision, ())]


def _open_notes(answer: Answer, evaluation: Evaluation) -> list[str]:
    """Name what a gate's answer depends on, where it is not known."""
    if not answer.undecided:
        return []
    context = evaluation.request.context
    keys_open = [
        key
        for _, statement in answer.undecided
        for condition in statement.conditions
        if condition.evaluate(context) is None and (key := condition.unknown_key(context))
    ]
    if not keys_open:
        return []
    keys = " and ".join(dict.fromkeys(keys_open))
    return [f"What the policy says depends on {keys} in the request, which the message does not tell."]


_BUCKET = {
    "allow": (("bucket.policy-says", "allows"), ("bucket.policy-allows", "yes"), ("bucket.policy-denies", "no")),
    "explicit-deny": (("bucket.policy-says", "denies"), ("bucket.policy-denies", "yes")),
    "implicit-deny": (
        ("bucket.policy-says", "leaves-out"),
        ("bucket.policy-allows", "no"),
        ("bucket.policy-denies", "no"),
    ),
}
_VPCE = {
    "allow": (("vpce.policy-allows", "yes"),),
    "explicit-deny": (("vpce.policy-allows", "denies"),),
    "implicit-deny": (("vpce.policy-allows", "no"),),
}
_IDENTITY = {"allow": (("identity.allows", "yes"),), "explicit-deny": (("identity.denies", "yes"),)}
_BOUNDARY = {
    "allow": (("boundary.allows", "yes"),),
    "explicit-deny": (("boundary.allows", "denies"),),
    "implicit-deny": (("boundary.allows", "no"),),
}


def _yes_no(question: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    return {
        "allow": ((question, "yes"),),
        "explicit-deny": ((question, "no"),),
        "implicit-deny": ((question, "no"),),
    }


_BY_COMMAND = {
    "aws s3api get-bucket-policy": _BUCKET,
    "aws lambda get-policy": _yes_no("lambda.resource-policy"),
    "aws ecr get-repository-policy": _yes_no("repository.policy"),
    "aws ec2 describe-vpc-endpoints": _VPCE,
}


def _find(data: Mapping[str, object], question: str, known: Known | None) -> _Found | None:
    """Find the policy of an output, and say which gate reads it and what its answer means."""
    output = output_of(data)
    if output is None:
        return None
    if output.kind == "identity":
        # Alone it can show a Deny or an Allow, and never that there is none elsewhere.
        if question.startswith("boundary."):
            return _Found("boundary", _BOUNDARY, output.command)
        return _Found("identity", _IDENTITY, output.command)
    if output.service == "kms":
        return _key_policy(data, output, known)
    if output.service == "sts":
        return _trust(data, output, question, known)
    values = _BY_COMMAND.get(output.command)
    return None if values is None else _Found(output.kind, values, output.command)


def _key_policy(data: Mapping[str, Any], output: Output, known: Known | None) -> _Found:
    """Read a key's policy for the KMS action behind the call; naming the account delegates to its IAM policies."""
    if known is None or not known.is_complete:
        return _Found("resource", {}, output.command)
    verb = known.action.partition(":")[2].lower()
    writes = next((action for start, action in _KMS_CALLS.items() if verb.startswith(start)), "kms:Decrypt")
    is_kms = known.action.lower().startswith("kms:")
    account = known.principal.split(":")[4] if known.principal.count(":") >= 5 else ""
    delegates = f":iam::{account}:root" in data["Policy"] or f'"{account}"' in data["Policy"]
    name = known.principal.rsplit("/", 2)[-2 if ":assumed-role/" in known.principal else -1]
    is_named = f"/{name}" in data["Policy"]
    question = "kms.key-policy-names-caller"
    values = {
        "allow": ((question, "delegates" if delegates and not is_named else "yes"),),
        "explicit-deny": ((question, "no"),),
        "implicit-deny": ((question, "delegates" if account and delegates else "no"),),
    }
    resource = known.resource if is_kms and known.resource else f"arn:aws:kms:us-east-1:{account}:key/of-the-policy"
    return _Found("resource", values, output.command, known.action if is_kms else writes, resource)


def _trust(data: Mapping[str, Any], output: Output, question: str, known: Known | None) -> _Found | None:
    """Read a trust policy, where the role is the one to be assumed and not the caller's own."""
    role = data["Role"]
    if not question.startswith("trust.") and (known is None or known.resource != role.get("Arn")):
        return None
    document = role["AssumeRolePolicyDocument"]
    text = document if isinstance(document, str) else json.dumps(document)
    only_account = ":root" in text and ":user/" not in text and ":role/" not in text
    question = "trust.names-caller"
    values = {"allow": ((question, "account" if only_account else "yes"),), "implicit-deny": ((question, "no"),)}
    return _Found("resource", values, output.command, "sts:AssumeRole", str(role.get("Arn", "")))
