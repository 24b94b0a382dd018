"""A grant of Lake Formation: for what the text names, and nothing where it does not say what it is."""

import json
import shlex

import pytest

from whydenied.engine.drafts.lake import lake_grant
from whydenied.engine.messages.parsed import ParsedError

_ROLE = "arn:aws:sts::111122223333:assumed-role/analyst/x"

_ORDERS = {"Table": {"DatabaseName": "<database>", "Name": "orders"}}


@pytest.mark.parametrize(
    ("required", "operation", "permission", "resource"),
    [
        ("Select on orders", "StartQueryExecution", "SELECT", _ORDERS),
        ("Describe on orders", "GetTable", "DESCRIBE", _ORDERS),
        ("Describe on sales", "GetDatabase", "DESCRIBE", {"Database": {"Name": "sales"}}),
        ("Create Table on sales", "CreateTable", "CREATE_TABLE", {"Database": {"Name": "sales"}}),
        ("Create Database on Catalog", "CreateDatabase", "CREATE_DATABASE", {"Catalog": {}}),
    ],
)  # fmt: skip
def test_what_is_named_is_granted(required: str, operation: str, permission: str, resource: object) -> None:
    """The AWS CLI gets the role, the one permission and the one thing."""
    error = ParsedError(principal=_ROLE, operation=operation, region="eu-west-1")
    draft = lake_grant(error, f"Insufficient Lake Formation permission(s): Required {required}")
    assert draft is not None
    (line,) = draft.commands
    options = shlex.split(line)
    assert options[:3] == ["aws", "lakeformation", "grant-permissions"]
    given = dict(zip(options[3::2], options[4::2], strict=True))
    assert given["--principal"] == "DataLakePrincipalIdentifier=arn:aws:iam::111122223333:role/analyst"
    assert (given["--permissions"], json.loads(given["--resource"])) == (permission, resource)
    assert given["--region"] == "eu-west-1"
    assert bool(draft.blanks) is ("<database>" in line)


@pytest.mark.parametrize(
    "text",
    [
        "Insufficient Lake Formation permission(s) on sales",
        "Insufficient Lake Formation permission(s): Required Describe on sales",
        "Insufficient Lake Formation permission(s): Required Wonders on sales",
    ],
)
def test_what_is_not_told_is_not_guessed(text: str) -> None:
    """Without the permission, or whether it is a table, there is no call."""
    assert lake_grant(ParsedError(operation="StartQueryExecution"), text) is None


def test_a_caller_that_is_not_named_is_a_blank() -> None:
    """Whoever fills it in knows who it was."""
    draft = lake_grant(ParsedError(), "Insufficient Lake Formation permissions: Required Insert on t; rm -rf ~")
    assert draft is not None
    assert draft.blanks == ("<principal-arn>", "<database>")
    assert "; rm" not in draft.commands[0]
