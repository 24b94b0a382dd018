"""Turns of phrase that are no plain English are found in sentences, and not in code."""

import pytest

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.english import english_problems, idioms_in
from whydenied.kb.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You can leave it away.", "leave it away"),
        ("That is the dearest way.", "dearest"),
        ("The field stands in CloudTrail.", "stands in"),
        ("Which policy it is, is not told.", "is not told"),
        ("Start the task Anew.", "Anew"),
        ("a\n\nThen this page is not yours.", "page is not yours"),
    ],
)
def test_an_idiom_is_found(text: str, words: str) -> None:
    [(line, found, instead)] = idioms_in(text)
    assert (line, found) == (text.count("\n") + 1, words)
    assert instead


@pytest.mark.parametrize(
    "text",
    [
        "An SCP stands in the way.",
        "It stands in for the principal.",
        "`stands in CloudTrail`",
        "```text\nstands in CloudTrail\n```",
        "The caller is told to wait.",
        "See [it](a-stands in b).",
        "The simulator is only as good as the context.",
    ],
)
def test_plain_english_and_code_are_left_alone(text: str) -> None:
    assert list(idioms_in(text)) == []


def test_the_sentences_of_the_front_matter_are_read_too(catalogue: Catalogue) -> None:
    article = cause(catalogue, "kms-key")
    rules = [{**article.meta["rules"][0], "because": "A Deny stands in its policy."}]
    said = found_by(english_problems(changed(article, body=f"Anew.\n{article.body}", rules=rules, near_miss="anew")))
    assert [part.partition(",")[0] for part in said.split(" | ")] == [
        "body: says `Anew`",
        "rules[0].because: says `stands in`",
    ]
    [line] = [one.line for one in english_problems(changed(article, body="a\n\nanew\n"))]
    assert line == article.body_line + 2
