"""What is said beside a change: whose it is, how large it may be, what else it touches."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.remedies import Change, plan

ACCOUNT = "111122223333"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
MANY = [{"Effect": "Allow", "Action": f"ec2:Run{number}", "Resource": "*"} for number in range(30)]


def _document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _change(*policies: dict[str, Any], **short: Any) -> Change:
    """Return the one change for a case with these identity policies."""
    case = {**expand(short), "identity_policies": list(policies)}
    remedy = plan(read_case(case, explain=True)).remedy
    assert remedy is not None
    (change,) = remedy.changes
    return change


def _policy(name: str, *statements: Any, **home: Any) -> dict[str, Any]:
    return {"name": name, "document": _document(*statements), "home": home}


@pytest.mark.parametrize(("name", "said"), [("own", False), (f"arn:aws:iam::{ACCOUNT}:policy/Team", True)])
def test_versions_are_spoken_of_where_there_are_some(name: str, said: bool) -> None:
    """An inline policy has none."""
    change = _change(_policy(name, ALL, DENY, holder="user/ana"))
    assert any("keeps five versions" in line for line in change.warnings) is said


@pytest.mark.parametrize(
    ("beside", "fits"),
    [
        (_policy("more", *MANY, holder="user/ana"), False),
        (_policy("more", *MANY, holder="group/staff"), True),
        (_policy(f"arn:aws:iam::{ACCOUNT}:policy/More", *MANY), True),
    ],
)
def test_inline_policies_of_one_holder_count_together(beside: dict[str, Any], fits: bool) -> None:
    """Those of a group and managed ones do not."""
    change = _change(_policy("own", ALL, DENY, *MANY[:10], holder="user/ana"), beside)
    assert any("may have 2,048" in line for line in change.warnings) is not fits
    assert bool(change.commands) is fits


def test_a_new_policy_that_does_not_fit_beside_the_others_is_a_managed_one() -> None:
    """It is not held against the quota of inline policies, which it does not count to."""
    change = _change(_policy("own", *MANY, holder="user/ana"))
    assert change.before is None
    assert not any("characters" in line for line in change.warnings)
    assert change.commands


def test_a_session_policy_is_called_one() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/one"
    change = _change(_policy("own", ALL), caller=session, session=[{**ALL, "Action": "sqs:*"}])
    assert (change.gate, change.target.kind) == ("session", "session-policy")


def test_three_patterns_of_a_deny_are_named() -> None:
    """A fourth is more than anybody reads."""
    patterns = [f"arn:aws:s3:::reports/q{mark}" for mark in ("*", "1*", "1.*", "1.c*")]
    change = _change(_policy("own", ALL, {**DENY, "Resource": patterns}, holder="user/ana"))
    assert all(f"`{pattern}`" in change.wider for pattern in patterns[:3])
    assert patterns[3] not in change.wider
