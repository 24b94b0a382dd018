"""Narrowing a Deny: what it spares, by the words that its own shape leaves."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import evaluate_case, read_case
from whydenied.engine.remedies import plan

ACCOUNT = "111122223333"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ANA, BOB = f"arn:aws:iam::{ACCOUNT}:user/ana", f"arn:aws:iam::{ACCOUNT}:user/bob"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/one"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/worker"
EVENTS = "events.amazonaws.com"


def _narrowed(**short: Any) -> list[dict[str, Any]]:
    """Return the statements that take the place of the one Deny of a bucket policy, after a proof of our own."""
    short = {"identity": [ALL], **short}
    found = plan(read_case(expand(short), explain=True))
    (change,) = next(one.changes for one in (found.remedy, *found.alternatives) if one is not None and one.changes)
    assert change.after is not None
    statements: list[dict[str, Any]] = change.after["Statement"]
    # AWS sends this key with every request of a role's session.
    context = {**({"aws:PrincipalArn": ROLE} if short.get("caller") == SESSION else {}), **short.get("context", {})}
    assert evaluate_case(expand({**short, "context": context, "resource": statements}))["decision"] == "Allowed"
    return [one for one in statements if one["Effect"] == "Deny"]


def _deny(**more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/q1.csv", **more}


@pytest.mark.parametrize(
    ("listed", "after"),
    [
        (BOB, [BOB, ROOT, ANA]),
        ([BOB, ROOT], [BOB, ROOT, ANA]),
        ([ANA], [ANA, ROOT]),
        ([BOB, ACCOUNT], [BOB, ACCOUNT, ANA]),
    ],
)
def test_not_principal_gets_who_is_missing(listed: Any, after: list[str]) -> None:
    """The account and the user itself, beside who is listed already."""
    (statement,) = _narrowed(resource=[_deny(NotPrincipal={"AWS": listed})])
    assert statement["NotPrincipal"] == {"AWS": after}


def test_not_principal_lists_a_session_with_its_role_and_account() -> None:
    context = {"aws:PrincipalArn": ROLE}
    (statement,) = _narrowed(caller=SESSION, context=context, resource=[_deny(NotPrincipal={"AWS": BOB})])
    assert statement["NotPrincipal"] == {"AWS": [BOB, ROOT, ROLE, SESSION]}


def test_not_principal_takes_no_pattern_for_a_role_whose_path_is_not_known() -> None:
    """A condition does."""
    (statement,) = _narrowed(caller=SESSION, resource=[_deny(NotPrincipal={"AWS": BOB})])
    assert statement["NotPrincipal"] == {"AWS": BOB}
    role = f"arn:aws:iam::{ACCOUNT}:role"
    spared = {"aws:PrincipalArn": [f"{role}/worker", f"{role}/*/worker"]}
    assert statement["Condition"] == {"ArnNotLike": spared}


def test_not_principal_lists_a_service_by_its_kind() -> None:
    resource = [{**ALL, "Principal": {"Service": EVENTS}}, _deny(NotPrincipal={"AWS": [BOB, ROOT]})]
    (statement,) = _narrowed(caller={"service": EVENTS}, resource=resource)
    assert statement["NotPrincipal"] == {"AWS": [BOB, ROOT], "Service": [EVENTS]}


def test_who_is_listed_is_taken_out_of_the_list() -> None:
    """Everybody else stays on it; one name stands without brackets."""
    (statement,) = _narrowed(resource=[_deny(Principal={"AWS": [ANA, BOB]})])
    assert statement["Principal"] == {"AWS": BOB}


def test_a_caller_joins_the_exceptions_that_are_there() -> None:
    admins = "arn:aws:iam::*:role/admin"
    condition = {"ArnNotLike": {"aws:PrincipalArn": [admins]}}
    (statement,) = _narrowed(
        context={"aws:PrincipalArn": ANA}, resource=[_deny(Principal={"AWS": "*"}, Condition=condition)]
    )
    assert statement["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": [admins, ANA]}}


def test_sids_stay_unique_where_one_deny_becomes_several() -> None:
    deny = _deny(Principal="*", Action=["s3:GetObject", "s3:PutObject"], Sid="Guard")
    statements = _narrowed(context={"aws:PrincipalArn": ANA}, resource=[deny])
    assert [one["Sid"] for one in statements] == ["Guard", "Guard2"]
    assert statements[0]["Action"] == "s3:PutObject"


def test_what_is_to_be_done_reads_as_a_sentence() -> None:
    remedy = plan(read_case(expand({"identity": [ALL], "resource": [_deny(Principal="*")]}), explain=True)).remedy
    assert remedy is not None
    assert remedy.changes[0].why == ("Narrow the Deny statement 1 so that it spares this request.",)
