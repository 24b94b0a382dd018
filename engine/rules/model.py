"""What a rule is: conditions on facts, and what holds when all of them are met."""

import msgspec

from whydenied.engine.findings import Certainty

__all__ = ["Condition", "Derived", "Rule", "Verdict"]


class Condition(msgspec.Struct, frozen=True):
    """The fact `name` has one of `values`. Only presence can be tested: what nobody looked at meets no condition."""

    name: str
    values: frozenset[str]


class Verdict(msgspec.Struct, frozen=True):
    """A conclusion about a cause."""

    cause: str
    certainty: Certainty


class Derived(msgspec.Struct, frozen=True):
    """A conclusion that another fact holds, which may meet the conditions of further rules."""

    fact: str
    value: str


class Rule(msgspec.Struct, frozen=True):
    """When every condition is met the conclusion holds, because of the sentence `because`."""

    id: str
    when: tuple[Condition, ...]
    conclusion: Verdict | Derived
    because: str
