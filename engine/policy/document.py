"""A policy document: read in any of its forms, compiled once, asked many times.

Documents come as an object, as JSON text, or as percent-encoded JSON text (IAM API), with Statement an object or a
list. What is wrong inside a document is not an exception: a broken statement never applies, and
`engine.policy.validation` says why.
"""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.policy.context import SMALL_WORK, Context
from whydenied.engine.policy.home import NOWHERE, Home
from whydenied.engine.policy.kinds import Kind
from whydenied.engine.policy.outputs import decoded
from whydenied.engine.policy.statement import Statement, strings

__all__ = ["MAX_STATEMENTS", "MAX_TEXT", "Document", "compile_document", "read_document"]

MAX_STATEMENTS = 20_000
MAX_TEXT = 8_000_000
_CACHED_ACTIONS = 512
# What listing and compiling an action costs, in the looks of engine.policy.context, and one with a question mark for
# each of its characters; and how many actions cost too little to be counted.
_LISTED = 6
_MARKED = 8
_FEW = 80
_LONG_NAME = 1_024
# Elements of a document that are looked at for a misspelt name, and how near to it they must be (0 to 1).
_MAX_ELEMENTS = 20
_ALIKE = 0.8

_VARIABLES_SINCE = "2012-10-17"


class Document:
    """A compiled policy. name: for people. kind: which rules it is read by. raw: the document as an object.

    level: for SCPs and RCPs, 0 for the root and counting down to the account; else -1. home: where it is kept, as far
    as that is known. read: False for a policy that is known by its name alone.
    """

    __slots__ = (
        "_by_service",
        "_cache",
        "_charged",
        "_compiled",
        "_cost",
        "_entries",
        "_everywhere",
        "_statements",
        "home",
        "kind",
        "level",
        "name",
        "raw",
        "read",
        "variables",
    )

    def __init__(
        self,
        raw: Mapping[str, Any],
        kind: Kind,
        name: str,
        level: int = -1,
        home: Home = NOWHERE,
        *,
        read: bool = True,
    ) -> None:
        self.raw = raw
        self.read = read
        self.kind = kind
        self.name = name if len(name) <= _LONG_NAME else f"{name[:_LONG_NAME]}..."
        self.level = level
        self.home = home
        self.variables = raw.get("Version") == _VARIABLES_SINCE
        statements = raw.get("Statement")
        self._statements: list[Any] = statements if isinstance(statements, list) else [statements]
        if len(self._statements) > MAX_STATEMENTS:
            raise TooLargeError(
                f"policy `{name}` has {len(self._statements)} statements; at most {MAX_STATEMENTS} are read"
            )
        self._compiled: dict[int, Statement] = {}
        self._cache: dict[str, tuple[tuple[Statement, ...], tuple[Statement, ...]]] = {}
        self._by_service: dict[str, list[int]] | None = None
        self._everywhere: list[int] = []
        self._entries = 0
        self._cost = -1
        self._charged: Context | None = None

    def charge(self, context: Context) -> None:
        """Count what finding the statements about an action costs, once for a request, where that is not little."""
        if self._by_service is None:
            self._by_service = self._index()
        if self._entries > _FEW and self._charged is not context:
            if self._cost < 0:
                self._cost = self._looks()
            if self._cost > SMALL_WORK:
                context.spend(self._cost)
            self._charged = context

    def _looks(self) -> int:
        """Return what finding the statements costs: some looks for each action, more for one with question marks."""
        listed = [strings(raw.get("Action")) for raw in self._statements if isinstance(raw, dict)]
        return sum(
            _MARKED * len(text) if "?" in text else _LISTED for texts in listed if "*" not in texts for text in texts
        )

    @property
    def size(self) -> int:
        """How many statements the document has."""
        return len(self._statements) if "Statement" in self.raw else 0

    @property
    def statements(self) -> list[Statement]:
        """Every statement that is an object, in order."""
        return [self._statement(index) for index, raw in enumerate(self._statements) if isinstance(raw, dict)]

    def candidates(self, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """Return the Deny and the Allow statements that cover an action (`service:name`, lower case)."""
        found = self._cache.get(action)
        if found is None:
            found = self._find(action)
            if len(self._cache) >= _CACHED_ACTIONS:
                self._cache.clear()
            self._cache[action] = found
        return found

    def _find(self, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        if self._by_service is None:
            self._by_service = self._index()
        indexes = self._by_service.get(action.partition(":")[0], ())
        denies: list[Statement] = []
        allows: list[Statement] = []
        for index in (*self._everywhere, *indexes):
            statement = self._statement(index)
            if statement.allow is not None and statement.covers_action(action):
                (allows if statement.allow else denies).append(statement)
        return tuple(denies), tuple(allows)

    def _index(self) -> dict[str, list[int]]:
        """List the statements by the services they name; those with NotAction or `*` concern every service."""
        by_service: dict[str, list[int]] = {}
        for index, raw in enumerate(self._statements):
            if not isinstance(raw, dict):
                continue
            actions = raw.get("Action")
            if not isinstance(actions, list):
                if not isinstance(actions, str):
                    if "NotAction" in raw and "Action" not in raw:
                        self._everywhere.append(index)
                    continue
                actions = (actions,)
            if "*" in actions:
                self._everywhere.append(index)
                continue
            self._entries += len(actions)
            # Most statements name one service, so that the last one's name is compared and not cut out again.
            last = ":"
            for text in actions:
                if isinstance(text, str):
                    if text.startswith(last):
                        continue
                    service = text.partition(":")[0]
                    last = f"{service}:"
                    named = by_service.setdefault(service.lower(), [])
                    if not named or named[-1] != index:
                        named.append(index)
        return by_service

    def _statement(self, index: int) -> Statement:
        statement = self._compiled.get(index)
        if statement is None:
            statement = self._compiled[index] = Statement(self._statements[index], index, self.kind, self.variables)
        return statement


def read_document(raw: object, name: str = "policy") -> Mapping[str, Any]:
    """Read a document in any of its forms and return it as an object.

    Raises InputError for anything that is not a JSON object, TooLargeError beyond 8 million characters.
    """
    if isinstance(raw, (dict, Mapping)):
        return raw
    if not isinstance(raw, str):
        raise InputError(f"policy `{name}` is not a document; give the JSON object or its text")
    if len(raw) > MAX_TEXT:
        raise TooLargeError(f"policy `{name}` has {len(raw)} characters; at most {MAX_TEXT} are read")
    try:
        document = json.loads(decoded(raw))
    except (ValueError, RecursionError):
        raise InputError(
            f"policy `{name}` is not JSON; paste the whole document, from its first brace to its last"
        ) from None
    if not isinstance(document, dict):
        raise InputError(f"policy `{name}` is JSON but no object; a policy starts with a brace")
    return document


def compile_document(raw: object, kind: Kind, name: str = "policy", level: int = -1, home: Home = NOWHERE) -> Document:
    """Compile a policy document in any of its forms. Raises what `read_document` raises, InputError where `Statement`
    is misspelt (the policy would read as one that says nothing), and TooLargeError beyond 20,000 statements."""
    document = read_document(raw, name)
    if document and "Statement" not in document:
        _refuse_misspelt(document, name)
    return Document(document, kind, name, level, home)


def _refuse_misspelt(document: Mapping[str, Any], name: str) -> None:
    for key in list(document)[:_MAX_ELEMENTS]:
        if difflib.SequenceMatcher(None, str(key)[:40].lower(), "statement").ratio() > _ALIKE:
            raise InputError(f"policy `{name}` has no element `{str(key)[:40]}`; did you mean `Statement`?")
