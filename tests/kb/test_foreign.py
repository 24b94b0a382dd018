"""Queries in other languages become the words that the articles use."""

import pytest

from whydenied.kb.foreign import in_english

# What stands in the articles.
ENGLISH = {"archive", "console", "group"}


@pytest.mark.parametrize(
    ("query", "english"),
    [
        ("Zugriff verweigert s3", "access denied s3"),
        ("acceso denegado kms", "access denied kms"),
        ("política de confianza", "trust policy"),
        ("rol de ejecución sin permiso", "execution role  permission"),
        ("credenciales caducadas", "credentials expired"),
        ("limite d'autorisations refusée", "permissions boundary denied"),
        ("Zugriff auf iam:PassRole verweigert", "access  iam:PassRole denied"),
        ("berechtigung fehlt lambda ausführungsrolle", "permission missing lambda execution role"),
        ("アクセス拒否 s3", " access  denied  s3"),
        ("权限边界", " permission  boundary "),
        ("não consigo assumir", "  assume"),
        ("サービスコントロールポリシー", " service control policy "),
        ("политике организации", "policy organization"),
    ],
)
def test_words_that_are_known_are_translated(query: str, english: str) -> None:
    assert in_english(query, ENGLISH.__contains__) == english


@pytest.mark.parametrize(
    "query",
    [
        "access denied",
        "la lambda es slow",
        "the console of the group",
        "no archive",
        "per object op",
        "iam:PassRole",
        "",
    ],
)
def test_english_is_left_as_it_is(query: str) -> None:
    """Small words count only beside a word that is surely another language's."""
    assert in_english(query, ENGLISH.__contains__) == query
