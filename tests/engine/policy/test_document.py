"""Documents in every form they come in."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.policy import compile_document, read_context
from whydenied.engine.policy.document import MAX_STATEMENTS

_DOCUMENT = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}


@pytest.mark.parametrize(
    "raw", [_DOCUMENT, json.dumps(_DOCUMENT), quote(json.dumps(_DOCUMENT)), f"\n{json.dumps(_DOCUMENT, indent=1)}"]
)
def test_every_form_reads_the_same(raw: Any) -> None:
    """An object, its text, and its percent-encoded text mean the same."""
    denies, allows = compile_document(raw, "identity").candidates("s3:getobject")
    assert not denies
    assert len(allows) == 1


@pytest.mark.parametrize("raw", [None, 5, "", "{", "[]", '"x"', ["a"], "%7Bx", "[" * 100_000])
def test_what_is_no_document(raw: Any) -> None:
    """The message names the policy and says what to give."""
    with pytest.raises(InputError, match="policy `P`"):
        compile_document(raw, "identity", "P")


@pytest.mark.parametrize("statements", [None, [], [None, 5, "x", []], {}, "x"])
def test_broken_statements_never_apply(statements: Any) -> None:
    """What is wrong inside a document is no exception."""
    assert compile_document({"Statement": statements}, "identity").candidates("s3:getobject") == ((), ())


def test_too_many_statements() -> None:
    """There is a stated bound."""
    with pytest.raises(TooLargeError):
        compile_document({"Statement": [{}] * (MAX_STATEMENTS + 1)}, "identity")


def test_statements_are_found_by_service_and_action() -> None:
    """Only statements that cover the action come back, each once, whatever the case and order of their actions."""
    statements = [
        {"Sid": "a", "Effect": "Allow", "Action": ["S3:Get*", "sqs:*", "s3:Put*"]},
        {"Sid": "b", "Effect": "Deny", "NotAction": "iam:*"},
        {"Sid": "c", "Effect": "Allow", "Action": ["s3:Get*", "*"]},
        {"Sid": "d", "Effect": "allow", "Action": "*"},
        {"Sid": "e", "Effect": "Allow", "Action": "s3:List*"},
    ]
    document = compile_document({"Statement": statements}, "identity")
    for _ in range(2):
        denies, allows = document.candidates("s3:getobject")
        assert [one.sid for one in denies] == ["b"]
        assert sorted(one.sid for one in allows) == ["a", "c"]


def test_context_reads_what_json_holds() -> None:
    """Numbers and booleans are read as AWS spells them, null as absent."""
    context = read_context({"A:n": 5, "a:b": True, "a:l": ["x", 1], "a:x": None}, complete=False)
    assert context.values == {"a:n": "5", "a:b": "true", "a:l": ("x", "1")}
    assert not context.unknown("a:x")
    assert context.unknown("a:y")


@pytest.mark.parametrize("raw", [5, "x", ["x"], {"k": {"a": 1}}, {"k": [[1]]}, {str(n): "x" for n in range(3000)}])
def test_context_that_cannot_be_read(raw: Any) -> None:
    """Anything else is refused with a reason."""
    with pytest.raises(InputError, match="context"):
        read_context(raw)
