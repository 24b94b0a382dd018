"""One call for everything there is to say about a case."""

import msgspec
import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.errors import InputError
from whydenied.engine.remedies import report


def test_a_report_has_all_parts_and_is_json() -> None:
    """Decision, explanation, picture, plan, facts and problems, ready to be sent."""
    found = report(expand({"identity": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}]}))
    assert (found.decision, found.blocked_by) == ("ImplicitlyDenied", ("identity",))
    assert found.plan.remedy is not None
    assert "Needs 1 change" in found.text
    assert found.picture.startswith("<svg")
    assert any(fact.name == "gate.identity" for fact in found.facts)
    (policy,) = found.problems
    assert policy.problems[0].hint[0] == "s3:GetObject"
    assert msgspec.json.decode(msgspec.json.encode(found))["decision"] == "ImplicitlyDenied"


def test_account_details_can_be_part_of_the_case() -> None:
    """The same call takes AWS's own output."""
    user = {"UserName": "ana", "Arn": "arn:aws:iam::111122223333:user/ana"}
    case = {"account_authorization_details": {"UserDetailList": [user]}, "request": expand({})["request"]}
    assert report(case).decision == "Unknown"


def test_a_case_that_cannot_be_read_says_why() -> None:
    """It is an InputError with what to change."""
    with pytest.raises(InputError, match="request"):
        report({})
