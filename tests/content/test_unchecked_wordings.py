"""A wording that nobody could check says so in its file, and there are fewer of them each time, never more."""

from typing import Any

from whydenied.kb.catalogue import default_roots, load_catalogue

MARK = "unchecked: "
# How many templates were written from memory. Lower it with each one that is found in print.
UNCHECKED = 135


def _patterns() -> list[dict[str, Any]]:
    return load_catalogue(default_roots()).plain("pattern")


def test_a_mark_names_a_template_of_its_own_file() -> None:
    strays = [
        f"{pattern['id']}: {source['title']}"
        for pattern in _patterns()
        for source in pattern["sources"]
        if source["title"].startswith(MARK) and source["title"].removeprefix(MARK) not in pattern["templates"]
    ]
    assert strays == []


def test_a_pattern_rests_on_more_than_marks() -> None:
    bare = [
        pattern["id"]
        for pattern in _patterns()
        if all(source["title"].startswith(MARK) for source in pattern["sources"])
    ]
    assert bare == []


def test_unchecked_wordings_do_not_grow() -> None:
    marks = sum(source["title"].startswith(MARK) for pattern in _patterns() for source in pattern["sources"])
    assert marks <= UNCHECKED
