"""BinaryEquals: Base64 text, compared by the bytes it stands for."""

import base64
import binascii

from whydenied.engine.policy.conditions.operator import Comparison, Operator, plain
from whydenied.engine.policy.matching import Fragment

__all__ = ["OPERATORS"]


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _binary(value: list[Fragment]) -> Comparison | None:
    wanted = _decode(plain(value))
    if wanted is None:
        return None

    def compare(actual: str) -> bool | None:
        decoded = _decode(actual)
        return None if decoded is None else decoded == wanted

    return compare


OPERATORS = (Operator("BinaryEquals", _binary, "is", cost=6),)
