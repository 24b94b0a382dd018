"""The doors for chats: Slack's slash command and message action, and what Teams and Mattermost send.

Each is there only where its secret is set. Whoever asks is asked for the proof that its chat documents, over the bytes
as they came, before anything is read of them; what was sent is kept nowhere.
Sources: Slack, "Verifying requests from Slack", "Enabling interactivity", "Handling user interaction"; Microsoft,
"Create an outgoing webhook"; Mattermost, "Slash commands".
"""

import base64
import binascii
import hashlib
import hmac
import logging
import re
import threading
import time
import urllib.request
from collections import OrderedDict
from urllib.parse import parse_qs, urlsplit

import msgspec
from flask import Blueprint, Response, abort, request

from whydenied.server.api.answers import json
from whydenied.server.data.chat import markdown, slack_blocks
from whydenied.server.http.addresses import public_url
from whydenied.server.http.logs import describe_exception
from whydenied.server.http.site import site

__all__ = ["blueprint"]

blueprint = Blueprint("chat", __name__, url_prefix="/chat")

_WINDOW = 300  # seconds; Slack's own advice against replays
_MOST_SEEN = 20_000
_LONGEST = 256 * 1024
_SECONDS = 5
_USAGE = "Send the error after the command, as AWS or your tool printed it."
_MENTION = re.compile(r"<at>[^<]{0,200}</at>")
_TAG = re.compile(r"<[^<>]{1,300}>")
_log = logging.getLogger("whydenied")


class _Seen:
    """Signatures that were used already, as long as they would still be taken."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, signature: str, now: float) -> bool:
        """Note a signature; False where it was noted before."""
        with self._lock:
            while self._until and (next(iter(self._until.values())) < now or len(self._until) >= _MOST_SEEN):
                self._until.popitem(last=False)
            if signature in self._until:
                return False
            self._until[signature] = now + 2 * _WINDOW
            return True


_seen = _Seen()


@blueprint.post("/slack")
def slack() -> Response:
    """Answer a slash command, or a message action by its response address. Only the asker sees it; `share` before the
    error lets the channel see it."""
    form = _form(_slack_body())
    if form.get("ssl_check"):
        return Response(status=200)
    if "payload" in form:
        return _slack_action(form["payload"])
    text = form.get("text", "")
    shared = re.match(r"share\s", text) is not None
    return json(
        {"response_type": "in_channel" if shared else "ephemeral", **_slack_answer(text[6:] if shared else text)}
    )


def _slack_body() -> bytes:
    """Return the body of a request that Slack has signed, once and just now."""
    secret = site().settings.slack_signing_secret
    if not secret:
        abort(404)
    body = _body()
    stamp, signature = (
        request.headers.get("X-Slack-Request-Timestamp", ""),
        request.headers.get("X-Slack-Signature", ""),
    )
    now = time.time()
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and abs(now - int(stamp)) <= _WINDOW):
        abort(401, "The request is too old, or has no time.")
    made = "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(made.encode(), signature.encode()):
        abort(401, "The signature is not Slack's.")
    if not _seen.is_new(signature, now):
        abort(401, "The request was sent before.")
    return body


def _slack_action(payload: str) -> Response:
    """Take a message action: acknowledged now, answered to the address that Slack gives for it."""
    try:
        data = msgspec.json.decode(payload)
        kind = data["type"]
        message, address = (data["message"]["text"], data["response_url"]) if kind == "message_action" else ("", "")
    except (msgspec.DecodeError, KeyError, TypeError, RecursionError, UnicodeError):
        abort(400, "The payload is none of Slack's.")
    if not isinstance(message, str) or not isinstance(address, str):
        abort(400, "The payload is none of Slack's.")
    # A button that opens a page tells of it as well: nothing is to be done then.
    if kind == "message_action":
        if urlsplit(address)[:2] != ("https", "hooks.slack.com"):
            abort(400, "The answer is to go to `hooks.slack.com` alone.")
        answer = {"response_type": "ephemeral", "replace_original": False, **_slack_answer(message)}
        threading.Thread(target=_send, args=(address, msgspec.json.encode(answer)), daemon=True).start()
    return Response(status=200)


def _send(address: str, body: bytes) -> None:
    asked = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS):
            pass
    except OSError as error:
        _log.error("a chat did not take the answer: %s", describe_exception(error))


def _slack_answer(text: str) -> dict[str, object]:
    # Slack sends `&`, `<` and `>` as entities, and a link as `<https://…|…>`.
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if not plain.strip():
        return {"text": _USAGE}
    return dict(slack_blocks(site().service.report(plain), public_url(), _wizard(plain)))


@blueprint.post("/mattermost")
def mattermost() -> Response:
    """Answer a slash command of Mattermost: only the asker sees it."""
    token = site().settings.mattermost_token
    if not token:
        abort(404)
    form = _form(_body())
    given = request.headers.get("Authorization", "").removeprefix("Token ") or form.get("token", "")
    if not hmac.compare_digest(token.encode(), given.encode()):
        abort(401, "The token is not the one that is set.")
    return json({"response_type": "ephemeral", "text": _markdown(form.get("text", ""))})


@blueprint.post("/teams")
def teams() -> Response:
    """Answer an outgoing webhook of Teams, which posts the answer under the message that names it."""
    secret = site().settings.teams_secret
    if not secret:
        abort(404)
    body = _body()
    made = base64.b64encode(hmac.new(_key(secret), body, hashlib.sha256).digest())
    if not hmac.compare_digest(b"HMAC " + made, request.headers.get("Authorization", "").encode()):
        abort(401, "The signature is not that of Teams.")
    try:
        text = msgspec.json.decode(body)["text"]
    except (msgspec.DecodeError, KeyError, TypeError, RecursionError, UnicodeError):
        abort(400, "The body must be JSON with `text`.")
    if not isinstance(text, str):
        abort(400, "`text` must be a text.")
    plain = _TAG.sub(" ", _MENTION.sub(" ", text)).replace("&nbsp;", " ").replace("&quot;", '"')
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return json({"type": "message", "text": _markdown(plain)})


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except binascii.Error:
        abort(404)


def _markdown(text: str) -> str:
    return markdown(site().service.report(text), public_url(), _wizard(text)) if text.strip() else _USAGE


def _wizard(text: str) -> str:
    paste = site().wizard.read_message(text)
    return paste.state.address() if paste is not None else "/wizard"


def _body() -> bytes:
    body = request.get_data(cache=False)
    if len(body) > _LONGEST:
        abort(413)
    return body


def _form(body: bytes) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=60).items()}
    except (ValueError, UnicodeDecodeError):
        abort(400, "The body is no form.")
