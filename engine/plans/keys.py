"""The calls of KMS that a service makes with the caller's permissions, for a key of the caller's own.

Sources: KMS Developer Guide, "kms:ViaService"; engine.drafts.forwarded for which calls; IAM policies name keys by their
ARN, never by an alias (KMS Developer Guide, "Controlling access to aliases")."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from whydenied.engine.drafts.forwarded import forwarded_calls
from whydenied.engine.plans.calls import Call, written
from whydenied.engine.plans.leaves import Leaf, leaves
from whydenied.engine.plans.plan import Plan, Resource
from whydenied.engine.plans.references import ANY
from whydenied.engine.plans.targets import Targets, actions_of

__all__ = ["Keys", "Used"]

_OF_SERVICES = "alias/aws/"
# What is put into something whose key is told elsewhere: the attribute that names it, the type that has the key, and
# that type's attribute of the same name.
_KEPT_IN: Mapping[str, tuple[str, str, str]] = {
    "aws_dynamodb_table_item": ("table_name", "aws_dynamodb_table", "name"),
    "aws_s3_bucket_object": ("bucket", "aws_s3_bucket_server_side_encryption_configuration", "bucket"),
    "aws_s3_object": ("bucket", "aws_s3_bucket_server_side_encryption_configuration", "bucket"),
    "aws_secretsmanager_secret_version": ("secret_id", "aws_secretsmanager_secret", "name"),
}


class Used(NamedTuple):
    """A call of KMS. action, resource: what is asked. context: keys that it carries. operation: what uses the key."""

    action: str
    resource: str
    context: Mapping[str, str]
    operation: str


class Keys:
    """The keys of a plan."""

    def __init__(self, plan: Plan, targets: Targets) -> None:
        self._plan = plan
        self._targets = targets

    def used_by(self, call: Call) -> Iterator[Used]:
        """Yield what is asked of KMS for a call, with the caller's permissions."""
        resource = call.resource
        forwarded = [one for action in actions_of(call.operation) for one in forwarded_calls(action)]
        if resource is None or not forwarded:
            return
        region = self._targets.places.of(resource).region
        via = f"{call.operation.service}.{region}.amazonaws.com"
        context = {"kms:ViaService": via} if region not in ("", ANY) else {}
        for key in dict.fromkeys(self._of(resource) or self._of_holder(resource)):
            for action in dict.fromkeys(forwarded):
                yield Used(action, key, context, call.operation.name)

    def _of(self, resource: Resource) -> list[str]:
        """Return the ARNs of the keys that a resource names."""
        found = (self._key(one, resource) for one in leaves(resource, written(self._plan, resource)) if _is_key(one))
        return list(filter(None, found))

    def _of_holder(self, resource: Resource) -> list[str]:
        """Return the keys of what a resource is put into, where the plan has it."""
        attribute, kind, _ = _KEPT_IN.get(resource.kind, ("", "", ""))
        if not kind:
            return []
        name = self._targets.references.text(resource, attribute)
        holder = self._holders.get((kind, name)) if name != ANY else None
        return self._of(holder) if holder is not None else []

    @cached_property
    def _holders(self) -> dict[tuple[str, str], Resource]:
        """What has a key for others, by type and by what these may call it."""
        names = {kind: same for _, kind, same in _KEPT_IN.values()}
        there = [one for one in self._plan.resources if one.kind in names and not one.is_data]
        by_name = {(one.kind, self._targets.references.text(one, names[one.kind])): one for one in there}
        return by_name | {(one.kind, self._targets.arn_of(one)): one for one in there}

    def _key(self, leaf: Leaf, resource: Resource) -> str:
        """Return a key's ARN; "" for one that the service has, or chooses."""
        text = leaf.value
        if not text and isinstance(leaf.expression, Mapping):
            text = self._targets.references.resolved(leaf.expression, resource) or ANY
        if not text or text.rpartition(":")[2].startswith(_OF_SERVICES):
            return ""
        head, colon, name = text.rpartition(":")
        if name.startswith("alias/"):
            return f"{head}{colon}key/{ANY}" if head else self._behind(name, resource)
        return self._named(text, resource)

    def _named(self, key: str, resource: Resource) -> str:
        """Return the ARN of a key by its ARN or id."""
        return key if ":" in key else self._targets.arn_under("kms", f"key/{key}", resource, regional=True)

    def _behind(self, alias: str, resource: Resource) -> str:
        """Return the ARN of the key that an alias is for, as far as the plan has it."""
        for one in self._plan.resources:
            if one.kind == "aws_kms_alias" and self._targets.references.text(one, "name") == alias:
                key = self._targets.references.text(one, "target_key_id")
                if key not in ("", ANY):
                    return self._named(key, resource)
        return self._named(ANY, resource)


def _is_key(leaf: Leaf) -> bool:
    if leaf.name == "key_arn":
        return "encryption" in leaf.attribute
    return "kms" in leaf.name and leaf.name.endswith(("id", "arn", "key"))
