"""Queries in other languages become the words that the articles use."""

import pytest

from whydenied.kb.foreign import in_english


@pytest.mark.parametrize(
    ("query", "english"),
    [
        ("Zugriff verweigert s3", "access denied s3"),
        ("acceso denegado kms", "access denied kms"),
        ("política de confianza", "policy  trust"),
        ("berechtigung fehlt lambda ausführungsrolle", "permission missing lambda execution role"),
        ("アクセス拒否 s3", " access  denied  s3"),
        ("权限边界", " permission 边界"),
    ],
)
def test_words_that_are_known_are_translated(query: str, english: str) -> None:
    assert in_english(query) == english


@pytest.mark.parametrize("query", ["access denied", "la lambda es slow", "per object op", "iam:PassRole", ""])
def test_english_is_left_as_it_is(query: str) -> None:
    """Small words count only beside a word that is surely another language's."""
    assert in_english(query) == query
