"""What nobody could check says so."""

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.unchecked import CONSOLE, unchecked_problems
from whydenied.kb.catalogue import Catalogue

PAGE = {"title": "AWS IAM User Guide", "url": "https://docs.aws.amazon.com/"}


def test_a_path_of_the_console_needs_a_mark_or_a_source(catalogue: Catalogue) -> None:
    article = cause(catalogue, "kms-key")
    assert "**Console**" in article.body
    assert list(unchecked_problems(changed(article, sources=[PAGE, {"title": CONSOLE}]))) == []
    console = {**PAGE, "title": "AWS KMS Developer Guide: change a key policy in the console"}
    assert list(unchecked_problems(changed(article, sources=[console]))) == []
    assert "nobody has tried" in found_by(unchecked_problems(changed(article, sources=[PAGE])))


def test_a_mark_of_nothing_is_noticed(catalogue: Catalogue) -> None:
    article = cause(catalogue, "kms-key")
    marked = [PAGE, {"title": CONSOLE}]
    assert "shows none" in found_by(unchecked_problems(changed(article, body="## Fix\n", sources=marked)))
    console = {**PAGE, "title": "The console"}
    assert "another speaks" in found_by(unchecked_problems(changed(article, sources=[console, {"title": CONSOLE}])))


def test_a_pattern_marks_its_own_templates_and_rests_on_more(catalogue: Catalogue) -> None:
    pattern = catalogue.articles["pattern", "throttled"]
    mark = {"title": f"unchecked: {pattern.meta['templates'][0]}"}
    assert list(unchecked_problems(changed(pattern, sources=[PAGE, mark]))) == []
    assert "rests on nothing" in found_by(unchecked_problems(changed(pattern, sources=[mark])))
    stray = [PAGE, {"title": "unchecked: no such words"}]
    assert "no template of this article" in found_by(unchecked_problems(changed(pattern, sources=stray)))


def test_elsewhere_the_words_are_free(catalogue: Catalogue) -> None:
    article = changed(cause(catalogue, "kms-key"), body="## Fix\n", sources=[PAGE, {"title": "unchecked: the limit"}])
    assert list(unchecked_problems(article)) == []
