"""BinaryEquals: Base64 text, compared by the bytes it stands for."""

import base64
import binascii
import operator

from whydenied.engine.policy.conditions.operator import Operator, typed

__all__ = ["OPERATORS"]


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


OPERATORS = (Operator("BinaryEquals", typed(_decode, operator.eq), "is", cost=6),)
