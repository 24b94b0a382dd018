"""Which commands can work: those for this kind of caller and this service, with what only this message needs in front.

An article lists commands for every kind of reader. A user has no role to list, the root user cannot be simulated, a
queue has no bucket policy: what cannot work for the denial at hand is left out, never shown with a blank.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from whydenied.engine.arn import access_point, parse_arn, principal_kind
from whydenied.engine.messages.parsed import ParsedError
from whydenied.server.diagnosis.placeholders import ROLE_KINDS, CommandPart, fill, names_of, plain

__all__ = ["ANY_RESOURCE", "Command", "command_names", "first_commands", "most_telling", "suited"]

# Names that no article's command may hold: what kind of caller it is, and the options of the pasted command line.
_KIND, _OPTIONS = "caller.kind", "cli.options"
ANY_RESOURCE = "resource.any"
"""The name that stands among those of an action without resource types, of which a command names no resource."""
# Commands of the AWS CLI about one thing of a service, by the IAM prefix of that service.
_ABOUT = {
    "s3api": "s3",
    "s3control": "s3",
    "sqs": "sqs",
    "sns": "sns",
    "secretsmanager": "secretsmanager",
    "lambda": "lambda",
    "ecr": "ecr",
    "kms": "kms",
    "dynamodb": "dynamodb",
    "glue": "glue",
    "es": "es",
    "opensearch": "es",
}
_REGIONAL = frozenset(_ABOUT.values()) - {"s3"}
_PLAIN_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,3}-\d")
# The simulator takes users, groups and roles (IAM API Reference, SimulatePrincipalPolicy, PolicySourceArn).
_SIMULATES = ("simulate-principal-policy", "get-context-keys-for-principal-policy")
# Of a session of Identity Center or of a service the ARN of its role, which has a path, is not told.
_SIMULATED = (None, "user", "role", "role-session")
# The options of a command line that was pasted; a profile's name is the reader's own, so only plain ones are kept.
_COMMAND_LINE = re.compile(r"\baws\s[^\n]{0,600}")
_PASTED = re.compile(r"\s(--profile|--region)[ =]([A-Za-z0-9_.@-]{1,64})(?=\s|\Z)")
_SETTING = re.compile(r"\b(AWS_PROFILE|AWS_DEFAULT_REGION|AWS_REGION)=([A-Za-z0-9_.@-]{1,64})")
_OPTION = {"AWS_PROFILE": "--profile", "AWS_DEFAULT_REGION": "--region", "AWS_REGION": "--region"}


# What a message itself asks for.
_DECODE = (
    "Decode the message: it names the action that was refused and the statements that matched",
    "aws sts decode-authorization-message --encoded-message {encoded.message} --query DecodedMessage --output text",
)
_LOOK_UP = (
    "Look up AWS's own record of this request, and the answer of each kind of policy",
    "aws iam-toolbox get-request-authorization-details --authorization-id {authorization.id}",
)
_ORGANIZATIONS = (
    "Read the policy that the message names (from the management account or a delegated one)",
    "aws organizations describe-policy --policy-id {policy.id} --query Policy.Content --output text",
)
_ALIAS = (
    "See which key the alias stands for: policies are about the key, not about the alias",
    "aws kms describe-key --key-id {key.alias} --query KeyMetadata.Arn --output text",
)
_ACCESS_POINT = (
    "Read the policy of the access point (in its account); the bucket behind it has one too",
    "aws s3control get-access-point-policy --account-id {resource.account} --name {access.point} --region {region}"
    " --query Policy --output text",
)


class Command(msgspec.Struct, frozen=True):
    """A command to run, why, and its line in parts: as written, filled in, blank."""

    why: str
    parts: tuple[CommandPart, ...]

    @property
    def run(self) -> str:
        """The line to copy."""
        return plain(self.parts)


def most_telling(commands: Sequence[Command]) -> Sequence[Command]:
    """Return the one command to run first, in a sequence; none of none.

    That is the first one about the reader's own names that needs nothing filled in, else simply the first."""
    for command in commands:
        kinds = {part.kind for part in command.parts}
        if "filled" in kinds and "blank" not in kinds:
            return (command,)
    return commands[:1]


def command_names(error: ParsedError, text: str) -> dict[str, str]:
    """Return the names that fill commands, with the kind of the caller and the options that the paste shows.

    text: the paste with secrets masked."""
    names = names_of(error, text)
    kind = principal_kind(error.principal or "")
    if kind:
        names[_KIND] = kind
    options = _options(text)
    if options:
        names[_OPTIONS] = options
    return names


def _options(text: str) -> str:
    found: dict[str, str] = {}
    if "--profile" in text or "--region" in text:
        for line in _COMMAND_LINE.findall(text):
            for option, value in _PASTED.findall(line):
                found.setdefault(option, value)
    if "AWS_" in text:
        for match in _SETTING.finditer(text):
            found.setdefault(_OPTION[match[1]], match[2])
    return " ".join(f"{name} {found[name]}" for name in ("--profile", "--region") if name in found)


def suited(
    items: Iterable[Mapping[str, Any]], names: Mapping[str, str], gate: str, *, is_a_case: bool = False
) -> tuple[Command, ...]:
    """Fill an article's commands, without those that cannot work for this caller or are about another service.

    items: `why` and `run` of each. names: of command_names, or of the placeholders alone. gate: the cause's. is_a_case:
    they are a case's, which was written for such a message, whatever service was called (a flow log's bucket)."""
    names = _of_gate(names, gate)
    kind = names.get(_KIND) or principal_kind(names.get("principal.arn", ""))
    items = list(items)
    about = {found for item in items if (found := _service(item["run"]))}
    everything = names.get(ANY_RESOURCE, "")
    kept = [
        {**item, "run": item["run"].replace(" --resource-arns {resource}", "")} if everything else item
        for item in items
        if _for_caller(item["run"], kind, gate, items)
        and (is_a_case or _for_service(item["run"], names.get("service", ""), gate, about))
    ]
    return tuple(Command(item["why"], _with_options(fill(item["run"], names), names)) for item in kept)


def _of_gate(names: Mapping[str, str], gate: str) -> Mapping[str, str]:
    """Return the names with the role that is to be assumed as the role, where its trust is the matter."""
    resource = parse_arn(names.get("resource", "")) if gate == "trust" else None
    if resource is None or resource.service != "iam" or resource.kind != "role":
        return names
    return {**names, "role.name": resource.name}


def _for_caller(run: str, kind: str | None, gate: str, items: Sequence[Mapping[str, Any]]) -> bool:
    if any(word in run for word in _SIMULATES) and kind not in _SIMULATED:
        return False
    if "{user.name}" in run:
        # Where nothing tells, the commands for a role stand for both.
        return kind == "user" or (kind is None and not any("{role.name}" in item["run"] for item in items))
    return gate == "trust" or "{role.name}" not in run or kind in (None, *ROLE_KINDS)


def _for_service(run: str, service: str, gate: str, about: set[str]) -> bool:
    mine = _service(run)
    if not mine or (gate == "kms" and mine == "kms"):
        return True
    return mine == service.lower() if service else about == {mine}


def _service(run: str) -> str:
    """Return the IAM prefix of the service whose things a command reads, "" where it reads none's."""
    words = run.split(None, 2)
    return _ABOUT.get(words[1], "") if len(words) > 1 and words[0] == "aws" else ""


def _with_options(parts: tuple[CommandPart, ...], names: Mapping[str, str]) -> tuple[CommandPart, ...]:
    line = plain(parts)
    given = names.get(_OPTIONS, "").split()
    if _service(line) in _REGIONAL and "--region" not in given and any(part.kind == "filled" for part in parts):
        # A name alone is looked for in the Region of the reader's profile, which need not be the thing's.
        given += ["--region", names["region"]] if _PLAIN_REGION.fullmatch(names.get("region", "")) else []
    pairs = [f"{name} {value}" for name, value in zip(given[::2], given[1::2], strict=True) if name not in line]
    if not pairs or not line.startswith("aws "):
        return parts
    return (*parts, CommandPart(f" {' '.join(pairs)}", "filled"))


def first_commands(error: ParsedError, names: Mapping[str, str]) -> tuple[Command, ...]:
    """Return the commands that this message itself asks for: it can be decoded, looked up, or names its policy."""
    policy, alias = parse_arn(error.policy_arn or ""), parse_arn(error.resource or "")
    point = access_point(alias) if alias is not None else ""
    asked, named = [], dict(names)
    if error.encoded_message:
        asked.append(_DECODE)
    if error.authorization_id:
        asked.append(_LOOK_UP)
        named["authorization.id"] = error.authorization_id
    if policy is not None and policy.service == "organizations":
        asked.append(_ORGANIZATIONS)
        named["policy.id"] = policy.name
    if alias is not None and alias.service == "kms" and alias.kind == "alias":
        asked.append(_ALIAS)
        named["key.alias"] = alias.resource
    if point:
        asked.append(_ACCESS_POINT)
        named["access.point"] = point
    return tuple(Command(why, _with_options(fill(run, named), names)) for why, run in asked)
