"""Whether two policies decide the same, however they are written: statements split or joined, one value or a list.

A policy is taken apart into grants: one effect, one principal, one action, one resource, the conditions. A value that
only a tool can fill in (`aws_iam_role.app.arn` in Terraform, `!GetAtt Queue.Arn` in a template) may be any text, but
the same text wherever it is used.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["Document", "Grant", "Grants", "grants", "reference", "same_effect"]

Document = dict[str, Any]
"""A policy, or a part of one: plain data that JSON can hold."""

# Names are compared without regard to case, as IAM does; values of conditions and resources with it.
Grant = tuple[str, ...]
Grants = frozenset[Grant]

_MARK = "\x00"
_FILLED = re.compile(rf"{_MARK}([^{_MARK}]+){_MARK}")
# No value that a page shows is longer, and backtracking ends soon.
_LONGEST = 400
_MOST = 200


def reference(name: str) -> str:
    """Write a value that a tool fills in, so that it can stand inside a text."""
    return f"{_MARK}{name.replace(_MARK, '')}{_MARK}"


def grants(document: Document) -> Grants:
    """Take a policy document apart. Raises KeyError for a statement without an effect or without actions."""
    return frozenset(grant for statement in _listed(document["Statement"]) for grant in _of_statement(statement))


def same_effect(form: Grants, shown: Sequence[Grants], beside: Grants, filled: dict[str, str]) -> bool:
    """Tell whether a form grants what one of the shown policies grants, and nothing that the page does not show.

    beside: what the form may hold as well, the statements that were there before. filled: what the references are
    known to be so far; those of this form are added.
    """
    known = beside.union(*shown)
    if len(form) > _MOST or any(len(one) > _MOST for one in shown):
        return any(one <= form <= known for one in shown)
    for one in sorted(shown, key=len, reverse=True):
        found = _covered(sorted(one), form, known, filled)
        if found is not None:
            filled.update(found)
            return True
    return False


def _covered(wanted: list[Grant], form: Grants, known: Grants, filled: dict[str, str]) -> dict[str, str] | None:
    """Return what the references are if each wanted grant is in the form and the rest of it is known."""
    if not wanted:
        return _all_known(sorted(form), known, filled)
    for candidate in sorted(form):
        more = _equal(candidate, wanted[0], filled)
        if more is not None:
            found = _covered(wanted[1:], form - {candidate}, known, more)
            if found is not None:
                return found
    return None


def _all_known(rest: list[Grant], known: Grants, filled: dict[str, str]) -> dict[str, str] | None:
    for grant in rest:
        more = next((more for one in sorted(known) if (more := _equal(grant, one, filled)) is not None), None)
        if more is None:
            return None
        filled = more
    return filled


def _equal(form: Grant, shown: Grant, filled: dict[str, str]) -> dict[str, str] | None:
    """Return what the references have to be for both to be the same; None if they are not."""
    if len(form) != len(shown):
        return None
    for one, other in zip(form, shown, strict=True):
        if one == other:
            continue
        if _MARK not in one or len(other) > _LONGEST:
            return None
        names = _FILLED.findall(one)
        pattern, end = "", 0
        for match in _FILLED.finditer(one):
            value = filled.get(match[1])
            pattern += re.escape(one[end : match.start()]) + (r"([^,]+)" if value is None else f"({re.escape(value)})")
            end = match.end()
        found = re.fullmatch(pattern + re.escape(one[end:]), other)
        if found is None:
            return None
        filled = {**filled, **dict(zip(names, found.groups(), strict=True))}
    return filled


def _of_statement(statement: Document) -> Iterator[Grant]:
    conditions = tuple(sorted(_conditions(statement.get("Condition", {}))))
    parts = (
        list(_principals(statement)),
        list(_either(statement, "Action", "NotAction", str.lower)),
        list(_either(statement, "Resource", "NotResource", str)) or [""],
    )
    for principal, action, resource in itertools.product(*parts):
        yield (statement["Effect"], principal, action, resource, *conditions)


def _principals(statement: Document) -> Iterator[str]:
    for name in ("Principal", "NotPrincipal"):
        if name in statement:
            value = statement[name]
            kinds = value.items() if isinstance(value, dict) else [("AWS", value)]
            every = [f"{kind} {one}" for kind, values in kinds for one in _listed(values)]
            yield from every if name == "Principal" else [f"not {sorted(every)}"]
            return
    yield ""


def _either(statement: Document, name: str, opposite: str, spelled: Callable[[str], str]) -> Iterator[str]:
    """Yield each value of an element; of its opposite all values together, which exclude together."""
    if name in statement:
        yield from (spelled(str(one)) for one in _listed(statement[name]))
    elif opposite in statement:
        yield f"not {sorted(spelled(str(one)) for one in _listed(statement[opposite]))}"


def _conditions(blocks: dict[str, Document]) -> Iterator[str]:
    for operator, keys in blocks.items():
        for key, values in keys.items():
            texts = sorted(str(one).lower() if isinstance(one, bool) else str(one) for one in _listed(values))
            yield f"{operator.lower()} {key.lower()} {','.join(texts)}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
