"""Nothing that was pasted, searched for or opened is ever in a log."""

import logging
import random

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL
from whydenied.server.app import create_app
from whydenied.server.http.logs import IdentifierFilter, describe_exception
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service


def seeded(number: int) -> tuple[str, list[str]]:
    """A paste with a key, a token, an ARN and an account of its own, and those."""
    draw = random.Random(number)
    account = "".join(draw.choices("0123456789", k=12))
    key = "AKIA" + "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
    secret = "".join(draw.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=40))
    role = f"arn:aws:sts::{account}:assumed-role/r{number}x{draw.randrange(10**6)}/s"
    text = (
        f"export AWS_ACCESS_KEY_ID={key}\nexport AWS_SECRET_ACCESS_KEY={secret}\nAn error occurred (AccessDenied) when "
        f"calling the GetObject operation: User: {role} is not authorized to perform: s3:GetObject"
    )
    return text, [account, key, secret, role]


@pytest.fixture(scope="module")
def talkative(service: Service) -> FlaskClient:
    """Somebody who asks a site with an access log."""
    return create_app(service, Settings(access_log=True)).test_client()


@pytest.mark.parametrize(
    "number", [*range(25), *(pytest.param(number, marks=pytest.mark.slow) for number in range(25, 100))]
)
def test_no_log_line_holds_a_word_of_a_paste(
    talkative: FlaskClient, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    text, secrets = seeded(number)
    with caplog.at_level(logging.DEBUG):
        talkative.post("/diagnose", data={"text": text})
        talkative.post("/search", data={"q": text[:100]})
        talkative.get("/search", query_string={"q": text})
        talkative.get("/suggest", query_string={"q": text})
        talkative.get(f"/articles/{secrets[3]}")
        talkative.post("/api/v1/diagnose", json={"text": text})
    assert "POST /diagnose 200" in caplog.text
    assert not [secret for secret in secrets if secret in caplog.text]


def test_an_exception_is_logged_by_type_and_place_alone(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str, answers: object = None) -> None:
        raise ValueError(f"could not read {text}")

    monkeypatch.setattr(service, "diagnose", fail)
    assert client.post("/diagnose", data={"text": SCP_DENIAL}).status_code == 500
    assert "ValueError" in caplog.text
    assert "pages/diagnose.py" in caplog.text
    assert "111122223333" not in caplog.text
    assert "could not read" not in caplog.text


def test_the_filter_masks_arguments_and_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("test.identifiers")
    logger.addFilter(IdentifierFilter())
    try:
        raise KeyError("arn:aws:iam::111122223333:role/deploy")
    except KeyError:
        logger.exception("reading %s failed", "111122223333")
    assert "111122223333" not in caplog.text
    assert "KeyError" in caplog.text


def test_a_description_has_no_message() -> None:
    assert describe_exception(ValueError("111122223333")) == "ValueError"
