"""A text is split into the words people look for."""

import pytest

from whydenied.kb.index import term
from whydenied.kb.terms import fold, pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("iam:PassRole", ["iam:PassRole", "PassRole", "iam", "Pass", "Role"]),
        ("kms:Decrypt", ["kms:Decrypt", "kms", "Decrypt"]),
        ("AccessDeniedException", ["AccessDeniedException", "Access", "Denied", "Exception"]),
        ("GetObjectV2", ["GetObjectV2", "Get", "Object", "V2"]),
        ("S3 EC2 OIDC", ["S3", "EC2", "OIDC"]),
        ("IAMRole", ["IAMRole", "IAM", "Role"]),
        ("AROAEXAMPLEID", ["AROAEXAMPLEID", "AROA", "EXAMPLEID"]),
        ("cross-account", ["cross-account", "cross", "account"]),
        ("Get-X -- a-", ["Get", "X", "a"]),
        ("is_not_fine", ["is", "not", "fine"]),
        ("arn:aws:iam::111122223333:role/App", ["arn", "aws", "iam", "111122223333", "role", "App"]),
        ("User: x", ["User", "x"]),
        ("naïve Prüfung", ["naïve", "Prüfung"]),
        ("", []),
    ],
)
def test_words_inside_words(text: str, words: list[str]) -> None:
    """Names are found whole and in parts; an ARN only in parts."""
    found = list(pieces(text))
    assert [piece.text for piece in found] == words
    assert all(text[piece.start : piece.end] == piece.text for piece in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("authorised", "authorized"),
        ("authorisation", "authorization"),
        ("organisations", "organizations"),
        ("behaviour", "behavior"),
        ("analyse", "analyze"),
        ("licence", "license"),
        ("labelled", "labeled"),
        ("denied", "denies"),
        ("policies", "Policy"),
        ("BUCKETS", "bucket"),
    ],
)
def test_spellings_and_forms_are_one_word(one: str, other: str) -> None:
    """British and American spelling, plural and tense do not matter."""
    assert term(one) == term(other) != ""


@pytest.mark.parametrize("word", ["the", "Not", "a", "x", "111122223333"])
def test_words_that_say_nothing_are_left_out(word: str) -> None:
    """Stop words, single letters and account numbers are not indexed."""
    assert fold(word) == ""


def test_error_codes_of_digits_stay() -> None:
    """`403` is a thing people look for."""
    assert fold("403") == "403"
