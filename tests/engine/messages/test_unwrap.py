"""What surrounds a message is peeled off, and nothing of the message."""

import pytest

from whydenied.engine.messages.unwrap import unwrap

MESSAGE = (
    "AccessDenied: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: "
    "arn:aws:s3:::reports/q1.csv"
)

WRAPPED = {
    "colours": f"\x1b[1m\x1b[31m{MESSAGE}\x1b[0m",
    "colours written out": f"\\u001b[31m{MESSAGE}\\u001b[0m",
    "code": f"`{MESSAGE}`",
    "bold": MESSAGE.replace("AccessDenied", "**AccessDenied**"),
    "html": f"<pre><code>{MESSAGE}</code></pre>",
    "quote": f"> {MESSAGE}",
    "box": f"│ {MESSAGE}",
    "box, both sides": f"│ {MESSAGE} │",
    "log": f"2026-11-01T10:00:00.123Z ERROR [main] {MESSAGE}",
    "klog": f"E1101 10:00:00.123456       1 controller.go:12] {MESSAGE}",
    "compose": f"api_1  | {MESSAGE}",
    "no-break spaces": MESSAGE.replace(" ", "\xa0"),
    "byte order mark": f"\ufeff{MESSAGE}",
    "zero width": MESSAGE.replace("is not", "is\u200b not"),
    "tabs": MESSAGE.replace(" is ", "\tis\t"),
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_wrappings_come_off(text: str) -> None:
    assert unwrap(text).value.strip() == MESSAGE


def test_escapes_nest() -> None:
    assert unwrap('{\\\\\\"message\\\\\\":\\\\\\"a\\\\\\\\nb\\\\\\"}').value == '{"message":"a\nb"}'
    assert unwrap("&amp;quot;x&amp;quot; &#39;y&#39; &lt;z&gt;").value == "\"x\" 'y' <z>"
    assert unwrap("\\u2502 line").value.strip() == "line"


def test_smart_quotes_become_plain() -> None:
    assert unwrap("“a” ‘b’").value == "\"a\" 'b'"


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_words_and_arns_that_a_terminal_cut_are_joined(width: int) -> None:
    cut = "\n".join(MESSAGE[start : start + width] for start in range(0, len(MESSAGE), width))
    # Where the edge fell between two words, their line end is as good as their space.
    assert unwrap(cut).value.replace("\n", " ") == MESSAGE


def test_lines_broken_between_words_stay_apart() -> None:
    text = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized\nto perform: s3:GetObject because no "
        "identity-based\npolicy allows"
    )
    assert unwrap(text).value == text


def test_runs_of_space_and_empty_lines_become_one() -> None:
    assert unwrap("a   b \n\n\n  c\r\nd").value == "a b\nc\nd"


def test_an_arn_keeps_its_dashes_and_underscores() -> None:
    arn = "arn:aws:iam::111122223333:role/a_b-c__d*"
    assert unwrap(arn).value == arn
