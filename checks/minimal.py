"""Whether a fix is minimal: undo each single difference between two cases, and see whether it was needed.

A difference is an element added, removed or changed anywhere in the case: a statement, a value of its Action, a
condition, a key of the request's context. Within a new Allow each action, resource and principal counts as one.
"""

from collections.abc import Iterator
from typing import Any

__all__ = ["each_undone"]

# Names of things, not things: a changed Sid decides nothing.
_LABELS = frozenset({"Sid", "Id", "Version", "name", "id"})
_LISTED = ("Action", "Resource")
_OPPOSITES = (
    ("Resource", "NotResource"),
    ("NotResource", "Resource"),
    ("Action", "NotAction"),
    ("NotAction", "Action"),
)

Undone = tuple[str, Any]


def each_undone(before: Any, after: Any, where: str = "") -> Iterator[Undone]:
    """Yield (where, `after` with this one difference as it was `before`) for every difference."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_objects(before, after, where)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, where)
    elif isinstance(before, list) or isinstance(after, list):
        # `"Action": "a"` and `"Action": ["a"]` are the same to IAM.
        yield from _of_lists(_listed(before), _listed(after), where)
    else:
        yield where, before
        yield from _shortened(after, where)


def _of_objects(before: dict[str, Any], after: dict[str, Any], where: str) -> Iterator[Undone]:
    for one, other in _OPPOSITES:
        if one in before and other in after and one not in after:
            back = {key: value for key, value in after.items() if key != other} | {one: before[one]}
            yield f"{where}.{other}", back
            before, after = {**before, other: after[other]}, after
            before.pop(one)
    for key in [*after, *(key for key in before if key not in after)]:
        place = f"{where}.{key}" if where else key
        if key in _LABELS or (key == "Condition" and key not in before and after.get("Effect") == "Allow"):
            continue  # a condition on an Allow narrows it: it is there to be tight, not to be needed
        if key not in before:
            yield place, {name: value for name, value in after.items() if name != key}
            for deeper, changed in _shortened(after[key], place):
                yield deeper, {**after, key: changed}
        elif key not in after:
            yield place, {**after, key: before[key]}
        else:
            for deeper, changed in each_undone(before[key], after[key], place):
                yield deeper, {**after, key: changed}


def _of_lists(before: list[Any], after: list[Any], where: str) -> Iterator[Undone]:
    if len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            for place, changed in each_undone(old, new, f"{where}[{index}]"):
                yield place, [*after[:index], changed, *after[index + 1 :]]
        return
    for index, item in enumerate(after):
        if item not in before:
            place = f"{where}[{index}]"
            yield place, [*after[:index], *after[index + 1 :]]
            for deeper, changed in _shortened(item, place):
                yield deeper, [*after[:index], changed, *after[index + 1 :]]
    for item in before:
        if item not in after:
            yield f"{where} (removed)", [*after, item]


def _shortened(new: Any, where: str) -> Iterator[Undone]:
    """Yield what is wholly new with one of its parts left out: a policy, a statement, an action, a principal."""
    if isinstance(new, list):
        for index, item in enumerate(new):
            if len(new) > 1:
                yield f"{where}[{index}]", [*new[:index], *new[index + 1 :]]
            for deeper, changed in _shortened(item, f"{where}[{index}]"):
                yield deeper, [*new[:index], changed, *new[index + 1 :]]
    elif isinstance(new, dict) and "Statement" in new:
        for deeper, changed in _shortened(_listed(new["Statement"]), f"{where}.Statement"):
            yield deeper, {**new, "Statement": changed}
    elif isinstance(new, dict) and new.get("Effect") == "Allow":
        for key in _LISTED:
            values = new.get(key)
            if isinstance(values, list) and len(values) > 1:
                for deeper, changed in _shortened(values, f"{where}.{key}"):
                    yield deeper, {**new, key: changed}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
