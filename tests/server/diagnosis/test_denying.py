"""The Deny of a decoded message, in words."""

import pytest

from whydenied.engine.messages.decoded import Decoded, Matched
from whydenied.server.diagnosis.denying import denying_words


def _words(conditions: dict[str, tuple[str, ...]], sent: dict[str, tuple[str, ...]], *, whole: bool = True) -> str:
    one = Matched("NoTag", ("ec2:RunInstances",), ("arn:aws:ec2:*:*:instance/*",), conditions)
    return " ".join(denying_words(Decoded((one,), sent, whole)))


@pytest.mark.parametrize(
    ("conditions", "sent", "whole", "said"),
    [
        ({"aws:RequestedRegion": ("eu-west-1",)}, {"aws:requestedregion": ("us-east-1",)}, True, "has `us-east-1`"),
        ({"aws:RequestTag/team": ("true",)}, {}, True, "no tag `team`, and this seems to ask for one"),
        # With another value it asks for no tag, but refuses that value.
        ({"aws:RequestTag/team": ("red",)}, {}, True, "the request has none"),
        ({"aws:RequestTag/team": ("true",)}, {}, False, "compared with `true`. Your paste ends before"),
    ],
)
def test_a_condition_stands_beside_what_was_sent(
    conditions: dict[str, tuple[str, ...]], sent: dict[str, tuple[str, ...]], whole: bool, said: str
) -> None:
    words = _words(conditions, sent, whole=whole)
    assert said in words
    assert "change the request" in words


def test_the_statement_is_named_and_no_policy_is() -> None:
    words = _words({}, {})
    assert "the statement `NoTag`" in words
    assert "the message does not say which" in words
    assert "change the request" not in words


def test_a_statement_without_a_sid_is_looked_for_by_its_actions() -> None:
    words = " ".join(denying_words(Decoded((Matched("", ("s3:*",), (), {}),), {}, True)))
    assert "the statement without a Sid. Look for a Deny on these actions" in words
    assert "It denies `s3:*` on everything." in words
