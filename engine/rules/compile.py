"""Compiling the causes' rules: from front matter to checked rules, and from conditions to atoms.

An atom is a short name of our own ("c17") for one distinct condition. Atoms are all that a rule network ever sees:
whether a fact meets a condition is decided here, in Python, by set membership, so that no rule library compares
values and nothing a visitor types reaches one. The limits below are those under which the C engine was measured to be
right; they hold for every network, so that a rule set that loads on one loads on all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from whydenied.engine.errors import ContentError
from whydenied.engine.findings import CERTAINTIES
from whydenied.engine.rules.model import Condition, Derived, Rule, Verdict

__all__ = ["MAX_CONDITIONS", "MAX_RULES", "MAX_RULES_PER_ATOM", "NAMESPACE_SIZE", "RuleSet", "compile_rules"]

MAX_CONDITIONS: Final = 16
"""Conditions of one rule; durable_rules fails with 17, and only when the facts arrive."""
MAX_RULES: Final = 4_000
"""Rules of one rule set; durable_rules holds 4,096."""
MAX_RULES_PER_ATOM: Final = 250
"""Rules that share a condition; 256 on one atom end durable_rules with a segmentation fault."""
NAMESPACE_SIZE: Final = 500
"""Atoms a network may compare at one level; 512 make durable_rules load for ever."""

_FIELDS = frozenset({"when", "then", "because", "id"})


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Checked rules, the atoms of their conditions, and the priors of their causes. Make one with `compile_rules`."""

    rules: Mapping[str, Rule]
    """By id, in the order written."""
    priors: Mapping[str, float]
    """How common each cause is, by cause, in the order given."""
    conditions: Mapping[str, Condition]
    """The condition that each atom stands for."""
    needs: Mapping[str, tuple[str, ...]]
    """The atoms of each rule's conditions, by rule id."""
    yields: Mapping[str, tuple[str, ...]]
    """The atoms that hold once a rule has fired, by rule id; only rules whose derived fact meets some condition."""
    by_fact: Mapping[tuple[str, str], tuple[str, ...]]
    """The atoms that a fact's name and value meet."""

    def atoms_for(self, name: str, value: str) -> tuple[str, ...]:
        """Return the atoms of the conditions that this fact meets; none where no rule asks for it."""
        return self.by_fact.get((name, value), ())

    def namespace(self, atom: str) -> int:
        """Return the number of the atom's namespace: a network compares at most NAMESPACE_SIZE atoms at one level."""
        return int(atom[1:]) // NAMESPACE_SIZE


def compile_rules(causes: Iterable[Mapping[str, object]]) -> RuleSet:
    """Check the rules of some causes (front matter as dictionaries) and give every distinct condition an atom.

    A cause has `id`, `prior` and `rules`; other fields are ignored. A rule has `when` (fact: value or list of values,
    all of which must be met), `then` (a certainty, or one `{fact: value}`), `because`, and optionally `id` (else
    `<cause>/<n>`, counted from 1). Raise ContentError, naming the cause, the field and what to write, for the first
    thing not usable.
    """
    rules: dict[str, Rule] = {}
    priors: dict[str, float] = {}
    for cause in causes:
        cause_id = _cause_id(cause, priors)
        priors[cause_id] = _prior(cause_id, cause.get("prior"))
        for rule in _cause_rules(cause_id, cause.get("rules", ())):
            if rule.id in rules:
                raise ContentError(
                    f"cause `{cause_id}`, rules: the id `{rule.id}` is taken: give the rule an id of its own"
                )
            rules[rule.id] = rule
    if len(rules) > MAX_RULES:
        raise ContentError(f"rules: {len(rules):,} rules are too many for one network: write {MAX_RULES:,} at most")
    return _with_atoms(rules, priors)


def _with_atoms(rules: dict[str, Rule], priors: dict[str, float]) -> RuleSet:
    """Number the distinct conditions and index them by the facts that meet them."""
    atoms: dict[Condition, str] = {}
    users: dict[Condition, int] = {}
    by_fact: dict[tuple[str, str], list[str]] = {}
    for rule in rules.values():
        for condition in rule.when:
            users[condition] = users.get(condition, 0) + 1
            if users[condition] > MAX_RULES_PER_ATOM:
                raise ContentError(_too_popular(rule, condition))
            if condition not in atoms:
                atoms[condition] = f"c{len(atoms)}"
                for value in sorted(condition.values):
                    by_fact.setdefault((condition.name, value), []).append(atoms[condition])
    met = {fact: tuple(names) for fact, names in by_fact.items()}
    derived = {rule.id: rule.conclusion for rule in rules.values() if isinstance(rule.conclusion, Derived)}
    yields = {rule_id: met.get((fact.fact, fact.value), ()) for rule_id, fact in derived.items()}
    return RuleSet(
        rules=rules,
        priors=priors,
        conditions={atom: condition for condition, atom in atoms.items()},
        needs={rule.id: tuple(atoms[condition] for condition in rule.when) for rule in rules.values()},
        yields={rule_id: names for rule_id, names in yields.items() if names},
        by_fact=met,
    )


def _too_popular(rule: Rule, condition: Condition) -> str:
    values = " or ".join(f"`{value}`" for value in sorted(condition.values))
    return (
        f"rule `{rule.id}`, when: more than {MAX_RULES_PER_ATOM} rules test that `{condition.name}` is {values}: "
        f"leave the condition out where another one implies it, or derive a fact from it in one rule and test that fact"
    )


def _cause_id(cause: Mapping[str, object], known: Mapping[str, float]) -> str:
    cause_id = cause.get("id")
    if not _is_word(cause_id):
        raise ContentError(f"a cause has the id `{cause_id}`: write a non-empty string")
    if cause_id in known:
        raise ContentError(f"cause `{cause_id}`: the id is given twice: use another")
    return str(cause_id)


def _prior(cause_id: str, prior: object) -> float:
    # A boolean is a number to Python; `not 0 < prior` also refuses NaN.
    if isinstance(prior, bool) or not isinstance(prior, int | float) or not 0 < prior <= 1:
        raise ContentError(f"cause `{cause_id}`, prior: `{prior}` is no share: write a number above 0 and up to 1")
    return float(prior)


def _cause_rules(cause_id: str, rules: object) -> list[Rule]:
    if not isinstance(rules, list | tuple):
        raise ContentError(f"cause `{cause_id}`, rules: write a list of rules, each with `when`, `then` and `because`")
    return [_rule(cause_id, number, rule) for number, rule in enumerate(rules, 1)]


def _rule(cause_id: str, number: int, rule: object) -> Rule:
    where = f"cause `{cause_id}`, rules[{number}]"
    if not isinstance(rule, Mapping):
        raise ContentError(f"{where}: write a rule with `when`, `then` and `because`")
    for field in rule:
        if field not in _FIELDS:
            raise ContentError(f"{where}: the field `{field}` is not known: write `when`, `then`, `because` or `id`")
    rule_id = rule.get("id", f"{cause_id}/{number}")
    for field, text in (("id", rule_id), ("because", rule.get("because"))):
        if not _is_word(text):
            raise ContentError(f"{where}.{field}: `{text}` is no text: write a non-empty string")
    return Rule(rule_id, _when(where, rule.get("when")), _then(where, cause_id, rule.get("then")), rule["because"])


def _when(where: str, when: object) -> tuple[Condition, ...]:
    """Read the conditions. A mapping holds a fact once, so no condition can stand in a rule twice."""
    if not isinstance(when, Mapping) or not 1 <= len(when) <= MAX_CONDITIONS:
        raise ContentError(f"{where}.when: write 1 to {MAX_CONDITIONS} conditions, such as `message.layer: boundary`")
    return tuple(_condition(where, name, values) for name, values in when.items())


def _condition(where: str, name: Any, values: Any) -> Condition:
    if not _is_word(name):
        raise ContentError(f"{where}.when: `{name}` is no name of a fact: write a non-empty string")
    listed = values if isinstance(values, list | tuple) else (values,)
    if not listed:
        raise ContentError(f"{where}.when.{name}: the list is empty: write at least one value")
    for value in listed:
        if not _is_word(value):
            raise ContentError(f"{where}.when.{name}: `{value}` is no value of a fact: write a non-empty string")
    if len(set(listed)) != len(listed):
        raise ContentError(f"{where}.when.{name}: a value is listed twice: write each value once")
    return Condition(name, frozenset(listed))


def _then(where: str, cause_id: str, then: object) -> Verdict | Derived:
    if isinstance(then, Mapping):
        if len(then) != 1:
            raise ContentError(
                f"{where}.then: `{dict(then)}` is not one fact: write one, and a rule for each further one"
            )
        [(name, value)] = then.items()
        if not _is_word(name) or not _is_word(value):
            raise ContentError(f"{where}.then: `{name}: {value}` is no fact: write a non-empty name and value")
        return Derived(name, value)
    for certainty in CERTAINTIES:
        if then == certainty:
            return Verdict(cause_id, certainty)
    known = ", ".join(CERTAINTIES)
    raise ContentError(
        f"{where}.then: `{then}` is no conclusion: write one of {known}, or a fact such as `{{name: value}}`"
    )


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""
