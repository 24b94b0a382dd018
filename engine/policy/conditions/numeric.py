"""Numeric operators: integers and decimals; text that is no number never matches."""

import operator
import re
from decimal import Decimal

from whydenied.engine.policy.conditions.operator import Operator, typed

__all__ = ["OPERATORS"]

_NUMBER = re.compile(r"[+-]?(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][+-]?\d{1,3})?", re.ASCII)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


OPERATORS = (
    Operator("NumericEquals", typed(_number, operator.eq), "is", cost=8),
    Operator("NumericNotEquals", typed(_number, operator.eq), "is not", negated=True, cost=8),
    Operator("NumericLessThan", typed(_number, operator.lt), "is less than", cost=8),
    Operator("NumericLessThanEquals", typed(_number, operator.le), "is at most", cost=8),
    Operator("NumericGreaterThan", typed(_number, operator.gt), "is greater than", cost=8),
    Operator("NumericGreaterThanEquals", typed(_number, operator.ge), "is at least", cost=8),
)
