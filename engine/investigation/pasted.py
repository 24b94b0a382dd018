"""A fix that is proved: the policies that were pasted, evaluated for the request of the message, changed, and
evaluated again.

Only the gates whose policies were pasted are known. The others are taken to let the request through, and the page says
so: the proof then shows that nothing in what was pasted stands in the way any more.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.accounts import account_case
from whydenied.engine.evaluation.gates import POLICY_GATES, find_gate
from whydenied.engine.inquiry.paste import read_paste
from whydenied.engine.inquiry.policies import Known, account_details
from whydenied.engine.policy.outputs import Output, output_of, policies_in
from whydenied.engine.remedies import Plan, plan

__all__ = ["Proof", "holds_policies", "prove"]

_ACCOUNT = re.compile(r"\Aarn:[^:]*:[^:]*:[^:]*:(\d{12}):")
_SOMEBODY = "000000000000"
_ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Proof(msgspec.Struct, frozen=True):
    """A plan, and the gates that it takes for open because nobody showed their policies, in words."""

    plan: Plan
    taken_for_open: str


def prove(outputs: Sequence[str], known: Known, account: str = "") -> Proof | None:
    """Plan a fix for a request over the policies in some outputs; None where they do not deny it, or hold none.

    account: whose the resource is, as answered: `same` as the caller's, `other`, or "" where nobody said.
    """
    if not known.is_complete or not outputs:
        return None
    request: dict[str, Any] = {
        "principal": known.principal,
        "action": known.action,
        "resource": known.resource or "*",
        "context_complete": False,
    }
    if not _ACCOUNT.search(request["resource"]):
        # Buckets tell no account; most belong to the caller's.
        request["resource_account"] = _SOMEBODY if account == "other" else _account(known.principal)
    case: dict[str, Any] = {"request": request}
    shown: set[str] = set()
    for text in outputs:
        try:
            case, gates = _with_policies(case, read_paste(text).data)
        except InputError:
            continue
        shown |= gates
    if not shown:
        return None
    if "identity" not in shown:
        case["identity_policies"] = [{"name": "(taken for granted)", "document": _ANYTHING}]
    case["unknown"] = []
    try:
        evaluation = read_case(case, explain=True)
    except InputError:
        return None
    found = plan(evaluation)
    if found.remedy is None or found.remedy.after != "Allowed":
        return None
    return Proof(found, _and([gate.policies for gate in POLICY_GATES if gate.name not in shown]))


def _account(principal: str) -> str:
    found = _ACCOUNT.search(principal)
    return found[1] if found else _SOMEBODY


def holds_policies(text: str) -> bool:
    """Tell whether an output holds policies that a proof can use; only such outputs are carried on."""
    try:
        data = read_paste(text).data
        return account_details(data) or bool(_with_policies({"request": {}}, data)[1])
    except InputError:
        return False


def _with_policies(case: dict[str, Any], data: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Add the policies of one output to a case, and name the gates they belong to."""
    if account_details(data):
        filled = account_case(data, case)
        return {**filled, "request": {**filled["request"]}}, {"identity", "boundary"}
    output = output_of(data)
    action = str(case["request"].get("action", ""))
    if output is None or not output.whole or (action and not _is_about(output, action)):
        return case, set()
    return {**case, find_gate(output.kind).field: policies_in(data)}, {output.kind}


def _is_about(output: Output, action: str) -> bool:
    """Tell whether an output can decide a call: what lies on a resource of another service decides other calls."""
    return output.service in ("", action.partition(":")[0].lower())


def _and(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)
