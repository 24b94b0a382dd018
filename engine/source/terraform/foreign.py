"""Roles and resources made by modules that are not in the tree: which argument to set, for the modules people use."""

import re
from collections.abc import Mapping

from whydenied.engine.source.edit import Unplaced
from whydenied.engine.source.names import Text
from whydenied.engine.source.terraform.modules import Module
from whydenied.engine.source.terraform.values import evaluate, text_of

__all__ = ["in_foreign_module"]

_STATEMENTS = "`policy_statements` (with `attach_policy_statements = true`)"

# Source of a module on the public registry -> the argument that takes statements, by gate.
# Source: the inputs in each module's README (terraform-aws-modules).
_ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "terraform-aws-modules/lambda/aws": {
        "identity": _STATEMENTS,
        "trust": "`assume_role_policy_statements`",
    },
    "terraform-aws-modules/iam/aws//modules/iam-role": {
        "identity": "`inline_policy_permissions` (with `create_inline_policy = true`)",
        "trust": "`trust_policy_permissions`",
    },
    "terraform-aws-modules/iam/aws//modules/iam-assumable-role": {
        "identity": "`inline_policy_statements`",
        "trust": "`create_custom_role_trust_policy` and `custom_role_trust_policy`",
    },
    "terraform-aws-modules/s3-bucket/aws": {"resource": "`policy` (with `attach_policy = true`)"},
    "terraform-aws-modules/sqs/aws": {"resource": "`queue_policy_statements` (with `create_queue_policy = true`)"},
    "terraform-aws-modules/sns/aws": {"resource": "`topic_policy_statements`"},
    "terraform-aws-modules/kms/aws": {"resource": "`key_statements`"},
    "terraform-aws-modules/ecr/aws": {"resource": "`repository_policy_statements`"},
    "terraform-aws-modules/secrets-manager/aws": {"resource": "`policy_statements` (with `create_policy = true`)"},
    "terraform-aws-modules/ecs/aws//modules/service": {"identity": "`tasks_iam_role_statements`"},
    "terraform-aws-modules/step-functions/aws": {"identity": _STATEMENTS},
    "terraform-aws-modules/eventbridge/aws": {"identity": _STATEMENTS},
}
_NAMES = re.compile(r"(?:\w+_)?(?:name|bucket|prefix|identifier)\Z|(?:name|bucket|role|function)\w*\Z")


def in_foreign_module(roots: list[Module], name: str, gate: str) -> Unplaced | None:
    """Return what to set in the one call that seems to make the thing of this name; None where no call does."""
    found: dict[tuple[str, int], tuple[str, str, int]] = {}
    for root in roots:
        for module in root.walk():
            for block, source in module.foreign_calls():
                fits = [
                    text_of(evaluate(module, node)).fit(name)
                    for key, node in block.attributes.items()
                    if _NAMES.match(key)
                ]
                prefixes = [
                    Text((*text_of(evaluate(module, node)).parts, None)).fit(name)
                    for key, node in block.attributes.items()
                    if key.endswith("prefix")
                ]
                best = max((*fits, *prefixes), default=0)
                if best:
                    found[block.file.path, block.line] = (f"module.{block.labels[0]}", source, best)
    exact = {place: one for place, one in found.items() if one[2] == 3} or found
    if len(exact) != 1:
        return None
    ((path, line), (address, source, _)), *_ = exact.items()
    argument = _ARGUMENTS.get(source, {}).get(gate)
    set_ = f"set its argument {argument}" if argument else "set the argument that takes its policy statements"
    return Unplaced(f"`{address}` makes it, from the module `{source}`: {set_}", (f"{path}:{line}",))
