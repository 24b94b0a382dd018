"""Why a rule fired: the facts it rests on, down to those that were given.

A network only says which rules fired. Here their derivation is replayed on the facts at hand, round by round: a round
takes every rule whose conditions are met by what was known before it. So each fact keeps the shallowest derivation,
and among equally shallow ones that of the rule written first. A replay that cannot explain a rule shows that the
network was wrong.
"""

from collections.abc import Iterable, Mapping

from whydenied.engine.errors import NetworkError
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.rules.model import Condition, Derived, Rule

__all__ = ["Replay", "replay"]


_NOTHING: Mapping[str, Fact] = {}


class Replay:
    """The facts known so far, and what each derived one rests on."""

    def __init__(self, facts: Facts) -> None:
        self.derived: list[Fact] = []
        """The derived facts that were not given, in the order they were derived."""
        self._grounds: dict[tuple[str, str], tuple[Fact, ...]] = {}
        self._known: dict[str, dict[str, Fact]] = {}
        for fact in facts:
            self._known.setdefault(fact.name, {})[fact.value] = fact

    def support(self, rule: Rule) -> tuple[Fact, ...] | None:
        """Return the facts that meet the rule's conditions, each with its grounds; None where a condition is not met.

        Given facts come first, then derived ones in the order they were derived from each other. No fact is there
        twice.
        """
        given: dict[Fact, None] = {}
        derived: dict[Fact, None] = {}
        for condition in rule.when:
            fact = self._meeting(condition)
            if fact is None:
                return None
            for ground in (*self._grounds.get((fact.name, fact.value), ()), fact):
                (derived if (ground.name, ground.value) in self._grounds else given)[ground] = None
        return (*given, *derived)

    def derive(self, rule: Rule, conclusion: Derived, support: tuple[Fact, ...]) -> None:
        """Add a derived fact, unless it is known; its place in the paste is that of its first given fact with one."""
        values = self._known.setdefault(conclusion.fact, {})
        if conclusion.value in values:
            return
        placed = next((fact.source for fact in support if fact.source.start >= 0), Source("derived"))
        source = Source("derived", rule.id, placed.start, placed.end)
        fact = Fact(conclusion.fact, conclusion.value, source)
        values[conclusion.value] = fact
        self._grounds[conclusion.fact, conclusion.value] = support
        self.derived.append(fact)

    def _meeting(self, condition: Condition) -> Fact | None:
        """Return the first known fact that meets the condition: given before derived, each in the order learnt."""
        for value, fact in self._known.get(condition.name, _NOTHING).items():
            if value in condition.values:
                return fact
        return None


def replay(fired: Iterable[Rule], facts: Facts) -> tuple[dict[str, tuple[Fact, ...]], tuple[Fact, ...]]:
    """Return the facts each fired rule rests on, by rule id, and the facts derived; `fired` in the order written.

    Raises NetworkError where a rule fired whose conditions are not met.
    """
    state = Replay(facts)
    supports: dict[str, tuple[Fact, ...]] = {}
    waiting = list(fired)
    while waiting:
        explained = [(rule, support) for rule in waiting if (support := state.support(rule)) is not None]
        if not explained:
            raise NetworkError(
                f"the rule `{waiting[0].id}` fired, but its conditions are not met: do not use the result"
            )
        for rule, support in explained:
            supports[rule.id] = support
            if isinstance(rule.conclusion, Derived):
                state.derive(rule, rule.conclusion, support)
        waiting = [rule for rule in waiting if rule.id not in supports]
    return supports, tuple(state.derived)
