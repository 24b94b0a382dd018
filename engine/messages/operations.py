"""From an API operation to the IAM action that it needs.

Most operations have the action of the same name under the service's IAM prefix. Both tables are data: the same-name
ones are generated from botocore and the Service Authorization Reference (scripts/refresh_operations.py), the
exceptions come from the services' own permission pages. roles.json, which operations hand a role to their service, and
regions.json, the Regions of all partitions, are generated from botocore by the same script.
"""

import re
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from whydenied.engine.messages.text import beginning_in

__all__ = [
    "action_for",
    "actions_for",
    "actions_in",
    "hands_over_role",
    "is_a_service",
    "is_operation",
    "is_region",
    "is_service_prefix",
    "service_among",
    "service_named",
    "takers_of_role",
    "words_of",
]

_DATA = Path(__file__).parent / "data"

# Names under which services speak that no table has: parts of them, and the names of their clients.
_ALSO = {
    "cloudwatchalarms": "cloudwatch",
    "cognito": "cognito-idp",
    "securitytokenservice": "sts",
    "securitytoken": "sts",
    "eventbridgescheduler": "scheduler",
    "eventbridgepipes": "pipes",
    "datafirehose": "firehose",
    "systemsmanager": "ssm",
    "simplesystemsmanagement": "ssm",
    "identitymanagement": "iam",
    "elasticmapreduce": "elasticmapreduce",
    "keymanagementservice": "kms",
    "vpcflowlogs": "ec2",
    "stepfunctions": "states",
}


class _Table(msgspec.Struct):
    names: dict[str, str]
    operations: dict[str, str]
    shared: str
    xml: str


class _Index(msgspec.Struct):
    """names: any name of a service -> IAM prefix. spelled: IAM prefix -> its operations, each between blanks.

    lowered: the same in lower case; every: all of it. shared: in lower case, each between blanks, operations that a
    further service has which lists them under no action. xml: the services that answer in XML.
    """

    names: dict[str, str]
    spelled: dict[str, str]
    lowered: dict[str, str]
    every: str
    exceptions: dict[str, dict[str, list[str]]]
    shared: str
    xml: frozenset[str]


@cache
def _index() -> _Index:
    table = msgspec.json.decode((_DATA / "operations.json").read_bytes(), type=_Table)
    exceptions = msgspec.json.decode((_DATA / "exceptions.json").read_bytes(), type=dict[str, dict[str, list[str]]])
    spelled = {prefix: f" {names} " for prefix, names in table.operations.items()}
    for prefix, operations in exceptions.items():
        known = spelled.get(prefix, " ")
        before = known.lower()
        spelled[prefix] = known + "".join(f"{name} " for name in operations if f" {name.lower()} " not in before)
    # Looked through as text: a table of eighteen thousand names costs a short process more than all that it looks up.
    lowered = {prefix: names.lower() for prefix, names in spelled.items()}
    shared = f" {table.shared.lower()} "
    every = "".join(lowered.values())
    return _Index(table.names, spelled, lowered, every, exceptions, shared, frozenset(table.xml.split()))


@lru_cache(maxsize=1024)
def _having(operation: str) -> tuple[tuple[str, str], ...]:
    """Return each service that has an operation, by its IAM prefix, and how it spells it."""
    index = _index()
    word = f" {operation.lower()} "
    if " " in operation or word not in index.every:
        return ()
    places = {prefix: names.find(word) + 1 for prefix, names in index.lowered.items()}
    return tuple((prefix, index.spelled[prefix][at : at + len(operation)]) for prefix, at in places.items() if at)


def service_named(name: str) -> str | None:
    """Return the IAM prefix of a service by any of its names (`Elastic Load Balancing v2`, `AmazonDynamoDBv2`)."""
    name = name.lower()
    for noise in ("amazon", "aws", " ", "-", "_"):
        name = name.replace(noise, "")
    return _index().names.get(name) or _ALSO.get(name)


@cache
def _known_regions() -> frozenset[str]:
    return frozenset(msgspec.json.decode((_DATA / "regions.json").read_bytes(), type=list[str]))


def is_region(name: str) -> bool:
    """Tell whether a word is the code of one of AWS's Regions (`eu-west-1`), of any partition."""
    return name in _known_regions()


def is_service_prefix(name: str) -> bool:
    """Tell whether a word is a service's IAM prefix (`s3`, `execute-api`)."""
    return name in _index().spelled


# An action as policies spell it; the word in front may be any.
_ACTION = re.compile(r"(?<![\w:/.-])([a-z][a-z0-9-]{1,40}):[A-Z][A-Za-z0-9]{2,60}\b")


def actions_in(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield the actions of AWS's services that begin between two places of a text, as policies spell them."""
    found = beginning_in(_ACTION, text, (start, len(text) if end is None else end))
    return (match for match in found if is_service_prefix(match[1]))


def is_operation(name: str) -> bool:
    """Tell whether some service has an operation of this name, in whatever case."""
    return bool(_having(name))


def is_a_service(name: str) -> bool:
    """Tell whether words with capitals name an AWS service (`CloudWatch Alarms`), and not a person or a thing."""
    return name != "Account" and service_named(name) is not None


# The codes with which services refuse that answer in XML, and in JSON.
_XML_CODE, _JSON_CODE = "AccessDenied", "AccessDeniedException"


def action_for(operation: str, service: str | None = None, code: str | None = None) -> str | None:
    """Return the action that an operation needs first, or None where the operation is unknown or shared.

    operation: as printed (`HeadObject`). service: an IAM prefix where one is known. Without it the operation must
    belong to one service alone, or to one alone of those that refuse with this error code (IAM User Guide, Common
    errors; the protocol in each service's model).
    """
    index = _index()
    found = _having(operation)
    if service:
        found = tuple(entry for entry in found if entry[0] == service)
    elif len(found) > 1 and code == _XML_CODE:
        found = tuple(entry for entry in found if entry[0] in index.xml)
    elif f" {operation.lower()} " in index.shared:
        return None
    if len(found) != 1:
        return None
    prefix, name = found[0]
    if code == _JSON_CODE and prefix in index.xml and len(_having(operation)) > 1:
        return None
    exception = index.exceptions.get(prefix, {}).get(name)
    return exception[0] if exception else f"{prefix}:{name}"


# A word that may be a service's name. An ARN's service is that of a caller or a resource, and names nothing here.
_WORD = re.compile(r"(?<![a-z0-9-])(?<!arn:aws:)[a-z][a-z0-9-]*+(?!\.internal)")


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text in lower case that may name a service."""
    return frozenset(_WORD.findall(text))


def service_among(operation: str, words: Container[str], about: Container[str] = ()) -> str | None:
    """Return the one service, of those that have an operation, that is spoken of; None for none or several.

    words: those of the paste (words_of). about: the services whose wordings were recognised, which tell where the
    text names none.
    """
    having = [prefix for prefix, _ in _having(operation)]
    named = [prefix for prefix in having if prefix in words] or [prefix for prefix in having if prefix in about]
    return named[0] if len(named) == 1 else None


def actions_for(operation: str, service: str) -> tuple[str, ...]:
    """Return every action that an operation of a service (its IAM prefix) needs; () where the operation is unknown."""
    for prefix, name in _having(operation):
        if prefix == service:
            return tuple(_index().exceptions.get(prefix, {}).get(name, (f"{prefix}:{name}",)))
    return ()


@cache
def _takers() -> dict[str, tuple[str, ...]]:
    """Return the services that an operation of a name, in lower case, hands a role to."""
    table = msgspec.json.decode((_DATA / "roles.json").read_bytes(), type=dict[str, str])
    takers: dict[str, tuple[str, ...]] = {}
    for prefix, names in table.items():
        for name in names.lower().split():
            takers[name] = (*takers.get(name, ()), prefix)
    return takers


def takers_of_role(operation: str) -> tuple[str, ...]:
    """Return the services (IAM prefixes) whose operation of this name hands a role over, for which the caller needs
    iam:PassRole; () where none does."""
    return _takers().get(operation.lower(), ())


def hands_over_role(operation: str, service: str) -> bool:
    """Tell whether an operation of a service (its IAM prefix) hands a role over."""
    return service in takers_of_role(operation)
