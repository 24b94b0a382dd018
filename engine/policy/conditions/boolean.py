"""Bool: `true` or `false`, in any case."""

import operator

from whydenied.engine.policy.conditions.operator import Operator, typed

__all__ = ["OPERATORS"]

_BOOLEANS = {"true": True, "false": False}


def _boolean(text: str) -> bool | None:
    return _BOOLEANS.get(text.lower())


OPERATORS = (Operator("Bool", typed(_boolean, operator.is_), "is", variables=True, cost=2, sample="true"),)
