"""Snapshots: the answers of a run in a file, from which the same run can be made again without AWS.

`{"whydenied_snapshot": 1, "taken": ISO time, "caller": ARN, "region": "…", "target": {…} or null, "answers": [{"call":
{"service", "operation", "parameters", "account", "region"}, "output": {…} or null, "code": "", "message": ""}]}`. The
outputs are AWS's own, so that anybody can read what is handed over. An encoded message stands as its digest only.
A file of `aws iam get-account-authorization-details` is a snapshot too, of IAM alone.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from whydenied.engine.collectors.account_details import answer_from
from whydenied.engine.collectors.calls import Answer, Call
from whydenied.engine.collectors.target import Target
from whydenied.engine.errors import InputError
from whydenied.engine.secrets.masking import mask

__all__ = ["MAX_SNAPSHOT", "Replay", "Snapshot", "read_snapshot", "write_snapshot"]

MAX_SNAPSHOT = 200_000_000
"""Bytes of a snapshot: an account with 5,000 roles takes some tens of megabytes."""


class Snapshot(msgspec.Struct, frozen=True):
    """What a run asked and was answered. target: what it was about; None for a whole account."""

    whydenied_snapshot: int = 1
    taken: str = ""
    caller: str = ""
    region: str = ""
    target: Target | None = None
    answers: list[Answer] = []


def write_snapshot(snapshot: Snapshot) -> bytes:
    """Return a snapshot as JSON, without encoded messages, and with the secrets masked that policies hold."""
    answers = [
        msgspec.structs.replace(answer, call=_hidden(answer.call), output=_without_secrets(answer.output))
        for answer in snapshot.answers
    ]
    target = snapshot.target
    if target is not None:
        target = msgspec.structs.replace(target, encoded_message=_digest(target.encoded_message))
    plain = msgspec.structs.replace(snapshot, answers=answers, target=target)
    return msgspec.json.format(msgspec.json.encode(plain)) + b"\n"


def read_snapshot(data: bytes) -> Snapshot:
    """Read a snapshot, or a file of account authorization details. Raises InputError for anything else."""
    if len(data) > MAX_SNAPSHOT:
        raise InputError(f"the snapshot has more than {MAX_SNAPSHOT // 1_000_000} MB")
    try:
        raw = msgspec.json.decode(data)
        if isinstance(raw, Mapping) and any(str(key).endswith("DetailList") for key in raw):
            call = Call("iam", "GetAccountAuthorizationDetails")
            return Snapshot(answers=[Answer(call, raw)])
        if not isinstance(raw, Mapping) or raw.get("whydenied_snapshot") != 1:
            raise InputError(
                "this is no snapshot: make one with `whydenied collect`, or give the output of"
                " `aws iam get-account-authorization-details`"
            )
        return msgspec.convert(raw, Snapshot)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise InputError(f"the snapshot cannot be read: {str(error)[:200]}") from None


class Replay:
    """A Reader over a snapshot. asked: the answers given, in order."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.asked: list[Answer] = []
        self.accounts = tuple(dict.fromkeys(answer.call.account for answer in snapshot.answers if answer.call.account))
        self._answers = {answer.call.key: answer for answer in snapshot.answers}
        details = Call("iam", "GetAccountAuthorizationDetails").service
        self._details: list[Mapping[str, object]] = [
            answer.output
            for answer in snapshot.answers
            if answer.output is not None
            and (answer.call.service, answer.call.operation) == (details, "GetAccountAuthorizationDetails")
        ]

    def read(self, call: Call) -> Answer:
        """Answer a call as it was answered then; what was not asked then is unknown."""
        answer = self._answers.get(_hidden(call).key)
        for details in self._details if answer is None and call.service == "iam" else ():
            answer = answer_from(details, call)
            if answer is not None:
                break
        if answer is None:
            answer = Answer(call, None, "NotInSnapshot", "the snapshot does not hold this")
        self.asked.append(answer)
        return answer

    def read_many(self, calls: Iterable[Call]) -> list[Answer]:
        """Answer several calls."""
        return [self.read(call) for call in calls]


def _hidden(call: Call) -> Call:
    if "EncodedMessage" not in call.parameters:
        return call
    return msgspec.structs.replace(
        call, parameters={**call.parameters, "EncodedMessage": _digest(str(call.parameters["EncodedMessage"]))}
    )


def _without_secrets(value: object) -> object:
    """Mask passwords, keys and tokens in plain data. A policy that held one is unread where the snapshot is used."""
    if isinstance(value, str):
        return mask(value, keep_ids=True).text
    if isinstance(value, Mapping):
        return {name: _without_secrets(_named(name, inner)) for name, inner in value.items()}
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value


def _named(name: str, value: object) -> object:
    """Mask a text that is a secret only by the name it stands under."""
    if not isinstance(value, str):
        return value
    text = f"{name}: {value}"
    return mask(text, keep_ids=True).text[len(name) + 2 :]


def _digest(message: str) -> str:
    if not message or message.startswith("sha256:"):
        return message
    return "sha256:" + hashlib.sha256(message.encode()).hexdigest()
