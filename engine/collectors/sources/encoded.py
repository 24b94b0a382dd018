"""The encoded authorization failure message, decoded: the real context, and which Deny matched.

Source: STS API, DecodeAuthorizationMessage; it lists the Deny statements that matched, by Sid, and names no policy.
"""

from typing import Any

import msgspec

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.target import Target
from whydenied.engine.messages.decoded import conditions_of

__all__ = ["SOURCE", "decode"]


def decode(reader: Reader, target: Target) -> dict[str, Any]:
    """Return the decoded message; {} where it cannot be had."""
    call = Call("sts", "DecodeAuthorizationMessage", {"EncodedMessage": target.encoded_message}, target.account)
    text = reader.read(call).get("DecodedMessage")
    try:
        found = msgspec.json.decode(text) if isinstance(text, str) else {}
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return {}
    return found if isinstance(found, dict) else {}


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the request's context out of the message."""
    piece = Piece()
    found = decode(reader, target)
    if not found:
        call = Call("sts", "DecodeAuthorizationMessage", {"EncodedMessage": target.encoded_message}, target.account)
        answer = reader.read(call)
        hidden = Call("sts", "DecodeAuthorizationMessage", {"EncodedMessage": "<the message>"})
        piece.fail("", "the encoded message", [msgspec.structs.replace(answer, call=hidden, output=None)])
        return piece
    piece.facts.append(("decoded.explicit-deny", "yes" if found.get("explicitDeny") else "no"))
    context = found.get("context")
    for key, values in conditions_of(context.get("conditions") if isinstance(context, dict) else None).items():
        if key and len(values) == 1:
            piece.context[key] = values[0]
    return piece


SOURCE = Source(
    "encoded",
    (),
    1,
    (("sts", "DecodeAuthorizationMessage"),),
    lambda target: bool(target.encoded_message),
    collect,
)
