"""The rows of a report: one for each request, made when it is read, so that a long list takes no room."""

import zlib
from collections.abc import Iterator, Sequence
from typing import overload

import msgspec

from whydenied.engine.plans.forecast import Verdict
from whydenied.server.plans.hidden import shown

__all__ = ["Heap", "Row", "Rows", "row_of"]

_STAGES = {
    "provider": "at the start",
    "state": "for the state",
    "stack": "for the stack",
    "refresh": "while planning",
    "data": "for the data source",
    "create": "to create it",
    "update": "to update it",
    "delete": "to delete it",
}
_UNLESS = "unless the resource's own policy, which was not given, lets it pass"


class Row(msgspec.Struct, frozen=True):
    """One request. address: the resource in the plan, "" for Terraform itself. stage: when, as engine.plans.calls names
    it; when: in words. gates: names of the gates that refuse it. why: what for, or what is not known."""

    address: str
    stage: str
    when: str
    operation: str
    action: str
    resource: str
    gates: tuple[str, ...]
    why: str


def row_of(verdict: Verdict) -> Row:
    """Return the row of a verdict; secrets in names are masked."""
    asked = verdict.asked
    operation = asked.call.operation
    return Row(
        address=shown(asked.address),
        stage=asked.call.stage,
        when=_STAGES[asked.call.stage],
        operation=f"{operation.service}:{operation.name}",
        action=asked.action,
        resource=shown(asked.resource),
        gates=verdict.gates,
        why="; ".join(filter(None, (verdict.why or asked.why, _UNLESS if verdict.unseen and verdict.gates else ""))),
    )


class Rows(Sequence[Row]):
    """The rows of verdicts, each made when it is read."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        self._verdicts = verdicts

    def __len__(self) -> int:
        return len(self._verdicts)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> "Rows": ...
    def __getitem__(self, at: int | slice) -> "Row | Rows":
        return Rows(self._verdicts[at]) if isinstance(at, slice) else row_of(self._verdicts[at])


class Heap:
    """Rows of which there may be more than anybody reads: counted by action, and kept packed.

    kept: whether they are, else there is nothing to iterate over."""

    def __init__(self, *, kept: bool) -> None:
        self.actions: dict[str, int] = {}
        self._packer = zlib.compressobj(1) if kept else None
        self._parts: list[bytes] = []

    def add(self, verdict: Verdict) -> None:
        """Take a verdict."""
        action = verdict.asked.action
        self.actions[action] = self.actions.get(action, 0) + 1
        if self._packer is not None and (part := self._packer.compress(msgspec.json.encode(row_of(verdict)) + b"\n")):
            self._parts.append(part)

    def __len__(self) -> int:
        return sum(self.actions.values())

    def __iter__(self) -> Iterator[Row]:
        if self._packer is None:
            return
        unpacker, rest = zlib.decompressobj(), b""
        for part in (*self._parts, self._packer.copy().flush()):
            *lines, rest = (rest + unpacker.decompress(part)).split(b"\n")
            for line in lines:
                yield msgspec.json.decode(line, type=Row)
