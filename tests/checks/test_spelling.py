"""A word of a template that stands nowhere else is looked at twice."""

import pytest

from tests.checks.articles import changed
from whydenied.checks.spelling import misspelt
from whydenied.kb.catalogue import Catalogue


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("Quota of {number} requests exceeeded", "exceeeded"),
        ("is not authorized to preform: {action}", "preform"),
        ("is not authorized to perform: {action}", ""),
        ("is not authorized[ tu preform]: {action}", ""),
        ("the limit is exceeed", "exceeed"),
        ("AccessDeniedExcept", ""),
    ],
)
def test_a_word_that_no_text_has_is_noticed(catalogue: Catalogue, template: str, word: str) -> None:
    """What a message need not hold is passed over, and so is the beginning of a word that some text has."""
    article = catalogue.get("pattern", "standard-denial")
    assert article is not None
    wrong = changed(article, templates=[template])
    articles = {**catalogue.articles, (article.kind, article.id): wrong}
    said = [problem.message for problem in misspelt(Catalogue(articles.values()), [article.id])]
    assert said == ([f"has `{word}`, which stands nowhere else"] if word else [])
