"""What is wrong with a policy, as data: syntax, unknown actions and keys, resources that an action cannot have, dead
statements.

Names come from the Service Authorization Reference (reference.py), which is read at first use only: evaluating a
request needs none of this."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.policy.conditions import NULL, OPERATORS
from whydenied.engine.policy.conditions.condition import split_operator
from whydenied.engine.policy.document import read_document
from whydenied.engine.policy.kinds import WITH_PRINCIPAL, Kind
from whydenied.engine.policy.matching import glob, has_wildcard, overlap
from whydenied.engine.policy.names import Names
from whydenied.engine.policy.statement import strings

__all__ = ["MAX_PROBLEMS", "Effort", "Problem", "may_match", "validate"]

MAX_PROBLEMS = 200
# Comparisons, some 0.3 s of them, and hints, which cost some 5 ms each.
MAX_LOOKS = 1_500_000
MAX_HINTS = 20
_LONG = 1_000

_VERSIONS = ("2012-10-17", "2008-10-17")
_TOP = ("Version", "Id", "Statement")
_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)

# Resources that cover an action although the reference lists no resource type for it: AWS managed policies rely on it.
_ALSO_COVERED = {"s3:listallmybuckets": ("arn:*:s3:::*",)}


class Problem(msgspec.Struct, frozen=True):
    """One problem.

    level: error (AWS refuses the policy, or the statement can never apply), warning (it does not do what it seems
    to). code: a short name. statement: its index from 0, or -1 for the document. element: where. text: what is wrong,
    and what to do. hint: the names that may have been meant."""

    level: Literal["error", "warning"]
    code: str
    statement: int
    element: str
    text: str
    hint: tuple[str, ...] = ()


class Effort:
    """What looking through policies may cost: names and patterns compared, and hints worked out.

    It is counted and not timed, so that the same policies always get the same answer; shared between documents, so
    that many cost no more than one."""

    __slots__ = ("_hints", "_keys", "_looks")

    def __init__(self) -> None:
        self._looks = 0
        self._hints = 0
        self._keys: dict[tuple[str, frozenset[str]], bool] = {}

    def spend(self, looks: int = 1) -> None:
        """Count comparisons. Raises TooLargeError where there are too many."""
        self._looks += looks
        if self._looks > MAX_LOOKS:
            raise TooLargeError("the policies are too large to be looked through whole")

    def key_exists(self, key: str, services: frozenset[str]) -> bool:
        """Tell whether a condition key is global or one of some services."""
        known = self._keys.get((key, services))
        if known is None:
            self.spend(1_000)
            known = self._keys[key, services] = _names().key_exists(key, services)
        return known

    def hint(self, word: str, words: Iterable[str]) -> tuple[str, ...]:
        """Return up to three names close to a word, ignoring case; none after many hints."""
        self._hints += 1
        if self._hints > MAX_HINTS:
            return ()
        by_lower = {str(one).lower(): str(one) for one in words}
        return tuple(by_lower[one] for one in difflib.get_close_matches(word.lower()[:128], list(by_lower), 3, 0.7))


def validate(raw: object, kind: Kind, effort: Effort | None = None) -> list[Problem]:
    """List the problems of a policy document in any of its forms, the first 200; where looking for more would take too
    long, the last problem says so. effort: shared with other documents. Raises nothing."""
    try:
        document = read_document(raw)
    except InputError as error:
        return [Problem("error", "syntax", -1, "", str(error))]
    found: list[Problem] = []
    try:
        for problem in _document(document, kind, effort or Effort()):
            found.append(_shortened(problem))
            if len(found) == MAX_PROBLEMS:
                break
    except TooLargeError:
        words = "the policies are too large to be looked through whole: from here on they were not checked"
        found.append(Problem("warning", "cut", -1, "Statement", words))
    return found


def _shortened(problem: Problem) -> Problem:
    if len(problem.text) <= _LONG:
        return problem
    return msgspec.structs.replace(problem, text=f"{problem.text[:_LONG]}...", element=problem.element[:_LONG])


def _document(document: Mapping[str, object], kind: Kind, effort: Effort) -> Iterator[Problem]:
    for key in document:
        if key not in _TOP:
            yield Problem(
                "error", "unknown-element", -1, key, f"a policy has no element `{key}`", effort.hint(key, _TOP)
            )
    version = document.get("Version")
    if version not in (None, *_VERSIONS):
        text = f"`{version}` is no policy version; write `2012-10-17`"
        yield Problem("error", "version", -1, "Version", text, _VERSIONS[:1])
    statements = document.get("Statement")
    if statements is None or statements == []:
        yield Problem("error", "empty", -1, "Statement", "the policy has no statement")
        return
    sids: set[str] = set()
    for index, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        if not isinstance(statement, Mapping):
            yield Problem("error", "statement", index, "Statement", "a statement must be an object")
            continue
        sid = statement.get("Sid")
        if isinstance(sid, str) and sid and sid in sids:
            yield Problem("error", "duplicate-sid", index, "Sid", f"the Sid `{sid}` is used twice; Sids must differ")
        sids.add(str(sid))
        effort.spend(10)
        yield from _elements(statement, index, kind, effort)
        yield from _actions(statement, index, effort)
        yield from _resources(statement, index, version, effort)
        yield from _conditions(statement, index, version, effort)


def _elements(statement: Mapping[str, object], index: int, kind: Kind, effort: Effort) -> Iterator[Problem]:
    for key in statement:
        if key not in _ELEMENTS:
            text = f"a statement has no element `{key}`; names are spelt in this case"
            yield Problem("error", "unknown-element", index, str(key), text, effort.hint(str(key), _ELEMENTS))
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield Problem("error", "effect", index, "Effect", "`Effect` must be `Allow` or `Deny`, in this spelling")
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")):
        if one in statement and other in statement:
            yield Problem("error", "both", index, one, f"`{one}` and `{other}` exclude each other; keep one")
    if "Action" not in statement and "NotAction" not in statement:
        yield Problem("error", "missing", index, "Action", "`Action` is missing: the statement never applies")
    named = "Principal" in statement or "NotPrincipal" in statement
    if kind not in WITH_PRINCIPAL and named:
        yield Problem("error", "principal", index, "Principal", "this kind of policy has no `Principal`; take it out")
    if kind in ("resource", "rcp") and not named:
        yield Problem("error", "missing", index, "Principal", "`Principal` is missing: the statement never applies")
    if kind != "resource" and "Resource" not in statement and "NotResource" not in statement:
        yield Problem("error", "missing", index, "Resource", "`Resource` is missing: the statement never applies")
    if kind == "rcp" and (statement.get("Effect") == "Allow" or "NotAction" in statement):
        yield Problem("error", "rcp", index, "Effect", "an RCP of your own holds only Deny, and no `NotAction`")


def _actions(statement: Mapping[str, object], index: int, effort: Effort) -> Iterator[Problem]:
    for element in ("Action", "NotAction"):
        for text in strings(statement.get(element)):
            effort.spend(4)
            if text == "*":
                continue
            service, colon, name = text.partition(":")
            if not colon or not name.strip() or has_wildcard(service) or text != text.strip() or "," in text:
                words = f"`{text}` is no action, so it matches nothing; write one `service:Action` an entry"
                yield Problem("error", "action", index, element, words)
                continue
            if not _names().service(service):
                words = f"there is no service prefix `{service}`"
                yield Problem(
                    "error", "unknown-service", index, element, words, effort.hint(service, _names().services())
                )
            elif not _is_action(service.lower(), name.lower(), effort):
                words = f"no action of {service} matches `{text}`"
                close = tuple(f"{service}:{one}" for one in effort.hint(name, _names().actions(service)))
                yield Problem("error", "unknown-action", index, element, words, close)


def _is_action(service: str, name: str, effort: Effort) -> bool:
    """Tell whether there is an action that a name, or a pattern, in lower case stands for."""
    names = _lower_actions(service)
    if not has_wildcard(name):
        return name in names
    effort.spend(len(names))
    return any(map(glob(name), names))


@lru_cache(maxsize=64)
def _lower_actions(service: str) -> frozenset[str]:
    return frozenset(one.lower() for one in _names().actions(service))


def _patterns(action: str) -> tuple[str, ...] | None:
    return _ALSO_COVERED.get(action.lower()) or _names().resources(action)


def _resources(statement: Mapping[str, object], index: int, version: object, effort: Effort) -> Iterator[Problem]:
    texts = strings(statement.get("Resource"))
    for element in ("Resource", "NotResource"):
        for text in strings(statement.get(element)):
            effort.spend(4)
            if text != "*" and (not text.startswith("arn:") or text.count(":") < 5):
                words = f"`{text}` is no full ARN; an ARN has six parts, with colons between them"
                yield Problem("error", "arn", index, element, words)
            if "${" in text and version != _VERSIONS[0]:
                words = f"`{text}` holds a policy variable, which needs Version `2012-10-17`"
                yield Problem("warning", "variable", index, element, words)
    if not texts or "*" in texts:
        return
    for action in strings(statement.get("Action")):
        if has_wildcard(action) or ":" not in action:
            continue
        effort.spend(100)
        patterns = _patterns(action[:256])
        if patterns is None:
            continue
        if not patterns:
            words = f"`{action}` has no resource types: only `*` in Resource matches it, so it is ineffective here"
            yield Problem("error", "no-resource-types", index, "Resource", words, ("*",))
        elif not any(may_match(text, pattern, effort) for text in texts for pattern in patterns):
            words = f"no entry of Resource can be a resource of `{action}`, so it is ineffective here"
            yield Problem("error", "resource-type", index, "Resource", words, patterns[:3])


def may_match(text: str, pattern: str, effort: Effort | None = None) -> bool:
    """Tell whether an ARN pattern of a policy and one of the reference have a resource in common, as far as types
    go."""
    effort = effort or Effort()
    effort.spend(5)
    mine, theirs = text.split(":", 5), pattern.split(":", 5)
    if len(mine) < 6 or len(theirs) < 6 or "${" in text:
        return True
    if not glob(mine[2])(theirs[2]) and not glob(theirs[2])(mine[2]):
        return False
    if theirs[2] == "s3" and theirs[3] == theirs[4] == "" and mine[3] == mine[4] == "":
        # An object has a slash, a bucket none; a star may stand for either.
        return "*" in mine[5].partition("/")[0] or ("/" in mine[5]) == ("/" in theirs[5])
    return overlap(mine[5], theirs[5], effort.spend)


def _conditions(statement: Mapping[str, object], index: int, version: object, effort: Effort) -> Iterator[Problem]:
    conditions = statement.get("Condition")
    if conditions is None:
        return
    if not isinstance(conditions, Mapping):
        yield Problem("error", "condition", index, "Condition", "`Condition` must be an object of operators")
        return
    services = {text.partition(":")[0].lower() for text in strings(statement.get("Action")) if ":" in text}
    for operator, keys in conditions.items():
        quantifier, base, if_exists = split_operator(str(operator))
        if base not in OPERATORS and base != NULL:
            words = f"there is no condition operator `{operator}`: the statement never applies"
            yield Problem("error", "unknown-operator", index, "Condition", words, effort.hint(base, [*OPERATORS, NULL]))
        elif base == NULL and if_exists:
            yield Problem("error", "unknown-operator", index, "Condition", "`Null` takes no IfExists", (NULL,))
        if not isinstance(keys, Mapping):
            yield Problem(
                "error", "condition", index, "Condition", f"`{operator}` must be an object of keys and values"
            )
            continue
        for key, values in keys.items():
            yield from _key(str(key), services, index, effort)
            effort.spend(10 * len(strings(values)))
            yield from _values(str(key), base, quantifier, values, statement, index, version)


def _key(key: str, services: set[str], index: int, effort: Effort) -> Iterator[Problem]:
    if not effort.key_exists(key[:512], frozenset(services)):
        words = f"no such condition key for these actions: `{key}` is never in the request"
        yield Problem("warning", "unknown-key", index, "Condition", words, effort.hint(key, _names().keys(services)))


def _values(
    key: str, base: str, quantifier: str, values: object, statement: Mapping[str, object], index: int, version: object
) -> Iterator[Problem]:
    texts = strings(values)
    for text in texts:
        if "${" in text:
            if version != _VERSIONS[0]:
                words = f"`{text}` holds a policy variable, which needs Version `2012-10-17`"
                yield Problem("warning", "variable", index, "Condition", words)
        elif base in OPERATORS and OPERATORS[base].compile([(text, False)]) is None:
            words = f"`{text}` is no value for `{base}`, so it never matches"
            yield Problem("error", "value", index, "Condition", words)
        elif base in ("StringEquals", "StringNotEquals") and has_wildcard(text):
            words = f"`{base}` knows no wildcards: `{text}` is taken literally"
            yield Problem("warning", "wildcard", index, "Condition", words, (base.replace("Equals", "Like"),))
    if quantifier == "ForAllValues" and statement.get("Effect") == "Allow":
        words = f"ForAllValues also holds where `{key}` is absent; add a Null check with `false`"
        yield Problem("warning", "for-all-values", index, "Condition", words)


@lru_cache(maxsize=1)
def _names() -> Names:
    return Names()
