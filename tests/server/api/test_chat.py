"""Chats: their own shapes and signatures, nothing answered to anybody else, and nothing shown to a channel unasked."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from whydenied.server.api import chat
from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import load_service

SECRET, TOKEN, TEAMS = "8f742231b10e8888abcd99yyyzzz85a5", "t0ken-of-the-command", base64.b64encode(b"k" * 32).decode()
DENIED = (
    "User: arn:aws:sts::111122223333:assumed-role/build/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)
HOOK = "https://hooks.slack.com/app/T1/2/x"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A site with all three doors."""
    settings = Settings(
        slack_signing_secret=SECRET, mattermost_token=TOKEN, teams_secret=TEAMS, public_url="https://denied.example"
    )
    return create_app(load_service(), settings).test_client()


def slack(client: FlaskClient, age: float = 0, secret: str = SECRET, data: bytes = b"", **form: str) -> TestResponse:
    """Send what Slack sends. Each request is another one: the id of its trigger."""
    fields = {"token": "gone", "team_id": "T1", "user_id": "U1", "trigger_id": str(time.time_ns()), **form}
    return send(client, data or urlencode(fields).encode(), str(int(time.time() - age)), secret)


def send(client: FlaskClient, body: bytes, stamp: str, secret: str = SECRET) -> TestResponse:
    """Sign a body for a moment and send it."""
    signature = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    return client.post("/chat/slack", data=body, headers=headers, content_type="application/x-www-form-urlencoded")


def blocks(answer: TestResponse) -> list[dict[str, Any]]:
    """Return the blocks, which are within Slack's bounds."""
    found: list[dict[str, Any]] = answer.get_json()["blocks"]
    assert 0 < len(found) <= 50
    assert all(len(one["text"]["text"]) <= 3_000 for one in found if one["type"] == "section")
    return found


def test_a_slash_command_is_answered_to_the_asker(client: FlaskClient) -> None:
    """Title, statement, owner, and where to read more."""
    answer = slack(client, command="/why", text=DENIED)
    assert answer.status_code == 200
    assert answer.get_json()["response_type"] == "ephemeral"
    title, code, told, actions = blocks(answer)
    assert title["text"]["text"].startswith(
        "*`build` may not `sqs:SendMessage` on `orders`: no identity policy allows it"
    )
    assert '"Action": "sqs:SendMessage"' in code["text"]["text"]
    assert "IAM administrator of account 111122223333" in told["elements"][0]["text"]
    assert [one["url"] for one in actions["elements"]] == ["https://denied.example/articles/identity-no-allow"]


def test_it_is_shared_only_where_that_is_said(client: FlaskClient) -> None:
    """`share` before the error."""
    answer = slack(client, text=f"share {DENIED}").get_json()
    assert answer["response_type"] == "in_channel"
    assert "sqs:SendMessage" in answer["text"]


def test_what_says_no_reason_leads_to_the_questions(client: FlaskClient) -> None:
    """By a link that holds no name."""
    text = "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"
    urls = [
        one["url"] for block in blocks(slack(client, text=text)) for one in block.get("elements", ()) if "url" in one
    ]
    assert urls[0].startswith("https://denied.example/wizard?")
    assert "111122223333" not in urls[0]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"secret": "another"}, 401), ({"age": 301}, 401), ({"age": -301}, 401), ({"data": b"\xff\xfe=%"}, 400)],
)
def test_what_slack_did_not_sign_just_now_is_refused(client: FlaskClient, wrong: dict[str, Any], status: int) -> None:
    """Another secret, an old time, no form."""
    answer = slack(client, **wrong) if "data" in wrong else slack(client, text=DENIED, **wrong)
    assert answer.status_code == status
    assert b"sqs" not in answer.data


def test_a_request_is_answered_once(client: FlaskClient) -> None:
    """The same bytes with the same signature are a replay."""
    body, stamp = urlencode({"text": DENIED}).encode(), str(int(time.time()))
    assert [send(client, body, stamp).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize("headers", [{}, {"X-Slack-Signature": "v0=x"}, {"X-Slack-Request-Timestamp": "9" * 30}])
def test_a_request_without_a_signature_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    """Whatever is missing."""
    assert client.post("/chat/slack", data={"text": DENIED}, headers=headers).status_code == 401


def test_a_message_action_is_answered_where_slack_says(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acknowledged at once; only Slack's own host is written to."""
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(chat, "_send", lambda address, body: sent.append((address, json.loads(body))))
    answer = slack(client, payload=action(DENIED))
    assert (answer.status_code, answer.data) == (200, b"")
    for _ in range(50):
        if sent:
            break
        time.sleep(0.1)
    ((address, body),) = sent
    assert (address, body["response_type"], body["replace_original"]) == (HOOK, "ephemeral", False)
    assert "sqs:SendMessage" in str(body["blocks"])


def action(message: object = "x", address: str = HOOK) -> str:
    """The payload of a message action."""
    return json.dumps({"type": "message_action", "message": {"text": message}, "response_url": address})


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"type": "message_action"}', 400),
        (action(address="http://169.254.169.254/"), 400),
        (action(address="https://hooks.slack.com@evil.example/"), 400),
        (action(message=1), 400),
        (json.dumps({"type": "block_actions", "actions": [{"action_id": "x"}]}), 200),
    ],
)
def test_other_payloads(client: FlaskClient, payload: str, status: int) -> None:
    """What is malformed, or would send elsewhere, is refused; a click on a link is acknowledged."""
    assert slack(client, payload=payload).status_code == status


def test_a_message_mentions_nobody_and_shows_no_secret(client: FlaskClient) -> None:
    """Slack's own marks in a name are shown and not obeyed."""
    marked = DENIED.replace("/ana", "/&lt;!channel&gt;").replace("build", "&lt;!here&gt;")
    text = f"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n{marked}"
    answer = slack(client, text=text).data.decode()
    assert "wJalr" not in answer
    assert "<!" not in answer
    assert "rotate it" in answer


@pytest.mark.parametrize("text", ["", "   ", "hello there"])
def test_what_is_no_error_is_told_what_to_send(client: FlaskClient, text: str) -> None:
    """In a sentence."""
    assert "Send the" in slack(client, text=text).get_json()["text"]


def test_mattermost_asks_by_its_token(client: FlaskClient) -> None:
    """In the header or in the form."""
    found = client.post("/chat/mattermost", data={"token": TOKEN, "text": DENIED}).get_json()
    assert found["response_type"] == "ephemeral"
    assert "```json\n{\n" in found["text"]
    assert "[Read more](https://denied.example/articles/identity-no-allow)" in found["text"]
    assert (
        client.post("/chat/mattermost", data={"text": ""}, headers={"Authorization": f"Token {TOKEN}"}).status_code
        == 200
    )
    assert client.post("/chat/mattermost", data={"token": "x", "text": DENIED}).status_code == 401


def test_teams_signs_its_bodies(client: FlaskClient) -> None:
    """The mention is no part of the message."""
    body = json.dumps({"type": "message", "text": f"<at>Why</at>&nbsp;{DENIED}"}).encode()
    made = base64.b64encode(hmac.new(b"k" * 32, body, hashlib.sha256).digest()).decode()
    found = client.post("/chat/teams", data=body, headers={"Authorization": f"HMAC {made}"})
    assert found.get_json()["type"] == "message"
    assert "sqs:SendMessage" in found.get_json()["text"]
    assert client.post("/chat/teams", data=body + b" ", headers={"Authorization": f"HMAC {made}"}).status_code == 401


@pytest.mark.parametrize("door", ["slack", "mattermost", "teams"])
def test_a_door_without_a_secret_is_not_there(door: str) -> None:
    """Off unless somebody sets it up."""
    assert create_app(load_service()).test_client().post(f"/chat/{door}", data={"text": DENIED}).status_code == 404
