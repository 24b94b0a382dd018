"""Calls of AWS's operations as CloudTrail keeps their parameters, made from botocore's models.

Names begin with a small letter, EC2's lists are sets of items, S3's bucket is `bucketName`. Values are made up,
and ARNs are of the kind that the parameter speaks of.
"""

import hashlib
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import botocore.session

from whydenied.engine.messages.operations import actions_for, service_named
from whydenied.engine.policy import reference

__all__ = ["ACCOUNT", "REGION", "Call", "calls"]

ACCOUNT, REGION = "111122223333", "us-east-1"
_PLACE = {"Partition": "aws", "Region": REGION, "Account": ACCOUNT, "AccountId": ACCOUNT}
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_NAMING = re.compile(r"(?:Id|Ids|Name|Names|Arn|ARN|Arns|Identifier|Url)$")
_LEFT_OUT = frozenset({"DryRun", "NextToken", "MaxResults", "ClientToken"})
# Whose hosts have another first name than CloudTrail's event sources.
_SOURCES = {"email": "ses", "api.ecr": "ecr"}


class Call:
    """An operation of a service. needs: whether its action must have a resource that has a name, may have one, or takes
    none (`required`, `optional`, `none`)."""

    def __init__(self, client: str, model: Any, operation: str, service: reference.Service, action: reference.Action):
        self.client, self.model, self.operation, self._service = client, model, operation, service
        kinds = [(service.types_by_name[one.name.lower()], one.required) for one in action.types]
        self._kinds = [
            (kind, required) for kind, required in kinds if set(_VARIABLE.findall(kind.arns[0])) - _PLACE.keys()
        ]
        self.needs = "none" if not kinds else "required" if any(required for _, required in self._kinds) else "optional"

    @property
    def is_kept_back(self) -> bool:
        """Whether the call belongs to the half that is measured and not mended by."""
        return hashlib.sha256(f"{self.client}:{self.operation}".encode()).digest()[0] % 2 == 1

    @property
    def source(self) -> str:
        """The event source (`ec2.amazonaws.com`)."""
        host = self.model.endpoint_prefix
        return f"{_SOURCES.get(host, service_named(self.client) if '.' in host else host)}.amazonaws.com"

    def parameters(self, more: float) -> dict[str, Any]:
        """Make the parameters that must be there, and of the optional ones that name something this share."""
        shape = self.model.operation_model(self.operation).input_shape
        made: dict[str, Any] = self._structure(shape, Random(f"{self.client}{self.operation}{more}"), 0, more)
        return {("bucketName" if self.client == "s3" and name == "bucket" else name): made[name] for name in made}

    def _structure(self, shape: Any, random: Random, depth: int, more: float) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, member in (shape.members if shape is not None else {}).items():
            chance = more if _NAMING.search(name) else more / 4
            wanted = name in shape.required_members or (depth == 0 and random.random() < chance)
            if name in _LEFT_OUT or not wanted or (value := self._value(member, name, random, depth + 1)) is None:
                continue
            key = name[0].lower() + name[1:]
            if self.client == "ec2" and member.type_name == "list":
                one = key.removesuffix("s")
                value = {"items": value if isinstance(value[0], dict) else [{one: inner} for inner in value]}
                key = f"{one}Set"
            out[key] = value
        return out

    def _value(self, shape: Any, name: str, random: Random, depth: int) -> Any:
        if depth > 5:
            return None
        if shape.type_name == "structure":
            return self._structure(shape, random, depth, 0)
        if shape.type_name == "list":
            inner = self._value(shape.member, name, random, depth + 1)
            return None if inner is None else [inner]
        if shape.type_name == "string":
            return random.choice(shape.enum) if shape.enum else self._text(name.lower(), random)
        return {"map": {"k": "v"}, "integer": 1, "long": 1, "boolean": True}.get(shape.type_name)

    def _text(self, name: str, random: Random) -> str:
        word = f"{random.choice(('orders', 'prod', 'team1', 'api-v2', 'jobs'))}-{random.randrange(100)}"
        if name.endswith(("arn", "arns")):
            return self._arn(name.removesuffix("s").removesuffix("arn"), word)
        if name.endswith("url"):
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{word}"
        return f"{name[:3]}-{random.getrandbits(64):016x}" if self.client == "ec2" and name.endswith("id") else word

    def _arn(self, noun: str, word: str) -> str:
        if noun.endswith(("role", "principal")):
            return f"arn:aws:iam::{ACCOUNT}:role/{word}"
        named = [kind for kind in self._service.types if noun and kind.name.lower().replace("-", "").endswith(noun)]
        forms = [kind.arn for kind in named] or [kind.arn for kind, _ in self._kinds] or ["arn:aws:s3:::${Name}"]
        return _VARIABLE.sub(lambda variable: _PLACE.get(variable[1], word), forms[0])


def calls() -> Iterator[Call]:
    """Yield every call whose action the Service Authorization Reference has under the call's own service."""
    session = botocore.session.get_session()
    for client in session.get_available_services():
        prefix = service_named(client)
        service = reference.service(prefix) if prefix else None
        if prefix is None or service is None:
            continue
        model = session.get_service_model(client)
        for operation in model.operation_names:
            owner, _, name = next(iter(actions_for(operation, prefix)), "").partition(":")
            action = service.by_name.get(name.lower()) if owner == prefix else None
            if action is not None:
                yield Call(client, model, operation, service, action)
