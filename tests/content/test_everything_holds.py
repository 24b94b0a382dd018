"""Every article of every kind: all that it claims is run, and all of it holds."""

import datetime

import pytest

from whydenied.kb.catalogue import Catalogue, default_roots
from whydenied.kb.check import check
from whydenied.server.articles.diagrams import DIAGRAMS
from whydenied.checks.run import CHECKS, Checked, run_checks, table

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take


@pytest.fixture(scope="module")
def outcome(catalogue: Catalogue) -> Checked:
    """Everything, run once."""
    return run_checks(catalogue, default_roots()[:1], DIAGRAMS)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_all_of_it_holds(name: str, outcome: Checked) -> None:
    """No check of the content finds anything; an overdue review is not asked for here, but of a release."""
    found = [str(problem) for one, problem in outcome.problems if one == name and problem.severity == "error"]
    assert found == []


@pytest.mark.slow
def test_nothing_is_left_out(outcome: Checked) -> None:
    """Each check ran, and each kind of article has what its kind must have."""
    assert outcome.not_run == []
    for (kind, name), counts in outcome.counts.items():
        assert counts["front matter"] == 1
        if kind in ("cause", "pattern"):
            assert counts["messages"] >= 2, name
        if kind == "scenario":
            assert counts["decisions"] >= 2, name
            assert counts["policies"] >= 2, name


@pytest.mark.slow
def test_the_table_says_that_all_of_it_holds(outcome: Checked) -> None:
    """The build prints what was run, by kind, and how much of it holds."""
    text = table(outcome)
    assert text.splitlines()[-1].endswith("checks hold: 100.0 %")
    assert [line.split()[0] for line in text.splitlines()[1:-1]] == [
        "causes",
        "guides",
        "patterns",
        "questions",
        "scenarios",
        "all",
    ]
    assert len(table(outcome, every_article=True).splitlines()) == len(outcome.counts) + 8


def test_the_breadth_that_is_promised(catalogue: Catalogue) -> None:
    """As many articles of each kind as readers were promised, and a glossary."""
    counts = {kind: len(catalogue.of(kind)) for kind in ("cause", "pattern", "scenario", "guide")}
    assert counts["cause"] >= 45
    assert counts["pattern"] >= 30
    assert counts["scenario"] >= 30
    assert counts["guide"] >= 15
    assert catalogue.get("guide", "glossary")


def test_an_overdue_review_fails_a_release_and_nothing_else() -> None:
    """A date that has gone by warns every author, and stops only a release."""
    found = check(default_roots()[:1], today=datetime.date(2036, 1, 1))
    assert found
    assert {problem.severity for problem in found if "review was due" in problem.message} == {"warning"}
