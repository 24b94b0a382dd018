"""What a decoded authorization message says of the Deny that matched."""

import json
from typing import Any

import pytest

from whydenied.engine.messages.decoded import read_decoded


def _values(*values: str) -> dict[str, Any]:
    return {"items": [{"value": value} for value in values]}


def _message(**changes: Any) -> dict[str, Any]:
    statement = {
        "statementId": "OnlyEurope",
        "effect": "DENY",
        "principals": {"items": []},
        "actions": _values("ec2:RunInstances"),
        "resources": _values("*"),
        "conditions": {"items": [{"key": "aws:RequestedRegion", "values": _values("eu-west-1", "eu-central-1")}]},
    }
    return {
        "allowed": False,
        "explicitDeny": True,
        "matchedStatements": {"items": [statement | changes]},
        "failures": {"items": []},
        "context": {
            "action": "ec2:RunInstances",
            "conditions": {"items": [{"key": "aws:RequestedRegion", "values": _values("us-east-1")}]},
        },
    }


PLAIN = json.dumps(_message())


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        json.dumps(_message(), indent=4),
        # As the CLI prints it without --query, and that within a log line of JSON.
        json.dumps({"DecodedMessage": PLAIN}),
        json.dumps({"message": json.dumps({"DecodedMessage": PLAIN})}),
    ],
)
def test_the_statement_and_what_the_request_carried_are_read(text: str) -> None:
    decoded = read_decoded(f"before {text} after")
    assert decoded is not None
    (one,) = decoded.statements
    assert one.sid == "OnlyEurope"
    assert one.actions == ("ec2:RunInstances",)
    assert one.conditions == {"aws:RequestedRegion": ("eu-west-1", "eu-central-1")}
    assert decoded.sent == {"aws:RequestedRegion": ("us-east-1",)}
    assert decoded.is_whole


def test_of_a_message_that_is_cut_off_what_stands_there_counts() -> None:
    whole = json.dumps(_message())
    decoded = read_decoded(whole[: whole.index('"us-east-1"')])
    assert decoded is not None
    assert decoded.statements[0].sid == "OnlyEurope"
    assert decoded.sent == {}
    assert not decoded.is_whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "matchedStatements",
        # Nothing allowed it: no statement matched.
        json.dumps(_message() | {"matchedStatements": {"items": []}}),
        json.dumps(_message(effect="ALLOW")),
        # Of two messages it is not known which is meant.
        PLAIN + PLAIN,
        '"matchedStatements":{"items":[{"statementId":',
        '"matchedStatements":' + '{"items":[' * 5_000,
        '"matchedStatements":{"items":[1,"x",null]}',
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    assert read_decoded(text) is None
