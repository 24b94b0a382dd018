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

__all__ = ["READS", "REMOVES", "Facts", "is_read", "is_removal", "is_tagging", "rank", "valued", "words_of"]

READS = ("Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Check", "Validate")
"""Verbs of operations that change nothing."""
REMOVES = (
    "Delete Remove Detach Disassociate Deregister Revoke Terminate Release Cancel Untag Unsubscribe Destroy Unassign"
    " ScheduleKeyDeletion Stop Disable Deactivate Reject Abort Purge BatchDelete DeleteObjects Reset Close Leave"
    " Disconnect Revert Unshare Withdraw Unregister Unassociate BatchDisassociate Deprecate"
).split()
"""Verbs of operations that take something away."""
_VERBS = {"create": 4, "run": 4, "allocate": 4, "request": 4, "register": 3, "put": 2, "add": 2, "authorize": 2}
_VERBS |= {"import": 0, "restore": 0, "copy": 0, "update": 0, "modify": 0, "start": 0, "enable": 0, "set": 1}
_OTHER_WAYS = ("import", "restore", "copy")
_SETS = ("modify", "update")
_ADDS = ("Add", "Attach", "Associate", "Authorize", "Create", "Register")
_CHANGES = ("Update", "Modify", "Put", "Set", "Change", "Create")
# Words of a noun that say nothing of which setting it is, and such as say of what sort it is.
_GENERAL = frozenset(
    "configuration config setting attribute option resource by for of to from with and on v2 v 2".split()
)
_SORTS = frozenset("policy state status specification type mode protection collection creation".split())
# What asks how far a change has got: services that make one in the background are asked until it is done.
_WAITS = re.compile(
    r"(?:Get|Describe)(?P<noun>\w*?)(?:OperationDetail|Operation|ChangeToken|Change|(?:Creation|Deletion|Provisioning|Request)Status)"
)
_TAGGING = re.compile(r"^(Tag|Untag)(?![a-z])|(?<!With)Tag(s|ging)?$|Tags(To|From|For|On)|OrUpdateTags")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DATA = Path(__file__).parent / "data" / "exceptions.json"


class Facts(msgspec.Struct, frozen=True):
    """What is known of a resource at a phase. kind: its type. attributes: those that are written (create), change
    (update) or are set (read, delete), which calls are made for; beside them `name=value` where the value matters
    (`valued`). less: those that change to nothing, or lose an entry. only_less: of these such as gain none. tagged:
    tags are given, or change. untagged: some tags go."""

    kind: str
    attributes: frozenset[str]
    less: frozenset[str] = frozenset()
    only_less: frozenset[str] = frozenset()
    tagged: bool = False
    untagged: bool = False


class _Exceptions(msgspec.Struct):
    """always, never: operations by `type phase` (`*` for every type, `any` for every phase) that are called in any
    case, or not in an ordinary run. when: by `type phase` the attributes, one of which an operation needs to be called
    (`tags` where tags are given; `name=value` for one value; `name=less`, `name=more` for a number or a list that
    changes). same: words, with blanks between, that mean the same in both.
    tags_with_read: services whose reads bring the tags along."""

    source: str
    always: dict[str, str]
    never: dict[str, str]
    when: dict[str, dict[str, str]]
    same: dict[str, str]
    tags_with_read: str


@cache
def _exceptions() -> _Exceptions:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Exceptions)


@cache
def valued(kind: str) -> frozenset[str]:
    """Return the attributes of a type whose value tells which operations are called, and not only that there is one."""
    told = (
        attributes.split()
        for key, when in _exceptions().when.items()
        if key.split()[0] == kind
        for attributes in when.values()
    )
    return frozenset(name.partition("=")[0] for names in told for name in names if "=" in name)


def is_read(operation: str) -> bool:
    """Tell whether an operation changes nothing, by its verb."""
    return operation.startswith(READS)


def is_removal(operation: str) -> bool:
    """Tell whether an operation takes something away, by its verb."""
    return operation.startswith(tuple(REMOVES))


def is_tagging(operation: str) -> bool:
    """Tell whether an operation is about tags, and of what is tagged alone (`PutImageTagMutability` is not)."""
    return _TAGGING.search(operation) is not None


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case and singular: `PutBucketCors`, `cors_rule`, `aws_s3_bucket`."""
    found = f" {' '.join(_singular(one.lower()) for one in _WORD.findall(name))} "
    for words, same in _exceptions().same.items():
        found = found.replace(f" {words} ", f" {same} ")
    return tuple(found.split())


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3 else word


def rank(phase: str, operations: Iterable[Operation], facts: Facts) -> Mapping[Operation, bool]:
    """Return the operations of a phase (of engine.plans.operations), and of each whether it is expected."""
    return _rank(phase, tuple(operations), facts)


@lru_cache(maxsize=4_096)
def _rank(phase: str, among: tuple[Operation, ...], facts: Facts) -> Mapping[Operation, bool]:
    operations = list(among)
    judge = _JUDGES[phase]
    judged = {one: judge(one, operations, facts) or _waits(phase, one, facts) for one in operations}
    found = _exceptions()
    for key in (f"* {phase}", f"{facts.kind} any", f"{facts.kind} {phase}"):
        always, never = found.always.get(key, "").split(), found.never.get(key, "").split()
        when = found.when.get(key, {})
        for one in operations:
            if one.name in when and _is_told(when[one.name], facts):
                judged[one] = any(name in facts.attributes for name in when[one.name].split())
            elif one.name in always or one.name in never:
                judged[one] = one.name in always
    return judged


def _is_told(condition: str, facts: Facts) -> bool:
    """Tell whether the facts have the values that a condition asks for; they have not where a type alone is known."""
    asked = {name.partition("=")[0] for name in condition.split() if "=" in name}
    return not asked or any(name.partition("=")[0] in asked for name in facts.attributes if "=" in name)


def _waits(phase: str, one: Operation, facts: Facts) -> bool:
    """Tell whether an operation asks, of a change to the resource or to what it names, whether it is done."""
    match = _WAITS.fullmatch(one.name) if phase in ("create", "update", "delete") else None
    if match is None:
        return False
    own = {*words_of(facts.kind.removeprefix("aws_")), "resource"}
    noun = [word for word in words_of(match["noun"]) if word not in own]
    return not noun or any(_overlap(noun, words_of(attribute)) for attribute in facts.attributes)


def _reading(one: Operation, _: list[Operation], facts: Facts) -> bool:
    return is_read(one.name)


def _creating(one: Operation, among: list[Operation], facts: Facts) -> bool:
    makers = [other for other in among if not is_removal(other.name) and not is_read(other.name)]
    telling = [other for other in makers if not is_tagging(other.name)]
    if one not in telling and (telling or one not in makers):
        # Tags come along with the call that makes the resource; what does not, stands among the exceptions.
        return False
    main = _main(telling or makers, facts.kind)
    return one in main or _is_about(one, facts) or _fills(one, main, facts)


def _fills(one: Operation, main: list[Operation], facts: Facts) -> bool:
    """Tell whether an operation puts into what was made what it is for: `ModifyDBParameterGroup` and `parameter`."""
    verb, *noun = words_of(one.name) or ("",)
    return verb in _SETS and any(words_of(other.name)[1:] == (*noun,) for other in main) and bool(_parts(facts))


def _main(makers: list[Operation], kind: str) -> list[Operation]:
    """Return the operations that make a resource of this type: by their verb, and the one whose noun is its name."""
    if len(makers) < 2:
        return makers
    own = set(words_of(kind.removeprefix("aws_")))
    scores = {one: _score(one, own) for one in makers}
    best = max(scores.values())
    return [one for one, score in scores.items() if score == best]


def _score(one: Operation, own: set[str]) -> tuple[int, int, int]:
    verb, *noun = words_of(one.name) or ("",)
    others = [word for word in noun if word not in own and word not in _GENERAL]
    # Creating makes it; registering or putting does where nothing creates; restoring and importing are other ways.
    return _VERBS.get(verb, 1), -len(others), len(own & set(noun))


def _is_about(one: Operation, facts: Facts) -> bool:
    """Tell whether the noun of an operation, without what names the resource itself, is one of the attributes; of one
    that names nothing else, whether that is an attribute, too (the routes of a route table)."""
    own = set(words_of(facts.kind.removeprefix("aws_")))
    verb, *noun = words_of(one.name) or ("",)
    whole = {word for word in noun if word not in _GENERAL}
    noun = [word for word in noun if word not in own and word not in _GENERAL]
    if verb in _OTHER_WAYS:
        return any(verb in words_of(attribute) for attribute in facts.attributes)
    if not noun:
        return whole in _parts(facts)
    return any(_overlap(noun, words_of(attribute)) for attribute in facts.attributes)


def _parts(facts: Facts) -> list[set[str]]:
    """Return the words of those attributes that are named in the type: the parameters of a parameter group."""
    own = set(words_of(facts.kind.removeprefix("aws_")))
    return [words for attribute in facts.attributes if (words := {*words_of(attribute)}) < own]


def _overlap(noun: list[str], attribute: tuple[str, ...]) -> bool:
    """Tell whether the words of a noun are an attribute's, save such as say of what sort it is."""
    telling = [word for word in noun if word not in _SORTS] or noun
    return all(any(_alike(word, other) for other in attribute) for word in telling)


def _alike(one: str, other: str) -> bool:
    """Tell whether two words are the same, or forms of one (`concurrency`, `concurrent`)."""
    if one == other:
        return True
    length = min(len(one), len(other))
    return length >= 5 and one[: max(5, length - 3)] == other[: max(5, length - 3)]


def _updating(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if is_read(one.name) or is_tagging(one.name) or not facts.attributes:
        return False
    makers = [other for other in among if not is_read(other.name) and not is_tagging(other.name)]
    if is_removal(one.name):
        return len(makers) == 1 or _is_about(one, Facts(facts.kind, facts.less))
    if len(makers) == 1:
        return True
    if _is_about(one, facts):
        return not one.name.startswith(_ADDS) or _is_about(one, Facts(facts.kind, facts.attributes - facts.only_less))
    alone = [Facts(facts.kind, frozenset((name,))) for name in facts.attributes]
    about = {name for fact in alone for name in fact.attributes if any(_is_about(other, fact) for other in makers)}
    general = [other for other in makers if not is_removal(other.name)]
    changing = [other for other in general if other.name.startswith(_CHANGES)] or general
    return bool(facts.attributes - about) and one in _nearest(changing, facts.kind)


def _nearest(operations: list[Operation], kind: str) -> list[Operation]:
    """Return the operations whose noun is the type's name as exactly as any, whatever their verb."""
    own = set(words_of(kind.removeprefix("aws_")))
    scores = {one: _score(one, own)[1:] for one in operations}
    best = max(scores.values(), default=())
    return [one for one, score in scores.items() if score == best]


def _deleting(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if is_read(one.name) or is_tagging(one.name):
        return False
    removers = [other for other in among if is_removal(other.name)]
    return one in _nearest(removers, facts.kind) if removers else True


def _listing_tags(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if one.service in _exceptions().tags_with_read.split():
        return False
    return one in _nearest([other for other in among if is_tagging(other.name)] or among, facts.kind)


def _changing_tags(one: Operation, among: list[Operation], facts: Facts) -> bool:
    if is_read(one.name):
        return False
    untags = is_removal(one.name)
    if not (facts.untagged if untags else facts.tagged):
        return False
    same = [other for other in among if is_removal(other.name) == untags and not is_read(other.name)]
    return one in _nearest(same, facts.kind)


_Judge = Callable[[Operation, list[Operation], Facts], bool]
_JUDGES: Mapping[str, _Judge] = {
    "read": _reading,
    "create": _creating,
    "update": _updating,
    "delete": _deleting,
    "list_tags": _listing_tags,
    "update_tags": _changing_tags,
}
