"""Secrets are masked at the door, in place and at their length."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages.secrets import mask

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

SECRETS = [
    (f"aws_secret_access_key = {KEY}", KEY, "secret access key"),
    (f'"SecretAccessKey": "{KEY}"', KEY, "secret access key"),
    ("AWS_SESSION_TOKEN=" + "IQoJb3JpZ2luX2VjE" + "A" * 60, "A" * 60, "session token"),
    ("password: hunter2hunter2", "hunter2hunter2", "password"),
    ("https://ana:topsecret9@example.org/", "topsecret9", "password"),
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789", "authorization header"),
    ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2lnbmF0dXJl", "eyJzdWIiOiJyZXBvIn0", "web token"),
    ("ghp_" + "a1B2" * 9, "a1B2" * 9, "access token"),
]


@pytest.mark.parametrize(("text", "secret", "kind"), SECRETS, ids=[kind for *_, kind in SECRETS])
def test_a_secret_is_hidden_and_named(text: str, secret: str, kind: str) -> None:
    masked = mask(text)
    assert secret not in masked.text
    assert kind in masked.kinds
    assert len(masked.text) == len(text)


def test_the_kind_of_an_access_key_stays_readable() -> None:
    masked = mask("key ASIAIOSFODNN7EXAMPLE used")
    assert masked.text == "key ASIA**************** used"
    assert masked.kinds == ()


def test_an_encoded_message_is_hidden_over_line_ends_and_boxes() -> None:
    text = (
        "Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuU\n│ MCm-abcdefghijklmnopq\n│ status code: 403"
    )
    masked = mask(text).text
    assert "4GIO" not in masked
    assert "abcdef" not in masked
    assert masked.endswith("│ status code: 403")


def test_what_is_no_secret_stays() -> None:
    text = (
        "User: arn:aws:sts::111122223333:assumed-role/Build/i-0a1b2c3d4e5f67890 is not authorized to "
        "perform: s3:GetObject"
    )
    assert mask(text).text == text


@given(st.text(string.printable, max_size=300))
def test_length_and_line_ends_never_change(text: str) -> None:
    masked = mask(text).text
    assert len(masked) == len(text)
    assert [at for at, char in enumerate(masked) if char == "\n"] == [
        at for at, char in enumerate(text) if char == "\n"
    ]
