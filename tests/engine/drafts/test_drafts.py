"""A change drafted from a text: exactly what the text names, at the gate it names, and it flips the decision."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.case_files import cases_in
from whydenied.engine.drafts.draft import draft_for
from whydenied.engine.drafts.forms import forms_of
from whydenied.engine.drafts.merge import merged, merged_statements
from whydenied.engine.drafts.record import Draft
from whydenied.engine.evaluation.evaluate import evaluate
from whydenied.engine.messages.parsed import ParsedError, Span
from whydenied.engine.remedies.edit import Edit, Slot, apply_edits

_CASES = cases_in(Path(__file__).parent / "cases.yaml")
_OTHERS = (
    ("s3:DeleteBucket", "arn:aws:s3:::exports"),
    ("s3:GetObject", "arn:aws:s3:::other/k"),
    ("iam:CreateUser", "arn:aws:iam::111122223333:user/new"),
    ("iam:PassRole", "arn:aws:iam::111122223333:role/other"),
    ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"),
    ("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-west-1:111122223333:table/locks"),
)


def _draft(case: dict[str, Any]) -> Draft | None:
    error, of_role = ParsedError(**case["error"]), case.get("of_role", False)
    return draft_for(error, case["cause"], case["gate"], case.get("text", ""), of_role=of_role)


@pytest.mark.parametrize("case", [pytest.param(one, id=one["says"]) for one in _CASES])
def test_a_text_gets_its_change(case: dict[str, Any]) -> None:
    """The statement holds exactly what the text names."""
    draft = _draft(case)
    if case.get("nothing"):
        assert draft is None
        return
    assert draft is not None
    if "statement" in case:
        assert draft.statements == (case["statement"],)
    assert draft.fragment == case.get("fragment")
    assert draft.kind == case.get("kind", "allow")
    assert draft.gate == case.get("at", "identity")
    assert case.get("target", "") in draft.target
    assert case.get("owner", "") in draft.owner
    assert case.get("why", "") in " ".join((*draft.why, *draft.notes))
    assert case.get("taken", "") in " ".join(draft.taken)
    assert "unsaid" not in case or case["unsaid"] not in " ".join((*draft.why, *draft.notes))
    assert draft.status == "assumed"
    assert bool(draft.blanks) is case.get("blanks", "<" in json.dumps(draft.statements))
    told = "\n".join((*draft.commands, *forms_of(draft).values()))
    assert all(words in told for words in case.get("commands", ()))
    assert not any(words in told for words in case.get("absent", ()))


def _decides(draft: Draft, statements: tuple[dict[str, Any], ...], action: str = "", resource: str = "") -> str:
    """Decide the draft's request, or another, with these statements where the draft puts its own, all else open."""
    assert draft.basis is not None
    before, change = draft.basis
    edit = Edit(Slot(change.gate, change.level, change.position), "p", "allow", None, statements, "it is drafted")
    request, policies = apply_edits(before.request, before.policies, (edit,))
    if action:
        from whydenied.engine.evaluation.cases import read_request

        caller: dict[str, Any] = {
            "principal": before.request.caller.text,
            "resource_account": before.request.resource_account,
            "context": {},
        }
        request = read_request({"request": {**caller, "action": action, "resource": resource}})
    return evaluate(request, policies).decision


@pytest.mark.parametrize("case", [pytest.param(one, id=one["says"]) for one in _CASES if "statement" in one])
def test_it_flips_the_decision_and_nothing_else(case: dict[str, Any]) -> None:
    """Denied without it, not denied with it; without any of its elements denied again; other requests stay denied."""
    draft = _draft(case)
    assert draft is not None
    if draft.basis is None:  # trust in a provider: there is no caller to decide for
        return
    assert _decides(draft, ()) == "ImplicitlyDenied"
    assert _decides(draft, draft.statements) in ("Allowed", "Unknown")
    (statement,) = draft.statements
    # Where it stands on the resource itself, a statement need not name it again.
    for element in ("Action", "Effect", *(["Resource"] if draft.gate != "resource" else [])):
        assert _decides(draft, ({name: value for name, value in statement.items() if name != element},)) != "Allowed"
        assert _decides(draft, ({**statement, element: "none"},)) == "ImplicitlyDenied", element
    # Where both sides have to allow, the other one is open, and with it whatever it may allow elsewhere.
    refused = ("ImplicitlyDenied", "Unknown" if draft.action.startswith("vpc-lattice-svcs:") else "ImplicitlyDenied")
    for action, resource in _OTHERS:
        if (action, resource) != (draft.action, draft.resource):
            assert _decides(draft, draft.statements, action, resource) in refused


def _denied(action: str, session: str, number: int, resource: str = "table/locks") -> Draft:
    principal = f"arn:aws:sts::111122223333:assumed-role/ci/{session}"
    error = ParsedError(
        principal=principal, action=action, resource=f"arn:aws:dynamodb:eu-west-1:111122223333:{resource}"
    )
    draft = draft_for(error, "identity-no-allow", "identity")
    assert draft is not None
    return msgspec.structs.replace(draft, denials=(number,))


def test_a_state_lock_gets_one_statement_with_two_actions() -> None:
    """Two calls of one role on one table: one change, whatever the sessions; its commands put both."""
    (draft,) = merged([_denied("dynamodb:GetItem", "a", 1), _denied("dynamodb:PutItem", "b", 2)])
    (statement,) = draft.statements
    assert statement["Action"] == ["dynamodb:GetItem", "dynamodb:PutItem"]
    assert draft.denials == (1, 2)
    (line,) = draft.commands
    assert '"dynamodb:GetItem","dynamodb:PutItem"' in line


def test_thirty_sessions_of_one_denial_are_one_change() -> None:
    """Nothing is repeated, and every denial is counted."""
    (draft,) = merged([_denied("dynamodb:GetItem", f"s{number}", number) for number in range(1, 31)])
    assert draft.statements == _denied("dynamodb:GetItem", "x", 0).statements
    assert draft.denials == tuple(range(1, 31))


def test_resources_are_joined_only_where_the_actions_are_the_same() -> None:
    """Two tables read: one statement. One read and one written: two, so that neither gets what only the other needs."""
    (both,) = merged([_denied("dynamodb:GetItem", "a", 1), _denied("dynamodb:GetItem", "a", 2, "table/other")])
    assert len(both.statements) == 1
    (apart,) = merged([_denied("dynamodb:GetItem", "a", 1), _denied("dynamodb:PutItem", "a", 2, "table/other")])
    assert len(apart.statements) == 2


def test_a_queue_gets_no_statement_with_more_actions_than_it_takes() -> None:
    """SQS takes seven; elsewhere they stay in one."""
    names = "ChangeMessageVisibility DeleteMessage GetQueueAttributes GetQueueUrl ReceiveMessage SendMessage ListQueues"
    actions = [f"sqs:{name}" for name in (*names.split(), "PurgeQueue")]
    allow = {"Effect": "Allow", "Principal": "*", "Resource": "arn:aws:sqs:eu-west-1:111122223333:q"}
    parts = merged_statements({**allow, "Action": action} for action in actions)
    assert [len(list(one["Action"])) for one in parts] == [7, 1]  # type: ignore[call-overload]
    own = {"Effect": "Allow", "Resource": allow["Resource"]}
    assert len(merged_statements({**own, "Action": action} for action in actions)) == 1


def test_the_proof_says_what_nobody_has_seen() -> None:
    """A sentence with every gate that may yet refuse it."""
    assert _denied("dynamodb:GetItem", "a", 1).proof == (
        "Allowed with this, unless an SCP, an RCP, an endpoint policy, a permissions boundary or a session policy that "
        "you have not shown also blocks."
    )


def test_what_kms_may_refuse_next_is_said() -> None:
    """A service decrypts with the caller's permissions: the second refusal is told with the first."""
    error = ParsedError(principal=_CALLER, action="s3:GetObject", resource="arn:aws:s3:::exports/q1.csv")
    draft = draft_for(error, "identity-no-allow", "identity")
    assert draft is not None
    assert any("`kms:Decrypt` on that key may be refused next" in note for note in draft.notes)
    listing = msgspec.structs.replace(error, action="s3:ListBucket", resource="arn:aws:s3:::exports")
    plain = draft_for(listing, "identity-no-allow", "identity")
    assert plain is not None
    assert not any("kms" in note for note in plain.notes)


_CALLER = "arn:aws:sts::111122223333:assumed-role/ci/run"


def test_the_call_that_was_let_through_is_not_what_a_role_lacks() -> None:
    """A service took the call, and says that a role of yours lacks something: which action, only the text can tell."""
    derived = ParsedError(action="ecs:ExecuteCommand", operation="ExecuteCommand")
    assert draft_for(derived, "identity-no-allow", "identity", let_in=True) is None
    assert draft_for(derived, "identity-no-allow", "identity") is not None
    named = ParsedError(action="s3:ListBucket", spans=(Span("action", 0, 13),))
    assert draft_for(named, "identity-no-allow", "identity", let_in=True) is not None
    # A role that is named does not lack it either: it must not be given `states:CreateStateMachine`.
    taken = ParsedError(principal="arn:aws:iam::111122223333:role/steps", action="states:CreateStateMachine")
    assert draft_for(taken, "identity-no-allow", "identity", let_in=True) is None
