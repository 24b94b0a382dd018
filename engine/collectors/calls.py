"""A read-only call and what it answered, as plain data: the same from AWS, from a snapshot, or from a test."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec

from whydenied.engine.command_lines import command_line

__all__ = ["Answer", "Call", "Reader", "command_of"]

Progress = Callable[[str], None]

# What services answer where the thing asked for is not there: an answer, and no failure.
_MISSING = frozenset(
    "NoSuchEntity NoSuchBucketPolicy NoSuchPublicAccessBlockConfiguration NoSuchBucket OwnershipControlsNotFoundError"
    " ResourceNotFoundException RepositoryPolicyNotFoundException RepositoryNotFoundException PolicyNotFoundException"
    " NotFoundException NoSuchKey AWSOrganizationsNotInUseException"
    " AWS.SimpleQueueService.NonExistentQueue QueueDoesNotExist NotFound InvalidVpcEndpointId.NotFound".split()
)


class Call(msgspec.Struct, frozen=True):
    """One call. service, operation: botocore's names. account: whose credentials to use, '' for the default ones'.

    region: '' for the default Region. parameters: as boto3 takes them.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any] = {}
    account: str = ""
    region: str = ""

    @property
    def key(self) -> str:
        """What tells this call from others."""
        return json.dumps(
            [self.service, self.operation, self.account, self.region, dict(self.parameters)], sort_keys=True
        )


class Answer(msgspec.Struct, frozen=True):
    """What a call answered: its output, or the error's code and message."""

    call: Call
    output: Mapping[str, Any] | None = None
    code: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is an output."""
        return self.output is not None

    @property
    def missing(self) -> bool:
        """Whether the service says that the thing is not there, which is an answer too."""
        return self.code in _MISSING

    @property
    def known(self) -> bool:
        """Whether anything was learnt."""
        return self.ok or self.missing

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field of the output."""
        return default if self.output is None else self.output.get(name, default)


class Reader(Protocol):
    """What answers calls. It never raises for what AWS answers.

    accounts: the further accounts for which there are credentials. asked: the answers so far.
    """

    accounts: tuple[str, ...]
    asked: list[Answer]

    def read(self, call: Call) -> Answer:
        """Answer one call."""
        ...

    def read_many(self, calls: Iterable[Call]) -> list[Answer]:
        """Answer independent calls, in their order."""
        ...


def command_of(call: Call) -> str:
    """Return the AWS CLI line that makes a call, for somebody who may."""
    line = command_line(call.service, call.operation, call.parameters)
    return f"{line} --region {call.region}" if call.region else line
