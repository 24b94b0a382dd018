"""String operators. StringEquals knows no wildcards; StringLike does. Case matters unless the name says otherwise."""

from whydenied.engine.policy.conditions.operator import Comparison, Operator, plain
from whydenied.engine.policy.matching import Fragment, glob, glob_fragments

__all__ = ["OPERATORS"]


def _equals(value: list[Fragment]) -> Comparison:
    return plain(value).__eq__


def _equals_ignore_case(value: list[Fragment]) -> Comparison:
    wanted = plain(value).lower()
    return lambda actual: actual.lower() == wanted


def _like(value: list[Fragment]) -> Comparison:
    text, literal = value[0]
    return glob_fragments(value) if len(value) > 1 or literal else glob(text)


OPERATORS = (
    Operator("StringEquals", _equals, "is", variables=True, exact=""),
    Operator("StringNotEquals", _equals, "is not", negated=True, variables=True, exact=""),
    Operator("StringEqualsIgnoreCase", _equals_ignore_case, "is (ignoring case)", variables=True),
    Operator("StringNotEqualsIgnoreCase", _equals_ignore_case, "is not (ignoring case)", negated=True, variables=True),
    Operator("StringLike", _like, "is like", variables=True, exact="*?"),
    Operator("StringNotLike", _like, "is not like", negated=True, variables=True, exact="*?"),
)
