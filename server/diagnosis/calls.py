"""An AWS call as the command line that makes it: `{service: s3, operation: GetBucketPolicy}` is `aws s3api …`."""

import re
import shlex
from typing import Any

import msgspec

__all__ = ["command_of_call"]

# Where the command line's name of a service is not the SDK's.
_NAMES = {"s3": "s3api", "config": "configservice", "codedeploy": "deploy"}
_BEFORE_LAST_WORD = re.compile(r"([A-Z0-9]+)([A-Z][a-z])")
_BETWEEN_WORDS = re.compile(r"([a-z0-9])([A-Z])")
# The few names that the SDK splits in another way than by their capitals.
_SPECIAL = {"ListOpenIDConnectProviders": "list-open-id-connect-providers"}


def command_of_call(call: dict[str, Any]) -> str:
    """Write a question's call (`service`, `operation`, `parameters`) as a command; placeholders stay as they are."""
    service, operation = call["service"], call["operation"]
    words = ["aws", _NAMES.get(service, service), _dashed(operation)]
    for name, value in (call.get("parameters") or {}).items():
        if value is True:
            words.append(f"--{_dashed(name)}")
        else:
            words += [f"--{_dashed(name)}", *_values(value)]
    return " ".join(words)


def _dashed(name: str) -> str:
    if name in _SPECIAL:
        return _SPECIAL[name]
    return _BETWEEN_WORDS.sub(r"\1-\2", _BEFORE_LAST_WORD.sub(r"\1-\2", name)).lower()


def _values(value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [_quoted(item) for item in value]
    if isinstance(value, (dict, list)):
        return ["'" + msgspec.json.encode(value).decode() + "'"]
    return [_quoted(str(value))]


def _quoted(text: str) -> str:
    # Braces stay bare: they are placeholders, and are filled or shown as blanks.
    return text if re.fullmatch(r"[\w{}.:/@%+=,-]+", text) else shlex.quote(text)
