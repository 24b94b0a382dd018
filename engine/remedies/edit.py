"""Edits: the smallest things that can be done to a set of policies, and what the policies are after them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Policies, Request, Settings
from whydenied.engine.policy.document import Document
from whydenied.engine.remedies.caller import with_settings
from whydenied.engine.remedies.remedy import Kind

__all__ = ["Edit", "Slot", "apply_edits"]

Raw = Mapping[str, object]


class Slot(NamedTuple):
    """Where a document stands: the gate, the level of the organization (-1 elsewhere), and its place among the
    others."""

    gate: GateName
    level: int
    position: int


class Edit(NamedTuple):
    """One edit of one document, or of the setting of S3 Block Public Access.

    slot: the document; a position past the last adds a document called `name`. kind: what it is. target: the statement
    to replace (the very object), or None to append. statements: what takes its place. why: a sentence without full
    stop. wider: what it lets through besides the request. around: the condition in words that it goes round, "" for
    none. setting: it turns RestrictPublicBuckets off instead."""

    slot: Slot
    name: str
    kind: Kind
    target: Raw | None
    statements: tuple[dict[str, object], ...]
    why: str
    wider: str = ""
    around: str = ""
    setting: bool = False


def apply_edits(request: Request, policies: Policies, edits: Iterable[Edit]) -> tuple[Request, Policies]:
    """Return the request (its settings may change) and the policies after some edits. Linear in their number."""
    by_slot: dict[Slot, list[Edit]] = {}
    for edit in edits:
        if edit.setting:
            request = with_settings(request, _without_block(request.settings))
        else:
            by_slot.setdefault(edit.slot, []).append(edit)
    changed: dict[tuple[GateName, int], list[Document]] = {}
    for slot, group in sorted(by_slot.items()):
        gate = find_gate(find_gate(slot.gate).policies_of)
        documents = changed.setdefault((gate.name, slot.level), list(policies.at(gate.name, slot.level)))
        if slot.position >= len(documents):
            raw = {"Version": "2012-10-17", "Statement": [one for edit in group for one in edit.statements]}
            documents.append(Document(raw, gate.kind, group[0].name, slot.level))
        else:
            old = documents[slot.position]
            documents[slot.position] = Document(_edited(old.raw, group), old.kind, old.name, old.level, old.home)
    return request, policies.with_documents(changed)


def _edited(raw: Raw, edits: list[Edit]) -> dict[str, object]:
    found = raw.get("Statement")
    old: list[object] = found if isinstance(found, list) else [] if found is None else [found]
    swaps = {id(edit.target): edit.statements for edit in edits if edit.target is not None}
    new: list[object] = []
    for statement in old:
        new.extend(_swapped(statement, swaps))
    new.extend(one for edit in edits if edit.target is None for one in edit.statements)
    return {**raw, "Statement": new}


def _swapped(statement: object, swaps: Mapping[int, tuple[dict[str, object], ...]]) -> Iterator[object]:
    """Yield what takes a statement's place; what took its place may have been changed again."""
    if id(statement) not in swaps:
        yield statement
        return
    for one in swaps[id(statement)]:
        yield from _swapped(one, swaps)


def _without_block(settings: Settings) -> Settings:
    return Settings(
        caller_in_management_account=settings.caller_in_management_account,
        resource_in_management_account=settings.resource_in_management_account,
        no_resource_types=settings.no_resource_types,
        endpoint_kind=settings.endpoint_kind,
        grants=settings.grants,
    )
