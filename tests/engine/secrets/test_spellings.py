"""However a secret is written it is hidden, and what only looks like one stays."""

import base64
import html
import json
import random
import string
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pastes import Paste, leaks, pastes
from whydenied.engine.secrets.hiding import Hider
from whydenied.engine.secrets.masking import mask
from whydenied.engine.secrets.sign import MASK

SPELT = [paste for seed in (20261126, 1, 2) for paste in pastes(seed)]
HARMLESS = (Path(__file__).parent / "harmless.txt").read_text(encoding="utf-8").splitlines()


def test_a_secret_that_is_shown_is_noticed_and_a_measured_number_is_none() -> None:
    assert [paste.text for paste in SPELT if set(leaks(paste, paste.text)) != set(paste.secrets)] == []
    code = Paste("codes", "", ("9934",))
    assert [leaks(code, f"see {text}") for text in ("9934", "9934-9687", "(9934).")] == [["9934"]] * 3
    assert [leaks(code, f"sum {text}") for text in ("12.00993412", "0.9934", "9934.1", "a9934f")] == [[]] * 4


@pytest.mark.parametrize("family", sorted({paste.family for paste in SPELT}))
def test_every_spelling_is_masked_at_its_length(family: str) -> None:
    assert [paste.text for paste in SPELT if paste.family == family and not _is_masked(paste)] == []


def _is_masked(paste: Paste) -> bool:
    masked = mask(paste.text).text
    return not leaks(paste, masked) and len(masked) == len(paste.text)


def _framed(text: str) -> str:
    return "\n".join(f"│ {line} │" for line in text.splitlines())


def _quoted(text: str) -> str:
    return textwrap.indent(text, "> ", lambda _: True)


@pytest.mark.parametrize(
    "wrapped",
    [json.dumps, lambda text: json.dumps(json.dumps({"m": text})), html.escape, _framed, _quoted, "`{}`".format],
    ids=["JSON", "JSON in JSON", "HTML", "box", "quoted", "code"],
)
def test_no_wrapping_brings_a_secret_to_light(wrapped: Callable[[str], str]) -> None:
    assert [paste.text for paste in pastes(5) if leaks(paste, mask(wrapped(paste.text)).text)] == []


@pytest.mark.parametrize("line", HARMLESS)
def test_a_harmless_line_stays_and_raises_no_alarm(line: str) -> None:
    masked = mask(line)
    assert masked.text == line
    assert masked.kinds == ()


def test_what_is_masked_is_not_masked_again() -> None:
    for paste in pastes(3):
        once = mask(paste.text).text
        assert mask(once).text == once
        assert mask(once).kinds == ()


def test_an_encoded_message_is_hidden_and_no_secret_to_rotate() -> None:
    blob = base64.urlsafe_b64encode(random.Random(4).randbytes(400)).decode().rstrip("=")
    masked = mask(f"Encoded authorization failure message: {blob}")
    assert blob[:8] not in masked.text
    assert masked.kinds == ()


@pytest.mark.slow
def test_of_keys_alone_fewer_than_one_in_five_hundred_is_missed() -> None:
    draw = random.Random(5)
    keys = ["".join(draw.choices(string.ascii_letters + string.digits + "+/", k=40)) for _ in range(4_000)]
    assert sum(key in mask(f"it is {key} I think").text for key in keys) <= 8
    assert not any(key in mask(f"aws_secret_access_key={key}").text for key in keys)


def test_a_secret_is_hidden_where_it_comes_again_without_its_name() -> None:
    hider = Hider('{"aws:Referer": "password=tops3cretword"}')
    assert hider.data({"because": ["the value tops3cretword", 3, None]}) == {
        "because": [f"the value {MASK * 13}", 3, None]
    }
    assert not Hider("nothing here")
