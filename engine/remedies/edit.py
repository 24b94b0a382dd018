"""Edits: the smallest things that can be done to a set of policies, and what the policies are after them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from engine.evaluation.answer import GateName
from engine.evaluation.gates import find_gate
from engine.evaluation.request import Policies, Request, Settings
from engine.policy.document import Document

__all__ = ["Edit", "Slot", "apply_edits"]

Raw = Mapping[str, Any]


class Slot(NamedTuple):
    """Where a document stands: the gate, the level of the organization (-1 elsewhere), and its place among the
    others."""

    gate: GateName
    level: int
    position: int


class Edit(NamedTuple):
    """One edit of one document, or of the setting of S3 Block Public Access.

    slot: the document; a position past the last adds a document called `name`. target: the statement to replace (the
    very object), or None to append. statements: what takes its place. why: a sentence without full stop. wider: it
    lets through more than the request, since the policy language cannot except the request alone. setting: it turns
    RestrictPublicBuckets off instead."""

    slot: Slot
    name: str
    target: Raw | None
    statements: tuple[dict[str, Any], ...]
    why: str
    wider: str = ""
    setting: bool = False


def apply_edits(request: Request, policies: Policies, edits: Iterable[Edit]) -> tuple[Request, Policies]:
    """Return the request (its settings may change) and the policies after some edits, in order."""
    changed: dict[tuple[GateName, int], list[Document]] = {}
    for edit in edits:
        if edit.setting:
            request = _without_block(request)
            continue
        gate = find_gate(find_gate(edit.slot.gate).policies_of)
        level = edit.slot.level
        documents = changed.setdefault((gate.name, level), list(policies.at(gate.name, level)))
        if edit.slot.position >= len(documents):
            raw = {"Version": "2012-10-17", "Statement": list(edit.statements)}
            documents.append(Document(raw, gate.kind, edit.name, level))
        else:
            old = documents[edit.slot.position]
            documents[edit.slot.position] = Document(_edited(old.raw, edit), old.kind, old.name, old.level)
    return request, policies.with_documents(changed)


def _edited(raw: Raw, edit: Edit) -> dict[str, Any]:
    found = raw.get("Statement")
    old: list[Any] = found if isinstance(found, list) else [] if found is None else [found]
    new: list[Any] = []
    for statement in old:
        if edit.target is not None and statement is edit.target:
            new.extend(edit.statements)
        else:
            new.append(statement)
    if edit.target is None:
        new.extend(edit.statements)
    return {**raw, "Statement": new}


def _without_block(request: Request) -> Request:
    settings = request.settings
    return Request(
        request.caller,
        request.action,
        request.resource.text,
        request.resource_account,
        request.context,
        Settings(
            caller_in_management_account=settings.caller_in_management_account,
            resource_in_management_account=settings.resource_in_management_account,
            no_resource_types=settings.no_resource_types,
            grants=settings.grants,
        ),
    )
