"""A draft in every form that people keep policies in, all from its statements."""

import json
from textwrap import indent
from typing import Any

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.drafts.record import FORMS, Draft
from whydenied.engine.drafts.shape import BLANK
from whydenied.engine.forms.cdk import cdk_identity, cdk_resource, cdk_trust
from whydenied.engine.forms.cloudformation import (
    cloudformation_identity,
    cloudformation_limit,
    cloudformation_permission_set,
    cloudformation_resource,
    cloudformation_trust,
)
from whydenied.engine.forms.names import holder_name
from whydenied.engine.forms.terraform import (
    terraform_exception,
    terraform_identity,
    terraform_limit,
    terraform_permission_set,
    terraform_resource,
    terraform_trust,
)
from whydenied.engine.forms.terraform_types import LIMITS

__all__ = ["forms_of", "statement_of", "with_expected"]


def forms_of(draft: Draft) -> dict[str, str]:
    """Return a draft's forms by name; a form that its tool does not have is left out."""
    found = {"json": statement_of(draft), "cli": "\n".join(draft.commands), **_code(draft)}
    return {name: found[name] for name in FORMS if found.get(name)}


def with_expected(draft: Draft) -> Draft | None:
    """Return the same change with what is expected to be refused next in it, which no text proves; None where nothing
    is known to follow. It has no commands: those write the change as it is proved."""
    if not draft.expected:
        return None
    blanks = tuple(dict.fromkeys(BLANK.findall(str(draft.expected))))
    return msgspec.structs.replace(draft, statements=draft.expected, expected=(), commands=(), blanks=blanks)


def statement_of(draft: Draft) -> str:
    """Return what a draft adds as JSON: its statements, or the condition of an exception; "" where it adds nothing."""
    if draft.fragment is not None:
        return _laid_out(draft.fragment)
    if len(draft.statements) < 2:
        return "".join(map(_laid_out, draft.statements))
    return "[\n" + ",\n".join(indent(_laid_out(one), "  ") for one in draft.statements) + "\n]"


def _laid_out(document: dict[str, Any]) -> str:
    """Return JSON with one element a line: short enough to be seen whole on a phone, and read at a glance."""
    lines = (f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in document.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def _code(draft: Draft) -> dict[str, str]:
    statements = list(draft.statements)
    if not statements:
        return {}
    principal, resource = parse_arn(draft.principal), parse_arn(draft.resource)
    if draft.kind in ("exception", "other"):
        return {"terraform": terraform_exception(draft.policy.rpartition("/")[2] or draft.gate, statements)}
    if draft.gate in LIMITS:
        name = holder_name(principal) if principal is not None and draft.gate in ("boundary", "session") else ""
        return {
            "terraform": terraform_limit(draft.gate, name, statements),
            "cloudformation": cloudformation_limit(draft.gate, name, statements, resource),
        }
    if draft.gate == "identity" and principal is not None:
        if draft.permission_set:
            return {
                "terraform": terraform_permission_set(draft.permission_set, statements),
                "cloudformation": cloudformation_permission_set(draft.permission_set, statements),
            }
        return {
            "terraform": terraform_identity(principal, statements, draft.policy),
            "cloudformation": cloudformation_identity(principal, statements, draft.policy),
            **_cdk(cdk_identity(principal, statements)),
        }
    if draft.gate == "trust" and resource is not None and holder_name(resource):
        return {
            "terraform": terraform_trust(resource, statements),
            "cloudformation": cloudformation_trust(resource, statements),
            **_cdk(cdk_trust(resource, statements)),
        }
    if draft.gate == "resource" and resource is not None:
        return {
            "terraform": terraform_resource(resource, statements),
            "cloudformation": cloudformation_resource(resource, statements),
            **_cdk(cdk_resource(resource, statements)),
        }
    return {}


def _cdk(both: dict[str, str]) -> dict[str, str]:
    return {"cdk": both["typescript"], "cdk_python": both["python"]} if both else {}
