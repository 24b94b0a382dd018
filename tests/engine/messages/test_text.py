"""A text that was cleaned up knows where each stretch stood before."""

import re

from hypothesis import given
from hypothesis import strategies as st

from whydenied.engine.messages.text import Text, beginning_in, flattened
from whydenied.engine.messages.unwrap import unwrap


def test_a_stretch_maps_back_through_several_changes() -> None:
    text = Text("aaa<b>bold</b>zzz")
    text.sub(re.compile("</?b>"), "")
    text.sub(re.compile("a+"), "A")
    start = text.value.index("bold")
    assert text.origin(start, start + 4) == (6, 10)
    assert text.origin(0, 1) == (0, 3)


def test_a_stretch_across_a_removal_spans_it() -> None:
    text = Text("one--two")
    text.sub(re.compile("--"), "")
    assert text.value == "onetwo"
    assert text.origin(2, 4) == (2, 6)


def test_a_replacement_by_the_same_changes_nothing() -> None:
    text = Text("abc")
    text.sub(re.compile("b"), lambda match: match.group())
    assert text.origin(1, 2) == (1, 2)


@given(st.text(st.sampled_from("aİIiıßΣK\n ") | st.characters(), max_size=20))
def test_a_flattened_text_has_every_character_in_its_place(text: str) -> None:
    assert len(flattened(text)) == len(text)
    assert flattened("A\nİB") == "a ib"


@given(st.text(st.sampled_from("ab \n│>\\u0022&amp;\x1b[31m"), max_size=120))
def test_origins_stay_inside_the_paste_and_in_order(paste: str) -> None:
    text = unwrap(paste)
    ends = [text.origin(at, at + 1) for at in range(len(text.value))]
    assert all(0 <= start <= end <= len(paste) for start, end in ends)
    assert [start for start, _ in ends] == sorted(start for start, _ in ends)


def test_what_begins_in_a_stretch_is_not_cut_at_its_end() -> None:
    found = beginning_in(re.compile(r"[a-z]+"), "one three five", (0, 6))
    assert [match[0] for match in found] == ["one", "three"]
