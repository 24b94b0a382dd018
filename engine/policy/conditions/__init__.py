"""Condition operators by family; `condition.py` compiles a Condition element out of them.

A new operator is one line in its family's module; a new family is a module, named here.
"""

from whydenied.engine.policy.conditions import arn, binary, boolean, date, ip, numeric, string
from whydenied.engine.policy.conditions.operator import Operator

__all__ = ["NULL", "OPERATORS"]

OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for family in (string, numeric, date, boolean, binary, ip, arn)
    for operator in family.OPERATORS
}

# Null asks whether the key is there at all, so it compares no values and belongs to no family.
NULL = "Null"
