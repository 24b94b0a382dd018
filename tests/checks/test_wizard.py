"""A cause that no answers lead to is noticed."""

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.wizard import unreachable
from whydenied.kb.catalogue import Catalogue


def test_every_cause_is_reached(catalogue: Catalogue) -> None:
    assert found_by(unreachable(catalogue)) == ""


def test_a_cause_whose_signs_point_elsewhere_is_noticed(catalogue: Catalogue) -> None:
    """As rare as can be, and with the signs of a commoner one."""
    commoner = cause(catalogue, "identity-no-allow")
    lost = changed(cause(catalogue, "tag-condition"), signs=commoner.meta["signs"], prior=0.0001)
    others = [one for one in catalogue.articles.values() if one.id != lost.id]
    said = found_by(unreachable(Catalogue([*others, lost]), ["tag-condition"]))
    assert "signs: is not among the wizard's first three (" in said


def test_a_cause_that_stands_in_comes_last(catalogue: Catalogue) -> None:
    assert cause(catalogue, "s3-opaque").meta["stand_in"]
    assert list(unreachable(catalogue, ["s3-opaque"])) == []
