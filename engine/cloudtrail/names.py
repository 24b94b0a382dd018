"""Which parameter of a request fills a variable of an ARN's form.

AWS's two lists of names differ by habit: `${ClusterName}` is `clusterIdentifier` in Redshift, `${ResourceId}` of a
`maintenancewindow` is `windowId`, `${SubnetGroupName}` is `clusterSubnetGroupName`, and a call on a cluster has `name`.
So a parameter counts where it is the variable's name, where its noun is the variable's or the resource type's, where
it is called `name` or `id` in a call on that very thing, and where one noun ends in the other at a word's beginning.
The closest counts; two equally close that differ name nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

__all__ = [
    "Parameter",
    "Wanted",
    "filled",
    "is_about",
    "is_listing",
    "is_made",
    "parameters_in",
    "says_nothing",
    "speaks_of",
]

_MAX_VALUES, _MAX_DEPTH = 400, 5
_WORDS = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z0-9]+")
_IDS = frozenset({"id", "ids", "identifier", "identifiers", "uuid"})
_NAMES = frozenset({"name", "names", "alias", "path"})
# What names end in that says how a thing is called, not what it is.
_CALLED = _IDS | _NAMES | {"arn", "arns", "url"}
_CALLING = re.compile(r"(?:identifier|id|name|uuid|path|arn|alias)\Z")
# Nouns of variables that say nothing: the resource type tells what is meant.
_ANY = frozenset({"", "resource"})
# A verb, `Update` of UpdateClusterConfig, and those of calls after which there is something new.
_VERB = re.compile(r"\A(?:Batch)?[A-Z][a-z]+")
_MAKING = re.compile(r"\A(?:Create|Allocate|Register|Request|Import|Copy|Restore|Purchase|Run|Generate)(?![a-z])")
# What parameters call a variable in quite another word.
_ALSO = {
    "dbclusterinstancename": ("dbclusteridentifier",),
    "groupfriendlyname": ("autoscalinggroupname",),
    "layerversion": ("versionnumber",),
    "parameternamewithoutleadingslash": ("name", "names", "path"),
    "securitygroupid": ("groupid",),
}
# Calls on whatever there is of a kind, where none is named.
_LISTING = re.compile(r"\A(?:List|Describe|Search)|\AGet\w{0,100}s\Z")
_MIN_NOUN = 3


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """A parameter that has one value. words: of its name, in lower case (`cluster`, `identifier`)."""

    words: tuple[str, ...]
    value: str


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """A variable of a form, as it is spelt (`ClusterName`), the resource type's name, the operation (`StopCluster`)."""

    variable: str
    kind: str
    operation: str


@lru_cache(maxsize=16_384)
def _flat(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_about(operation: str, kind: str) -> bool:
    """Tell whether a call is on a kind of thing: UpdateClusterConfig and BatchGetClusters on a cluster."""
    lower, noun = operation.lower(), _flat(kind)
    return lower.endswith((noun, f"{noun}s")) or _VERB.sub("", operation, count=1).lower().startswith(noun)


def says_nothing(variable: str) -> bool:
    """Tell whether a variable, in whatever case, is called as things of any kind are (`ResourceId`, `Name`)."""
    return _CALLING.sub("", variable.lower()) in _ANY


def speaks_of(parameter: str, kind: str) -> bool:
    """Tell whether a parameter, by its name in lower case, is called for a kind of thing: `fleetids` for a fleet."""
    noun = _flat(kind)
    return parameter.startswith(noun) and parameter[len(noun) :].removeprefix("s") in _CALLED


def is_made(operation: str) -> bool:
    """Tell whether a call makes what it is on, which therefore has no id yet."""
    return _MAKING.match(operation) is not None


def is_listing(operation: str) -> bool:
    """Tell whether a call that names nothing is on all there is."""
    return _LISTING.match(operation) is not None


def parameters_in(values: Mapping[str, object]) -> dict[str, Parameter]:
    """Return a request's parameters by name in lower case, at most 400, five levels deep.

    Of several of one name the least deep counts; one that is there with two values is left out, and so is a `name` or
    `id` that stands inside another parameter: a filter's, a tag's.
    """
    found: dict[str, tuple[int, str, set[str]]] = {}
    for depth, name, value in _leaves(values, "", 0):
        lower = name.lower()
        if depth > 1 and lower in _CALLED:
            continue
        if lower in found and found[lower][0] <= depth:
            if found[lower][0] == depth:
                found[lower][2].add(value)
        elif len(found) < _MAX_VALUES:
            found[lower] = depth, name, {value}
    only = ((lower, name, values) for lower, (_, name, values) in found.items() if len(values) == 1)
    return {lower: Parameter(_words(name), values.pop()) for lower, name, values in only}


def _leaves(value: object, name: str, depth: int) -> Iterator[tuple[int, str, str]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value[:2]:
            yield from _leaves(inner, name, depth if isinstance(inner, str) else depth + 1)
    elif isinstance(value, str) and 0 < len(value) <= 512:
        yield depth, name, value


@lru_cache(maxsize=16_384)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORDS.findall(name[:100]))


@lru_cache(maxsize=16_384)
def _noun(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that say what a name is of, the last in the singular."""
    while words and words[-1] in _CALLED:
        words = words[:-1]
    return (*words[:-1], words[-1].removesuffix("s")) if words else ()


def filled(wanted: Iterable[Wanted], parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Return which parameter fills which variable: {`ClusterName`: `clusteridentifier`}.

    The closest pair is taken first, and a parameter fills one variable. Of several that are as close and have different
    values none does.
    """
    found: dict[str, str] = {}
    left, open_ = dict(parameters), list(wanted)
    while True:
        pairs = [(best, number) for number, one in enumerate(open_) if (best := _closest(one, left)) is not None]
        if not pairs:
            return found
        (_, name), number = min(pairs, key=lambda pair: (pair[0][0], pair[1]))
        found[open_.pop(number).variable] = name
        del left[name]


def _closest(wanted: Wanted, parameters: Mapping[str, Parameter]) -> tuple[int, str] | None:
    by_closeness: dict[int, list[str]] = {}
    for name, parameter in parameters.items():
        closeness = _closeness(wanted, name, parameter.words)
        if closeness is not None:
            by_closeness.setdefault(closeness, []).append(name)
    if not by_closeness:
        return None
    names = by_closeness[closest := min(by_closeness)]
    return (closest, names[0]) if len({parameters[name].value for name in names}) == 1 else None


@lru_cache(maxsize=65_536)
def _closeness(wanted: Wanted, name: str, words: tuple[str, ...]) -> int | None:
    """Return how close a parameter's name is to a variable, 0 for the same; None where it is of something else."""
    variable, kind = _flat(wanted.variable.removesuffix("WithPath")), _flat(wanted.kind)
    if name == variable or name in _ALSO.get(variable, ()):
        return 0
    called = _words(wanted.variable.removesuffix("WithPath"))
    noun = "".join(_noun(called))
    is_any = noun in _ANY
    is_own = is_any or kind.endswith(noun) or noun.endswith(kind)
    # A name is no id, and what is being made has none yet.
    is_name = words[-1:] != () and words[-1] in _NAMES
    if is_name and (is_made(wanted.operation) if is_any else called[-1] in _IDS):
        return None
    nouns = ([] if is_any else [noun]) + ([kind] if is_own else [])
    theirs = _noun(words)
    other = 1 if (words[-1:] != () and words[-1] in _IDS) != (called[-1] in _IDS) else 0
    for step, ours in enumerate(nouns):
        if "".join(theirs) == ours:
            return 2 + 2 * step + other
    if "".join(theirs) in _ANY:
        is_short = not theirs and any(is_about(wanted.operation, ours) for ours in nouns)
        if is_short and (is_own or kind.startswith(noun)):
            return 6 + other
        return 10 + other if theirs and is_own else None
    return 8 + other if any(_ends_alike(ours, theirs) for ours in nouns) else None


def _ends_alike(ours: str, theirs: tuple[str, ...]) -> bool:
    """Tell whether one noun ends in the other: `window` of a maintenancewindow, the subnet group of a
    `clusterSubnetGroup`."""
    text = "".join(theirs)
    if min(len(text), len(ours)) < _MIN_NOUN:
        return False
    return ours.endswith(text) or any("".join(theirs[at:]) == ours for at in range(1, len(theirs)))
