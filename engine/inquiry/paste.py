"""What a person pasted as the output of a command: JSON or YAML, a bare policy, or an error of the AWS CLI.

Several outputs in one paste are read one by one. A pager's signs, colours, prompts and the command itself are passed
over. Tables and the text form do not say unmistakably what is what (but that of `get-caller-identity`): for them the
answer is what to do to get JSON. Nothing of the paste is quoted back but names of fields.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from whydenied.engine.errors import InputError, TooLargeError

__all__ = ["MAX_OUTPUT", "Printed", "read_paste", "read_pastes"]

_Object = dict[str, Any]

MAX_OUTPUT: Final = 4_000_000
"""Characters of one output: `get-account-authorization-details` of a large account has some millions."""
_MAX_OUTPUTS: Final = 8
_MAX_YAML: Final = 100_000

_CLI_ERROR = re.compile(
    r"An error occurred \((?P<code>[\w.:-]{1,80})\) when calling the (?P<operation>\w{1,80}) operation"
    r"[^:\n]{0,60}: ?(?P<message>[^\n]{0,2000})"
)
# What the CLI says before any call is made, and the code by which questions read it. None: it answers nothing.
_BEFORE_THE_CALL: Final[tuple[tuple[str, str | None, str], ...]] = (
    ("Unable to locate credentials", "CredentialsNotFound", "the AWS CLI found no credentials there: sign in first"),
    ("The config profile (", "ProfileNotFound", "no such profile is there: `aws configure list-profiles` names them"),
    ("Error when retrieving token from sso", "SSOTokenExpired", "the sign-in there has expired: run `aws sso login`"),
    ("Error loading SSO Token", "SSOTokenExpired", "the sign-in there is missing or over: run `aws sso login`"),
    ("The SSO session associated with this profile has expired", "SSOTokenExpired", "run `aws sso login` there"),
    ("Your session has expired", "SSOTokenExpired", "the sign-in there has expired: sign in again"),
    ("Partial credentials found", "CredentialsNotFound", "half of the credentials are missing there: set both halves"),
    ("Unable to parse config file", None, "the AWS CLI cannot read its configuration file: mend that first"),
    ("You must specify a region", None, "the command lacks the Region: add `--region`"),
    ("Could not connect to the endpoint URL", None, "the AWS CLI reached no endpoint: check Region and network"),
    ("aws: error:", None, "the AWS CLI did not understand the command: copy it again, with every blank filled in"),
    ("Unknown options:", None, "the AWS CLI did not understand the command: copy it again, with every blank filled in"),
    ("Parameter validation failed", None, "the AWS CLI did not accept a value: fill in every `<blank>` of the command"),
    ("aws: command not found", None, "the AWS CLI is not installed there: run the command in CloudShell"),
)  # fmt: skip
_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,12}[A-Za-z]|\x1b[=>()][0-9A-B]?|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_PAGER = re.compile(r"^(?:\(END\)|:|--More--.{0,20}|\x1b)\s*$", re.MULTILINE)
_IDENTITY = re.compile(
    r"^(?P<Account>\d{12})\t(?P<Arn>arn:[^\s]{1,300})\t(?P<UserId>[\w:@.+=,-]{1,200})$", re.MULTILINE
)
_COMMAND = re.compile(r"[^{}\n]{0,80}(?:^|[\s$>#%])aws +[a-z][\w-]{1,40} +[a-z][\w-]{1,60}\b")
_JSON_ADVICE = "run the command again with `--output json`, and paste all of it"


class Printed(msgspec.Struct, frozen=True):
    """An output: what was printed as data (`{"Error": {"Code", "Message"}}` for an error of the AWS CLI), and the
    operation that an error names, else "". advice: what to do about an error that came before any call."""

    data: _Object
    operation: str = ""
    advice: str = ""

    @property
    def error_code(self) -> str:
        """The code of the error that was printed, "" for an answer."""
        error = self.data.get("Error")
        return str(error.get("Code", "")) if isinstance(error, Mapping) else ""

    @property
    def is_bare_policy(self) -> bool:
        """Whether a policy stands alone, as `--query Policy --output text` and the console print it."""
        return "Statement" in self.data


def read_paste(text: str) -> Printed:
    """Read one output. Raise InputError as `read_pastes` does; of several the first."""
    return read_pastes(text)[0]


def read_pastes(text: str) -> tuple[Printed, ...]:
    """Read the outputs in a paste, at least one.

    Raise InputError, with what to do, for what is no JSON, no YAML and no error of the CLI.
    """
    if len(text) > MAX_OUTPUT:
        raise TooLargeError(f"the output has more than {MAX_OUTPUT:,} characters: paste the part for this caller only")
    text = _PAGER.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\xa0", " "))).strip().lstrip("\ufeff")
    if not text:
        raise InputError("nothing was pasted: copy what the command printed")
    errors = [
        Printed({"Error": {"Code": error["code"], "Message": error["message"].strip()}}, error["operation"])
        for error in _CLI_ERROR.finditer(text)
    ][:_MAX_OUTPUTS]
    if errors and not text.startswith(("{", "[")) and "\n{" not in text:
        return tuple(errors)
    for words, code, advice in _BEFORE_THE_CALL:
        if words in text and not text.startswith(("{", "[")):
            if code is None:
                raise InputError(advice)
            return (Printed({"Error": {"Code": code, "Message": words}}, advice=advice),)
    if identity := _IDENTITY.search(text):
        return (Printed(identity.groupdict()),)
    return (*(Printed(one) for one in _objects(text)), *errors)


def _objects(text: str) -> list[_Object]:
    """Read every JSON text of a paste; prompts and commands between them are passed over."""
    found: list[_Object] = []
    at = 0
    while len(found) < _MAX_OUTPUTS:
        start = min((place for sign in '{["' if (place := text.find(sign, at)) >= 0), default=-1)
        before = text[at:start] if start >= 0 else text[at:]
        if found and not text[at:].strip():
            return found
        if not found and (start < 0 or not _is_command(before)):
            return [_other_form(text)]
        if not _is_command(before):
            raise InputError(f"there is something between the JSON texts that is neither: {_JSON_ADVICE}")
        if start < 0:
            return found
        if text[start] == '"' and found:
            return found  # a word in quotes in the next prompt
        value, at = _decoded(text, start)
        found.append(_object(value))
    return found


def _decoded(text: str, start: int) -> tuple[object, int]:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or "Unterminated" in error.msg or _is_open(text[start:]):
            raise InputError("the JSON breaks off before its end: copy all of the output and paste it again") from None
        raise InputError(f"the output is not valid JSON near line {error.lineno}: {_JSON_ADVICE}") from None
    except RecursionError:
        raise InputError(f"the output is nested too deeply to be read: {_JSON_ADVICE}") from None


def _object(value: object) -> _Object:
    if isinstance(value, str) and value.lstrip().startswith("{"):  # a policy as text: `--query Policy`
        value = _decoded(value.strip(), 0)[0]
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


def _other_form(text: str) -> _Object:
    """Read YAML as `--output yaml` prints it; raise InputError for every other form."""
    text = "\n".join(line for line in text.splitlines() if not _COMMAND.match(line)).strip()
    if re.search(r"^[-+|]{3,}", text, re.MULTILINE):
        raise InputError(f"this is a table: {_JSON_ADVICE}")
    if _is_yaml(text) or re.match(r"[A-Z][A-Za-z]+:(\s|$)", text):
        return _of_yaml(text)
    if "\t" in text:
        raise InputError(f"this is the CLI's text form: {_JSON_ADVICE}")
    raise InputError(f"this is no output that can be read: {_JSON_ADVICE}")


def _of_yaml(text: str) -> _Object:
    # Here and not above: hardly any output is YAML, and the core is installed without it.
    try:
        import yaml
    except ModuleNotFoundError:
        raise InputError(f"this is YAML: {_JSON_ADVICE}") from None
    # The CLI prints no anchors; without aliases a short text stays short.
    lines = text.splitlines()
    first = next((place for place, line in enumerate(lines) if re.match(r"[A-Z][A-Za-z]+:(\s|$)", line)), 0)
    text = "\n".join(lines[first:])
    try:
        if len(text) > _MAX_YAML or any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, yaml.SafeLoader)):
            raise InputError(f"this is YAML: {_JSON_ADVICE}")
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(f"this is YAML that cannot be read: {_JSON_ADVICE}") from None
    if not isinstance(value, dict):
        raise InputError(f"this is YAML: {_JSON_ADVICE}")
    return json.loads(json.dumps(value, default=str))  # type: ignore[no-any-return]


def _kind(value: object) -> str:
    return "list" if isinstance(value, list) else "text" if isinstance(value, str) else "value"
