"""Bool: `true` or `false`, in any case."""

from whydenied.engine.policy.conditions.operator import Comparison, Operator, plain
from whydenied.engine.policy.matching import Fragment

__all__ = ["OPERATORS"]

_BOOLEANS = {"true": True, "false": False}


def _bool(value: list[Fragment]) -> Comparison | None:
    wanted = _BOOLEANS.get(plain(value).lower())
    if wanted is None:
        return None

    def compare(actual: str) -> bool | None:
        boolean = _BOOLEANS.get(actual.lower())
        return None if boolean is None else boolean is wanted

    return compare


OPERATORS = (Operator("Bool", _bool, "is", variables=True, cost=2, sample="true"),)
