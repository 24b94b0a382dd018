"""Generated rule sets and fact sets, and a naive chainer to check answers against.

The chainer works on the front matter and on facts, not on atoms, so it shares nothing with the code under test.
"""

from collections.abc import Iterable
from random import Random
from typing import Any

from hypothesis import strategies as st

from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.findings import CERTAINTIES
from whydenied.engine.rules import RuleSet

Cause = dict[str, Any]
Pair = tuple[str, str]

# Few names and values, so that rules meet, chain, share conditions and run in circles.
NAMES = ("layer", "code", "principal.kind", "derived.a", "derived.b", "derived.c", "ünïcode\"'\\")
VALUES = ("yes", "no", "unknown", "1", "", "true")
GIVEN = tuple((name, value) for name in NAMES for value in (*VALUES, "not asked for"))

# The facts of content-like rules: a rule of one level derives facts of the next.
_LEVELS = tuple(tuple(f"level{level}.fact{number}" for number in range(8)) for level in range(4))
_DEGREES = ("low", "middle", "high")

names = st.sampled_from(NAMES)
values = st.sampled_from([value for value in VALUES if value])
rules = st.fixed_dictionaries(
    {
        "when": st.dictionaries(
            names, values | st.lists(values, min_size=1, max_size=3, unique=True), min_size=1, max_size=4
        ),
        "then": st.sampled_from(CERTAINTIES) | st.dictionaries(names, values, min_size=1, max_size=1),
        "because": st.just("the facts say so"),
    }
)


@st.composite
def causes(draw: st.DrawFn) -> list[Cause]:
    """Draw the front matter of one to five causes."""
    rule_lists = draw(st.lists(st.lists(rules, min_size=1, max_size=6), min_size=1, max_size=5))
    return [
        {"id": f"cause-{number}", "prior": 0.5 / (number + 1), "rules": listed}
        for number, listed in enumerate(rule_lists)
    ]


def random_causes(random: Random, count: int) -> list[Cause]:
    """Make `count` rules of one to five conditions in four chained levels, three rules a cause, as content has them."""
    listed = [_random_rule(random, number % 4) for number in range(count)]
    return [
        {"id": f"cause-{start}", "prior": random.uniform(0.01, 1.0), "rules": listed[start : start + 3]}
        for start in range(0, count, 3)
    ]


def _random_rule(random: Random, level: int) -> dict[str, Any]:
    """Make a rule that tests a fact of its level and others up to it, and concludes a fact of the next or a verdict."""
    lower = [name for named in _LEVELS[: level + 1] for name in named]
    tested = {random.choice(_LEVELS[level]), *random.sample(lower, random.randint(1, 4))}
    verdict = level == 3 or random.random() < 0.3
    derived = {} if verdict else {random.choice(_LEVELS[level + 1]): random.choice(_DEGREES)}
    return {
        "when": {name: random.sample(_DEGREES, random.randint(1, 2)) for name in sorted(tested)},
        "then": random.choice(CERTAINTIES) if verdict else derived,
        "because": "the facts say so",
    }


def random_pairs(random: Random) -> list[Pair]:
    """Make 14 to 20 given facts, mostly of the lowest level."""
    levels = random.choices(_LEVELS, (12, 2, 1, 1), k=random.randint(14, 20))
    return [(random.choice(level), random.choice(_DEGREES)) for level in levels]


def facts(pairs: Iterable[Pair]) -> Facts:
    """Make facts of names and values, as if a person had answered."""
    return Facts(Fact(name, value, Source("answer", name)) for name, value in pairs)


def atoms(ruleset: RuleSet, pairs: Iterable[Pair]) -> frozenset[str]:
    """Return the atoms that these facts meet."""
    return frozenset(atom for name, value in pairs for atom in ruleset.atoms_for(name, value))


def chain(matter: Iterable[Cause], pairs: Iterable[Pair]) -> tuple[set[str], set[Pair]]:
    """Return the ids of the rules that fire and all facts that hold, by trying every rule until nothing changes."""
    known = set(pairs)
    fired: set[str] = set()
    listed = [(f"{cause['id']}/{n}", rule) for cause in matter for n, rule in enumerate(cause["rules"], 1)]
    while True:
        new = {rule_id for rule_id, rule in listed if rule_id not in fired and _met(rule["when"], known)}
        if not new:
            return fired, known
        fired |= new
        for rule_id, rule in listed:
            if rule_id in new and isinstance(rule["then"], dict):
                known |= set(rule["then"].items())


def _met(when: dict[str, Any], known: set[Pair]) -> bool:
    return all(
        any((name, value) in known for value in (wanted if isinstance(wanted, list) else [wanted]))
        for name, wanted in when.items()
    )
