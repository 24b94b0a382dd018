"""Whether content can be used: what the patterns, causes and questions hold that does not compile.

Everything here raises when the engine is made of it, and some of it only when a reader asks. Content is changed while a
site serves, and a mistake in one article must cost that article only: whoever loads content asks here first, and
leaves out what is named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from whydenied.engine.errors import ContentError
from whydenied.engine.inquiry.model import make_model
from whydenied.engine.inquiry.outputs import Outputs
from whydenied.engine.messages.templates import compile_template
from whydenied.engine.rules.compile import compile_rules

__all__ = ["Fault", "faults"]

Front = Mapping[str, Any]

_DEEPEST: Final = 40
"""Levels of a JMESPath: each costs several calls when it is searched, and Python allows a thousand in all."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with an article: its kind and id, the path of the front-matter field, and the reason."""

    kind: str
    id: str
    field: tuple[str | int, ...]
    message: str


def faults(patterns: Sequence[Front], causes: Sequence[Front], questions: Sequence[Front]) -> list[Fault]:
    """Return what cannot be used, at least one fault for each article to leave out; nothing where all compiles.

    Front matter as it was validated, each with its `id`; of causes that only together are too many, the first that is
    too many counts: their order is from those to keep to those that were laid over them.
    """
    found = [fault for pattern in patterns for fault in _of_pattern(pattern)]
    found += [fault for question in questions for fault in _of_question(question)]
    found += [fault for cause in causes for fault in _of_cause(cause, questions)]
    if not any(fault.kind == "cause" for fault in found) and (reason := _why_not(lambda: compile_rules(causes))):
        found.append(Fault("cause", _first_too_many(causes)["id"], ("rules",), reason))
    return found


def _of_pattern(pattern: Front) -> Iterator[Fault]:
    for number, text in enumerate(pattern.get("templates") or ()):
        # The regular expression as well: it is compiled when the first paste comes that it may match.
        if reason := _why_not(lambda text=text: compile_template(text, pattern.get("part")).regex):  # type: ignore[misc]
            yield Fault("pattern", pattern["id"], ("templates", number), reason)


def _of_cause(cause: Front, questions: Sequence[Front]) -> Iterator[Fault]:
    for field, compiled in (
        ("rules", lambda: compile_rules([cause])),
        ("signs", lambda: make_model([cause], questions)),
    ):
        if reason := _why_not(compiled):
            yield Fault("cause", cause["id"], (field,), reason)


def _of_question(question: Front) -> Iterator[Fault]:
    call = question.get("call") or {}
    written: list[tuple[tuple[str | int, ...], str]] = []
    if call.get("known_by"):
        written.append((("call", "known_by"), call["known_by"]))
    written += [(("reads", number, "jmespath"), read["jmespath"]) for number, read in enumerate(question["reads"])]
    bad = [Fault("question", question["id"], path, reason) for path, text in written if (reason := _of_jmespath(text))]
    yield from bad
    if not bad and (reason := _why_not(lambda: (make_model([], [question]), Outputs([question])))):
        yield Fault("question", question["id"], (), reason)


def _of_jmespath(text: str) -> str:
    try:
        expression = jmespath.compile(text)
    except JMESPathError as error:
        return f"`{text[:80]}` is no JMESPath ({' '.join(str(error).split())[:160]})"
    except (RecursionError, ValueError) as error:
        return f"`{text[:80]}…` cannot be compiled ({type(error).__name__})"
    return f"`{text[:80]}…` is nested more than {_DEEPEST} deep" if _depth(expression.parsed) > _DEEPEST else ""


def _depth(node: Mapping[str, Any]) -> int:
    """Return how deep a JMESPath is nested, without recursion."""
    depth, level = 0, [node]
    while level:
        depth += 1
        level = [child for one in level for child in one.get("children", ()) if isinstance(child, Mapping)]
    return depth


def _why_not(compiled: Callable[[], object]) -> str:
    """Try to compile; return why it cannot be done, '' where it can."""
    try:
        compiled()
    except ContentError as error:
        return str(error)
    except Exception as error:  # whatever it is, it must not meet a reader first
        return f"cannot be compiled ({type(error).__name__})"
    return ""


def _first_too_many(causes: Sequence[Front]) -> Front:
    """Return the first cause that does not compile with those before it; one of them does not."""
    good, bad = 0, len(causes)
    while bad - good > 1:
        middle = (good + bad) // 2
        if _why_not(lambda upto=middle: compile_rules(causes[:upto])):  # type: ignore[misc]
            bad = middle
        else:
            good = middle
    return causes[bad - 1]
