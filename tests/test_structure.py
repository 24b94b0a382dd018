"""The structure stays as simple as it is: what scripts/structure.py counts is held here."""

import pytest

from scripts.structure import PARTS, any_count, functions, graph, percentile


@pytest.mark.parametrize(("package", "most"), [("server", 18), ("engine", 23)])
def test_a_package_is_few_units_and_no_arrow_leads_back_up(package: str, most: int) -> None:
    """Whoever reads a unit has to know only those below it."""
    found = graph(package)
    assert len(found.units) <= most, found.units
    assert found.circles == []
    assert found.back == []


@pytest.mark.parametrize("part", PARTS)
def test_functions_are_short(part: str) -> None:
    """At most 50 lines, nine of ten at most 20."""
    every = functions(part)
    assert [one.place for one in every if one.lines > 50] == []
    assert percentile([one.lines for one in every], 0.9) <= 20


@pytest.mark.parametrize("part", PARTS)
def test_public_functions_say_what_they_do_and_what_they_raise(part: str) -> None:
    """A docstring each; one that raises by itself names it."""
    public = [one for one in functions(part) if one.is_public]
    assert [one.place for one in public if not one.documented] == []
    assert [one.place for one in public if one.raises and not one.says_raises] == []


def test_any_is_rare() -> None:
    """What is only looked into or passed on is an `object`, which the checker asks to be narrowed."""
    assert sum(map(any_count, PARTS)) <= 271


def test_circles_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """The counting itself: a circle of two units, by a late import, is one circle with two arrows back up."""
    from pathlib import Path

    root = Path(str(tmp_path))
    for name, text in {"a": "from toy import b", "b": "def f():\n    from toy.a import x", "c": "import toy.a"}.items():
        (root / "toy" / f"{name}.py").parent.mkdir(exist_ok=True)
        (root / "toy" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr("scripts.structure.ROOT", root)
    found = graph("toy")
    assert found.arrows == [("a", "b"), ("b", "a"), ("c", "a")]
    assert found.circles == [["a", "b"]]
    assert found.back == [("a", "b"), ("b", "a")]
