"""Which of the operations that the provider may call for a resource it will call, judged by names.

The data (engine.plans.operations) list every branch of the provider's code. Of those, an operation is expected where
its verb and noun are the resource's own (`CreateBucket` of `aws_s3_bucket`), or where its noun is an attribute that is
written or changes (`PutBucketCors` and `cors_rule`). The exceptions stand in data/exceptions.json, each seen in a real
run of the provider (docs/plan.md says how they are measured). What is not expected is kept as possible, never lost."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from whydenied.engine.plans.operations import Operation

__all__ = ["READS", "REMOVES", "Facts", "is_read", "is_removal", "rank", "words_of"]

READS = ("Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Check")
"""Verbs of operations that change nothing."""
REMOVES = (
    "Delete Remove Detach Disassociate Deregister Revoke Terminate Release Cancel Untag Unsubscribe Destroy Unassign"
    " ScheduleKeyDeletion Stop Disable Deactivate Reject Abort Purge BatchDelete DeleteObjects Reset Close Leave"
    " Disconnect Revert Unshare Withdraw Unregister Unassociate BatchDisassociate"
).split()
"""Verbs of operations that take something away."""
_MAKES = (
    "Create Put Run Register Allocate Request Import Add Attach Associate Authorize Subscribe Set Enable Start Copy"
    " Accept Publish Provision Advertise Tag Assign Update Modify Invite Purchase Upload Send Change Enroll Open"
).split()
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DATA = Path(__file__).parent / "data" / "exceptions.json"


class Facts(msgspec.Struct, frozen=True):
    """What is known of a resource at a phase. kind: its type. attributes: those that are written (create) or change
    (update), which calls are made for. tagged: tags are given, or change. untagged: some tags go."""

    kind: str
    attributes: frozenset[str]
    tagged: bool = False
    untagged: bool = False


class _Exceptions(msgspec.Struct):
    """always, never: operations by `type phase` that are called in any case, or not in an ordinary run. when: the
    attribute (or several) without which an operation is not called. same: words that mean the same in operations and
    attributes. tags_with_read: services whose reads bring the tags along. tags_with_create: those whose tags go with
    the call that makes the resource."""

    source: str
    always: dict[str, str]
    never: dict[str, str]
    when: dict[str, dict[str, str]]
    same: dict[str, str]
    tags_with_read: str
    tags_with_create: str


@cache
def _exceptions() -> _Exceptions:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Exceptions)


def is_read(operation: str) -> bool:
    """Tell whether an operation changes nothing, by its verb."""
    return operation.startswith(READS)


def is_removal(operation: str) -> bool:
    """Tell whether an operation takes something away, by its verb."""
    return operation.startswith(tuple(REMOVES))


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case and singular: `PutBucketCors`, `cors_rule`, `aws_s3_bucket`."""
    same = _exceptions().same
    found = [_singular(one.lower()) for one in _WORD.findall(name)]
    joined = "".join(found)
    return tuple(same.get(joined, " ".join(same.get(one, one) for one in found)).split())


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def rank(phase: str, operations: Iterable[Operation], facts: Facts) -> Mapping[Operation, bool]:
    """Return the operations of a phase (of engine.plans.operations), and of each whether it is expected."""
    return _rank(phase, tuple(operations), facts)


@lru_cache(maxsize=4_096)
def _rank(phase: str, among: tuple[Operation, ...], facts: Facts) -> Mapping[Operation, bool]:
    operations = list(among)
    judge = _JUDGES[phase]
    judged = {one: judge(one, operations, facts) for one in operations}
    found = _exceptions()
    for phase_key in (phase, "any"):
        always = found.always.get(f"{facts.kind} {phase_key}", "").split()
        never = found.never.get(f"{facts.kind} {phase_key}", "").split()
        when = found.when.get(f"{facts.kind} {phase_key}", {})
        for one in operations:
            if one.name in always:
                judged[one] = True
            elif one.name in never:
                judged[one] = False
            elif one.name in when:
                judged[one] = any(name in facts.attributes for name in when[one.name].split())
    return judged


def _reading(one: Operation, _: list[Operation], facts: Facts) -> bool:
    return is_read(one.name)


def _creating(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if is_removal(one.name) or is_read(one.name):
        return False
    makers = [other for other in among if not is_removal(other.name) and not is_read(other.name)]
    if "Tag" in one.name:
        return facts.tagged and len(makers) > 1 and one.service not in _exceptions().tags_with_create.split()
    main = _main([other for other in makers if "Tag" not in other.name], facts.kind)
    return one in main or _is_about(one, facts)


def _main(makers: list[Operation], kind: str) -> list[Operation]:
    """Return the operations that make a resource of this type: the one whose noun is its name, as exactly as any."""
    if len(makers) < 2:
        return makers
    own = set(words_of(kind.removeprefix("aws_")))
    scores = {one: _score(one, own) for one in makers}
    best = max(scores.values())
    return [one for one, score in scores.items() if score == best]


def _score(one: Operation, own: set[str]) -> tuple[int, int, int]:
    verb, *noun = words_of(one.name) or ("",)
    shared = len(own & set(noun))
    # Creating makes it; registering or putting does where nothing creates; restoring and importing are other ways.
    rank = {"create": 3, "run": 3, "register": 2, "put": 2, "allocate": 2, "request": 2}.get(verb, 1)
    rank = 0 if verb in ("import", "restore", "copy", "update", "modify", "start", "enable") else rank
    return shared - len(set(noun) - own), rank, shared


def _is_about(one: Operation, facts: Facts) -> bool:
    """Tell whether the noun of an operation, without what names the resource itself, is one of the attributes."""
    own = set(words_of(facts.kind.removeprefix("aws_")))
    _, *noun = words_of(one.name) or ("",)
    noun = [word for word in noun if word not in own and word not in _GENERAL]
    if not noun:
        return False
    return any(_overlap(noun, words_of(attribute)) for attribute in facts.attributes)


_GENERAL = frozenset("configuration config setting attribute option resource by for of to with and v2 v 2".split())


def _overlap(noun: list[str], attribute: tuple[str, ...]) -> bool:
    return all(any(_alike(word, other) for other in attribute) for word in noun)


def _alike(one: str, other: str) -> bool:
    """Tell whether two words are the same, or forms of one (`concurrency`, `concurrent`)."""
    if one == other:
        return True
    length = min(len(one), len(other))
    return length >= 5 and one[: max(5, length - 3)] == other[: max(5, length - 3)]


def _updating(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if is_read(one.name) or not facts.attributes:
        return False
    makers = [other for other in among if not is_read(other.name) and "Tag" not in other.name]
    if one not in makers:
        return False
    if len(makers) == 1 or _is_about(one, facts):
        return True
    if is_removal(one.name):
        return False
    alone = [Facts(facts.kind, frozenset((name,))) for name in facts.attributes]
    about = {name for fact in alone for name in fact.attributes if any(_is_about(other, fact) for other in makers)}
    left = facts.attributes - about
    return bool(left) and one in _main([other for other in makers if not is_removal(other.name)] or makers, facts.kind)


def _deleting(one: Operation, among: list[Operation], facts: Facts) -> bool:
    removers = [other for other in among if is_removal(other.name)]
    if is_read(one.name):
        return False
    if not removers:
        return True
    return one in _main(removers, facts.kind) if one in removers else False


def _listing_tags(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if one.service in _exceptions().tags_with_read.split():
        return False
    return len(among) == 1 or one in _main(among, facts.kind)


def _changing_tags(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if is_read(one.name):
        return False
    untags = is_removal(one.name)
    if not (facts.untagged if untags else facts.tagged):
        return False
    same = [other for other in among if is_removal(other.name) == untags and not is_read(other.name)]
    return one in _main(same, facts.kind)


_Judge = Callable[[Operation, list[Operation], Facts], bool]
_JUDGES: Mapping[str, _Judge] = {
    "read": _reading,
    "create": _creating,
    "update": _updating,
    "delete": _deleting,
    "list_tags": _listing_tags,
    "update_tags": _changing_tags,
}
