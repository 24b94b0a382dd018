"""A rule's reason speaks of its rule, or of its cause."""

import pytest

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.because import unrelated_reasons
from whydenied.kb.catalogue import Catalogue


@pytest.mark.parametrize(
    ("because", "noticed"),
    [
        ("The moon was full.", True),
        ("", True),
        ("Somebody renewed a certificate.", True),
        ("The key's policy does not let the caller in.", False),  # of the cause
        ("The message names the gate.", False),  # of what the rule tests
    ],
)
def test_a_reason_of_another_matter_is_noticed(catalogue: Catalogue, because: str, noticed: bool) -> None:
    article = cause(catalogue, "kms-key")
    assert list(unrelated_reasons(article, catalogue)) == []
    [rule, *rest] = article.meta["rules"]
    rule = {**rule, "when": {"message.class": "denial"}, "because": because}
    said = found_by(unrelated_reasons(changed(article, rules=[rule, *rest]), catalogue))
    assert ("rules[0].because" in said) == noticed
