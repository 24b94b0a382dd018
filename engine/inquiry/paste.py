"""What a person pasted as the output of a command: JSON, an error of the AWS CLI, or something that cannot be read.

Programs print in many forms; only JSON says unmistakably what is what. For every other form the answer is what to do
to get JSON. Nothing of the paste is quoted back but names of fields.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from whydenied.engine.errors import InputError, TooLargeError

__all__ = ["MAX_OUTPUT", "Printed", "read_paste"]

MAX_OUTPUT: Final = 4_000_000
"""Characters of one output: `get-account-authorization-details` of a large account has some millions."""

_CLI_ERROR = re.compile(
    r"An error occurred \((?P<code>[\w.:-]{1,80})\) when calling the (?P<operation>\w{1,80}) operation"
    r"[^:\n]{0,60}: ?(?P<message>[^\n]{0,2000})"
)
_CREDENTIALS = ("Unable to locate credentials", "Unable to parse config file", "Error when retrieving token from sso")
_JSON_ADVICE = "run the command again with `--output json`, and paste all of it"


class Printed(msgspec.Struct, frozen=True):
    """An output: what was printed as data (`{"Error": {"Code", "Message"}}` for an error of the AWS CLI), and the
    operation that an error names, else ""."""

    data: dict[str, object]
    operation: str = ""

    @property
    def error_code(self) -> str:
        """The code of the error that was printed, "" for an answer."""
        error = self.data.get("Error")
        return str(error.get("Code", "")) if isinstance(error, Mapping) else ""


def read_paste(text: str) -> Printed:
    """Read the output of a command. Raise InputError, with what to do, for what is no JSON and no error of the CLI."""
    if len(text) > MAX_OUTPUT:
        raise TooLargeError(f"the output has more than {MAX_OUTPUT:,} characters: paste the part for this caller only")
    text = text.strip().lstrip("\ufeff")
    if not text:
        raise InputError("nothing was pasted: copy what the command printed")
    error = _CLI_ERROR.search(text)
    if error is not None and not text.startswith(("{", "[")):
        detail = {"Code": error["code"], "Message": error["message"].strip()}
        return Printed({"Error": detail}, error["operation"])
    if any(words in text for words in _CREDENTIALS):
        raise InputError("the AWS CLI found no credentials where you ran the command: sign in there first")
    return Printed(_json_object(text))


def _json_object(text: str) -> dict[str, object]:
    # A prompt and the command itself are often copied along.
    start = min((place for sign in "{[" if (place := text.find(sign)) >= 0), default=-1)
    before = text[:start] if start > 0 else ""
    if start < 0 or not _is_command(before):
        raise InputError(_other_form(text))
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or "Unterminated" in error.msg or _is_open(text[start:]):
            raise InputError("the JSON breaks off before its end: copy all of the output and paste it again") from None
        raise InputError(f"the output is not valid JSON near line {error.lineno}: {_JSON_ADVICE}") from None
    except RecursionError:
        raise InputError(f"the output is nested too deeply to be read: {_JSON_ADVICE}") from None
    if text[end:].strip() and not _is_command(text[end:]):
        raise InputError(f"there is more than one JSON text in the paste: {_JSON_ADVICE}")
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        value = value[0]
    if not isinstance(value, dict):
        raise InputError(
            f"the output is a JSON {_kind(value)}, not an object: leave `--query` out, and paste all of it"
        )
    return value


def _is_command(text: str) -> bool:
    """Tell whether the words around the JSON can be a prompt with a command, or nothing."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) <= 6 and all(not line.startswith(("---", "|", "+--")) for line in lines) and not _is_yaml(text)


def _is_open(text: str) -> bool:
    """Tell whether more brackets open than close, which is how a text looks whose end is missing."""
    return text.count("{") + text.count("[") > text.count("}") + text.count("]")


def _is_yaml(text: str) -> bool:
    return len(re.findall(r"^\s*(?:- )?[A-Z][A-Za-z]+:(?: |$)", text, re.MULTILINE)) >= 2


def _other_form(text: str) -> str:
    if re.search(r"^[-+|]{3,}", text, re.MULTILINE):
        return f"this is a table: {_JSON_ADVICE}"
    if _is_yaml(text) or re.match(r"[A-Z][A-Za-z]+:(\s|$)", text):
        return f"this is YAML: {_JSON_ADVICE}"
    if "\t" in text:
        return f"this is the CLI's text form: {_JSON_ADVICE}"
    return f"this is no output that can be read: {_JSON_ADVICE}"


def _kind(value: object) -> str:
    return "list" if isinstance(value, list) else "text" if isinstance(value, str) else "value"
