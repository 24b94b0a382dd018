"""Numeric operators: integers and decimals; text that is no number never matches."""

import operator
import re
from collections.abc import Callable
from decimal import Decimal

from whydenied.engine.policy.conditions.operator import Comparison, Operator, plain
from whydenied.engine.policy.matching import Fragment

__all__ = ["OPERATORS"]

_NUMBER = re.compile(r"[+-]?(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][+-]?\d{1,3})?", re.ASCII)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _compare(relation: Callable[[Decimal, Decimal], bool]) -> Callable[[list[Fragment]], Comparison | None]:
    def compile_value(value: list[Fragment]) -> Comparison | None:
        wanted = _number(plain(value))
        if wanted is None:
            return None

        def compare(actual: str) -> bool | None:
            number = _number(actual)
            return None if number is None else relation(number, wanted)

        return compare

    return compile_value


OPERATORS = (
    Operator("NumericEquals", _compare(operator.eq), "is", cost=8),
    Operator("NumericNotEquals", _compare(operator.eq), "is not", negated=True, cost=8),
    Operator("NumericLessThan", _compare(operator.lt), "is less than", cost=8),
    Operator("NumericLessThanEquals", _compare(operator.le), "is at most", cost=8),
    Operator("NumericGreaterThan", _compare(operator.gt), "is greater than", cost=8),
    Operator("NumericGreaterThanEquals", _compare(operator.ge), "is at least", cost=8),
)
