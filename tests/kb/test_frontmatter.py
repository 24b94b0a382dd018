"""Front matter is read as written, and refused with a line where it cannot be read."""

import pytest

from whydenied.kb.frontmatter import FrontMatterError, read_front_matter, split_front_matter


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no: x", {"no": "x"}),
        ("403: x", {"403": "x"}),
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("a: Yes", {"a": "Yes"}),
        ("a: 1.10", {"a": "1.10"}),
        ("a: 2012-10-17", {"a": "2012-10-17"}),
        ("a: 012345678901", {"a": "012345678901"}),
        ("a: 1e5", {"a": "1e5"}),
        ("a: 0x1f", {"a": "0x1f"}),
        ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: 9999999999999999999999", {"a": "9999999999999999999999"}),
        ("a: 403", {"a": 403}),
        ("a: '403'", {"a": "403"}),
        ("a: true", {"a": True}),
        ("a: True", {"a": "True"}),
        ("a: null", {"a": None}),
        ("a:", {"a": None}),
        ('a: ""', {"a": ""}),
        ("<<: x", {"<<": "x"}),
        ("a: [b, {c: d}]", {"a": ["b", {"c": "d"}]}),
        ("a: >-\n  b\n  c", {"a": "b c"}),
    ],
)
def test_values_are_what_was_written(written: str, read: object) -> None:
    """Only plain whole numbers, true, false and null are anything but text; keys are always text."""
    values = read_front_matter(written).values
    assert values == read
    assert [type(value) for value in values.values()] == [type(value) for value in read.values()]


@pytest.mark.parametrize(
    ("written", "line", "says"),
    [
        ("a: b\nc: d: e", 3, "holds a `: `"),
        ("a: b\n\tc: d", 3, "tabs"),
        ("a: @b", 2, "in quotes"),
        ("a: 'b", 2, "check the quotes"),
        ("a: &x b\nc: *x", 2, "write the value out"),
        ("a: *x", 2, "write the value out"),
        ("a: !!python/object/apply:os.system [x]", 2, "`!` tag"),
        ("a: b\nc: d\na: e", 4, "keep one of the two"),
        ("a: " + "[" * 100_000, 2, ""),
        ("a:\n" + "".join(" " * n + "- \n" for n in range(2, 200)), 27, ""),
        ("a: b\x00", 2, "delete the character"),
        ("- a\n- b", 2, ""),
        ("just words", 2, ""),
        ("", 2, ""),
        ("a: b\n--- \nc: d", 3, ""),
        ("? [a, b]\n: c", 2, "braces"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(written: str, line: int, says: str) -> None:
    """The author learns the line of the file and what to write instead."""
    with pytest.raises(FrontMatterError) as caught:
        read_front_matter(written)
    assert caught.value.line == line
    assert says in caught.value.instead


def test_every_field_knows_its_line() -> None:
    """A field's line is found by its path, and that of what surrounds it where it was not written."""
    front = read_front_matter("a:\n  - b: 1\n    c: 2\nd: 3")
    assert front.line_of(("a", 0, "c")) == 4
    assert front.line_of(("a", 0, "missing")) == 3
    assert front.line_of(("d",)) == 5
    assert front.line_of(("missing",)) == 2


def test_the_body_begins_after_the_second_marker() -> None:
    """A `---` inside the body is a line of the body."""
    assert split_front_matter("---\na: b\n---\n\n# x\n---\n") == ("a: b", "\n# x\n---\n", 4)


@pytest.mark.parametrize("text", ["", "a: b", " ---\na: b\n---\n", "---\na: b\n", "---\na: b\n----\n"])
def test_missing_markers_are_named(text: str) -> None:
    """Without both markers there is no front matter."""
    with pytest.raises(FrontMatterError, match=r"front matter"):
        split_front_matter(text)
