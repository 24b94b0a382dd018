"""A request and the policies it meets, as an evaluation takes them.

Source of the fields: the request context of IAM ("How AWS enforcement code logic evaluates requests").
"""

from collections.abc import Iterable, Mapping

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.evaluation.ownership import account_in, in_one_account
from whydenied.engine.policy.context import Context
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.principals import Caller
from whydenied.engine.policy.resources import MAX_PATTERN, Resource

__all__ = ["ENDPOINT_KINDS", "MAX_ACTION", "MAX_GRANTS", "Levels", "Policies", "Request", "Settings"]

MAX_GRANTS = 1_000
MAX_ACTION = 256
# "" where it is not known.
ENDPOINT_KINDS = ("", "gateway", "interface")


class Settings:
    """What is known about the accounts and the resource besides policies.

    block_public_access: S3's RestrictPublicBuckets is in effect. caller_in_management_account,
    resource_in_management_account: of the organization, which SCPs and RCPs do not bind. no_resource_types: the
    action knows no resource types, so only `*` in Resource matches. endpoint_kind: of the VPC endpoint on the way, one
    of ENDPOINT_KINDS. grants: KMS grants in the shape of `aws kms list-grants`.
    """

    __slots__ = (
        "block_public_access",
        "caller_in_management_account",
        "endpoint_kind",
        "grants",
        "no_resource_types",
        "resource_in_management_account",
    )

    def __init__(
        self,
        *,
        block_public_access: bool = False,
        caller_in_management_account: bool = False,
        resource_in_management_account: bool = False,
        no_resource_types: bool = False,
        endpoint_kind: str = "",
        grants: tuple[Mapping[str, object], ...] = (),
    ) -> None:
        self.block_public_access = block_public_access
        self.caller_in_management_account = caller_in_management_account
        self.resource_in_management_account = resource_in_management_account
        self.no_resource_types = no_resource_types
        self.endpoint_kind = endpoint_kind
        self.grants = grants


_NO_SETTINGS = Settings()


class Request:
    """One request.

    caller: who. action: as given; `key` is it in lower case and `service` its prefix. resource: the ARN, or `*`.
    resource_account: who owns the resource, twelve digits, or None where that is not known. same_account: whether
    caller and resource belong to one account, or the resource is AWS's own; None where that is not known.
    """

    __slots__ = (
        "action",
        "caller",
        "context",
        "key",
        "resource",
        "resource_account",
        "same_account",
        "service",
        "settings",
    )

    def __init__(
        self,
        caller: Caller,
        action: str,
        resource: str,
        resource_account: str | None,
        context: Context,
        settings: Settings = _NO_SETTINGS,
    ) -> None:
        """Raise InputError where the action has no service prefix or the resource is empty, TooLargeError where one
        is longer than any of AWS's."""
        self.caller = caller
        self.action = action
        self.key = action.lower()
        self.service, colon, name = self.key.partition(":")
        if not colon or not name or not self.service:
            raise InputError(
                f"action `{action[:200]}` has no service prefix; write it as `service:Action`, such as `s3:GetObject`"
            )
        if not resource:
            raise InputError("`resource` is empty; give the ARN, or `*` for an action without resource types")
        if len(action) > MAX_ACTION or len(resource) > MAX_PATTERN:
            raise TooLargeError(
                f"`action` and `resource` have at most {MAX_ACTION} and {MAX_PATTERN} characters; give one of each"
            )
        self.resource = _resource(self.key, resource, caller.partition, settings)
        self.resource_account = resource_account
        owner = resource_account or account_in(resource)
        self.same_account: bool | None = in_one_account(caller, self.key, resource, owner)
        self.context = context
        self.settings = settings


Levels = tuple[tuple[Document, ...], ...]
"""The documents of one gate, level by level of an organization, root first; of most gates there is one level."""


class Policies:
    """The policies that meet a request, compiled, by gate.

    levels: by the gate's name; a gate that is not there has none. unknown: the gates of which the policies were not
    given, or not all, so that they stay unknown (a Deny in what was given denies all the same). unread: by gate the
    names of policies of which nothing else is known.
    """

    __slots__ = ("_levels", "unknown", "unread")

    def __init__(
        self,
        levels: Mapping[str, Levels],
        unknown: Iterable[str] = (),
        unread: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._levels = levels
        self.unread = unread or {}
        self.unknown = frozenset((*unknown, *self.unread))

    def missing(self, gate: str, words: str) -> str:
        """Say what must be given for a gate: the policies that are known by name, else what `words` say."""
        names = self.unread.get(gate, ())
        texts = [name if name.startswith("the ") else f"the text of `{name[:200]}`" for name in names[:5]]
        more = [f"{len(names) - 5} more policies"] if len(names) > 5 else []
        return " and ".join((*texts, *more)) or words

    def levels(self, gate: str) -> Levels:
        """Return a gate's documents by level; () for "none in force"."""
        return self._levels.get(gate, ())

    def documents(self, gate: str) -> tuple[Document, ...]:
        """Return all documents of a gate."""
        levels = self._levels.get(gate)
        if not levels:
            return ()
        if len(levels) == 1:
            return levels[0]
        return tuple([document for level in levels for document in level])

    def at(self, gate: str, level: int) -> tuple[Document, ...]:
        """Return the documents of a gate at a level, or all where it has no levels (`level` is -1)."""
        levels = self._levels.get(gate, ())
        if level < 0:
            return self.documents(gate)
        return levels[level] if level < len(levels) else ()

    def with_documents(self, changed: Mapping[tuple[str, int], Iterable[Document]]) -> "Policies":
        """Return these policies with other documents at some gates and levels (-1: the gate has none), which are
        known then."""
        levels = dict(self._levels)
        for (gate, level), documents in changed.items():
            if level < 0:
                levels[gate] = (tuple(documents),)
            else:
                before = levels.get(gate, ())
                levels[gate] = (*before[:level], tuple(documents), *before[level + 1 :])
        known = {gate for gate, _ in changed}
        unread = {gate: names for gate, names in self.unread.items() if gate not in known}
        return Policies(levels, self.unknown - known, unread)


def _resource(action: str, text: str, partition: str, settings: Settings) -> Resource:
    """Make the resource of a request. S3 User Guide and AWS managed policies (AWSBackupFullAccess): although
    ListAllMyBuckets has no resource type, `arn:aws:s3:::*` covers it."""
    if action == "s3:listallmybuckets" and text == "*":
        return Resource(text, matched=f"arn:{partition}:s3:::*")
    return Resource(text, literal_only=settings.no_resource_types)
