"""Which API operations Terraform's AWS provider calls for a resource type, by phase: every branch of its code.

Data: data/terraform.xz, compiled by scripts/refresh_terraform_operations.py, which names source, version and licence;
and data/additions.json, what those lack."""

import lzma
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

__all__ = [
    "Operation",
    "Phase",
    "known_types",
    "needs_role",
    "operations_of",
    "provider_version",
    "read_line",
    "snake",
    "terraform_type",
    "write_line",
]

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DATA = Path(__file__).parent / "data"
# Services that Terraform's types call something else than CloudFormation's and Pulumi's do.
_CALLED = {"rds": "db", "stepfunctions": "sfn", "events": "cloudwatch_event", "apigateway": "api_gateway"}
_CALLED |= {"elasticloadbalancingv2": "lb", "elasticloadbalancing": "elb", "alb": "lb"}

Phase = Literal["create", "read", "update", "delete", "list_tags", "update_tags"]
"""Of a resource's life. `create` and `update` do not repeat what `read` has, which follows them."""


class Operation(NamedTuple):
    """service: the IAM prefix; name: as the API spells it."""

    service: str
    name: str


class _Table(msgspec.Struct):
    source: str
    licence: str
    provider: str
    types: dict[str, dict[str, str]]


class _Additions(msgspec.Struct):
    source: str
    types: dict[str, dict[str, str]]
    roles: str


@cache
def _table() -> _Table:
    return msgspec.json.decode(lzma.decompress((_DATA / "terraform.xz").read_bytes()), type=_Table)


@cache
def _additions() -> _Additions:
    return msgspec.json.decode((_DATA / "additions.json").read_bytes(), type=_Additions)


def provider_version() -> str:
    """Return the version of the provider that the data were read from, as `6.60.0`."""
    return _table().provider


def known_types() -> frozenset[str]:
    """Return every resource type of which it is known what it calls."""
    return frozenset((*(kind for kind, phases in _table().types.items() if phases), *_additions().types))


def needs_role(kind: str) -> bool:
    """Tell whether a type cannot be made without handing a role over."""
    return kind in _additions().roles.split()


@lru_cache(maxsize=4_096)
def operations_of(kind: str, phase: Phase) -> tuple[Operation, ...]:
    """Return the operations of a phase of a resource type (`aws_s3_bucket`); () for an unknown type."""
    listed = (table.get(kind, {}).get(phase, "") for table in (_table().types, _additions().types))
    return tuple(dict.fromkeys(one for line in listed for one in read_line(line)))


def write_line(operations: Iterable[Operation]) -> str:
    """Return operations as a line, as `read_line` reads it."""
    words, before = [], ""
    for service, name in sorted(set(operations)):
        words.append(name if service == before else f"{service}:{name}")
        before = service
    return " ".join(words)


def read_line(line: str) -> Iterator[Operation]:
    """Yield the operations of a line as the data have them: `s3:CreateBucket PutBucketAcl iam:GetRole`."""
    service = ""
    for word in line.split():
        prefix, colon, name = word.partition(":")
        if colon:
            service = prefix
        yield Operation(service, name if colon else word)


def snake(name: str) -> str:
    """Return a name in Terraform's spelling: `bucket_name` for `BucketName`."""
    return _CAPITAL.sub("_", name).lower()


def terraform_type(kind: str) -> str:
    """Return Terraform's name of a type where it follows from CloudFormation's, else one of the same shape."""
    _, _, rest = kind.partition("::")
    service, _, last = rest.partition("::")
    called = _CALLED.get(service.lower(), service.lower())
    candidates = [f"aws_{name}_{snake(last)}" for name in (service.lower(), called)]
    candidates += [f"aws_{snake(last)}", f"aws_cloudwatch_{snake(last)}"]
    if last == "LoadBalancer":
        candidates.append(f"aws_{called}")
    return next((one for one in candidates if one in known_types()), candidates[0])
