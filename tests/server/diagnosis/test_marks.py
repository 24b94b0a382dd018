"""The paste with what was read marked in it."""

import pytest

from whydenied.engine.messages.parsed import Span
from whydenied.server.diagnosis.marks import stretches

TEXT = "User: ana may not s3:GetObject with an explicit deny in an SCP"


def span(field: str, words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(field, start, start + len(words))


def test_marks_and_the_words_between_make_up_the_whole_paste() -> None:
    cut = stretches(TEXT, [span("action", "s3:GetObject"), span("principal", "ana")])
    assert "".join(stretch.text for stretch in cut) == TEXT
    assert [(stretch.text, stretch.label) for stretch in cut if stretch.fields] == [
        ("ana", "who"),
        ("s3:GetObject", "action"),
    ]


def test_words_read_as_two_things_are_marked_once_with_both_names() -> None:
    cut = stretches(
        TEXT,
        [span("effect", "with an explicit deny in an SCP"), span("policy_type", "with an explicit deny in an SCP")],
    )
    assert [stretch.label for stretch in cut if stretch.fields] == ["allow or deny, which policy"]


def test_of_words_within_words_both_are_marked() -> None:
    cut = stretches(
        TEXT, [span("policy_type", "with an explicit deny in an SCP"), span("effect", "with an explicit deny")]
    )
    assert [(stretch.text, stretch.label) for stretch in cut if stretch.fields] == [
        ("with an explicit deny", "allow or deny"),
        ("in an SCP", "which policy"),
    ]


def test_a_span_over_a_whole_message_does_not_colour_all_of_it() -> None:
    text = TEXT + " " + "and more words " * 20
    cut = stretches(text, [Span("effect", 0, len(text)), span("principal", "ana", text)])
    assert [stretch.label for stretch in cut if stretch.fields] == ["who"]


@pytest.mark.parametrize(
    "bad", [Span("action", -1, 3), Span("action", 5, 5), Span("action", 3, 9_999), Span("mood", 0, 3)]
)
def test_a_span_that_does_not_fit_marks_nothing(bad: Span) -> None:
    assert [stretch.fields for stretch in stretches(TEXT, [bad])] == [()]


def test_control_and_direction_characters_are_shown_not_obeyed() -> None:
    [shown] = stretches("a\x00b\x1b[31mc\u202ed\r", [])
    assert shown.text == "a␀b␛[31mc\ufffdd␍"


def test_a_long_stretch_without_a_mark_is_cut_and_says_by_how_much() -> None:
    text = "x" * 50_000 + " ana"
    cut = stretches(text, [Span("principal", len(text) - 3, len(text))])
    assert sum(len(stretch.text) + stretch.left_out for stretch in cut) == len(text)
    assert max(len(stretch.text) for stretch in cut) < 1_000
    assert cut[-1].label == "who"
