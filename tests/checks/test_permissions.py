"""A permission for a function is the statement that Lambda writes for it."""

import pytest

from whydenied.checks.effect import grants
from whydenied.checks.permissions import permission_policy

BASE = {"action": "lambda:InvokeFunction", "function_name": "f"}


@pytest.mark.parametrize(
    ("principal", "written"),
    [
        ("sns.amazonaws.com", {"Service": "sns.amazonaws.com"}),
        ("111122223333", {"AWS": "arn:aws:iam::111122223333:root"}),
        ("arn:aws:iam::111122223333:role/a", {"AWS": "arn:aws:iam::111122223333:role/a"}),
        ("*", "*"),
    ],
)
def test_the_principal_is_written_as_lambda_does(principal: str, written: object) -> None:
    [statement] = permission_policy([{**BASE, "principal": principal}])["Statement"]
    assert statement["Principal"] == written
    assert "Condition" not in statement


def test_each_argument_becomes_its_condition_in_either_spelling() -> None:
    terraform = {**BASE, "principal": "*", "source_account": "1", "source_arn": "a", "invoked_via_function_url": True}
    template = {
        "Action": BASE["action"],
        "FunctionName": "f",
        "Principal": "*",
        "SourceAccount": "1",
        "SourceArn": "a",
        "InvokedViaFunctionUrl": "true",
    }
    one, other = permission_policy([terraform]), permission_policy([template])
    assert grants(one) == grants(other)
    assert one["Statement"][0]["Condition"] == {
        "ArnLike": {"aws:SourceArn": "a"},
        "StringEquals": {"aws:SourceAccount": "1"},
        "Bool": {"lambda:InvokedViaFunctionUrl": "true"},
    }


def test_a_permission_without_a_principal_is_refused() -> None:
    with pytest.raises(KeyError):
        permission_policy([BASE])
