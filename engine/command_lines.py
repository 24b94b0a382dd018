"""An AWS call as the AWS CLI writes it: `GetBucketPolicy` of `s3` is `aws s3api get-bucket-policy`."""

import re
import shlex
from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["cli_name", "command_line", "program", "question_command"]

# Where the command line's name of a service is not the SDK's.
_PROGRAMS = {"s3": "s3api", "config": "configservice", "codedeploy": "deploy"}
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Braces stay bare: in the knowledge base's calls they are placeholders, which are filled or shown as blanks.
_BARE = re.compile(r"[\w{}.:/@%+=,-]+")


def cli_name(name: str) -> str:
    """Spell an operation or parameter of the API as the AWS CLI does (`GetOpenIDConnectProvider`, `ARNs`)."""
    for odd, plain in (("OpenID", "OpenId"), ("IDs", "Ids"), ("ARNs", "Arns"), ("AWSAccount", "AwsAccount")):
        name = name.replace(odd, plain)
    return _WORD.sub("-", name[:1].upper() + name[1:]).lower()


def program(service: str, operation: str) -> str:
    """Return the beginning of the command that makes a call. service: the SDK's name (`s3`, `iam`)."""
    return f"aws {_PROGRAMS.get(service, service)} {cli_name(operation)}"


def command_line(service: str, operation: str, parameters: Mapping[str, Any] | None = None) -> str:
    """Return the command that makes a call. A parameter that is True is a switch; a list of texts is several words;
    other lists and objects are JSON."""
    words = [program(service, operation)]
    for name, value in (parameters or {}).items():
        words.append(f"--{cli_name(name)}")
        if value is not True:
            words += _values(value)
    return " ".join(words)


def question_command(call: Mapping[str, Any]) -> str:
    """Return the command of a question's `call` as it stands in front matter; placeholders stay as they are."""
    return command_line(call["service"], call["operation"], call.get("parameters"))


def _values(value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [_quoted(item) for item in value]
    if isinstance(value, (dict, list)):
        return [shlex.quote(msgspec.json.encode(value).decode())]
    return [_quoted(str(value))]


def _quoted(text: str) -> str:
    return text if _BARE.fullmatch(text) else shlex.quote(text)
