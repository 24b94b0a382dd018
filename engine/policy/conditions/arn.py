"""ARN operators: six segments, each compared by itself, with wildcards; ArnEquals behaves like ArnLike.

Source: IAM User Guide, "Amazon Resource Name (ARN) condition operators".
"""

from whydenied.engine.policy.conditions.operator import Comparison, Operator
from whydenied.engine.policy.matching import Fragment, glob_fragments

__all__ = ["OPERATORS"]

_PARTS = 6
_SAMPLE = "arn:aws:iam::111122223333:root"


def _arn(value: list[Fragment]) -> Comparison | None:
    segments = _segments(value)
    if len(segments) != _PARTS:
        return None
    matchers = [glob_fragments(segment) for segment in segments]

    def compare(actual: str) -> bool | None:
        parts = actual.split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn":
            return None
        return all(matches(part) for matches, part in zip(matchers, parts, strict=True))

    return compare


def _segments(value: list[Fragment]) -> list[list[Fragment]]:
    """Cut fragments at the first five colons."""
    segments: list[list[Fragment]] = [[]]
    for text, literal in value:
        pieces = text.split(":", _PARTS - len(segments))
        segments[-1].append((pieces[0], literal))
        segments.extend([(piece, literal)] for piece in pieces[1:])
    return segments


OPERATORS = (
    Operator("ArnEquals", _arn, "is like", variables=True, cost=12, sample=_SAMPLE),
    Operator("ArnLike", _arn, "is like", variables=True, cost=12, sample=_SAMPLE),
    Operator("ArnNotEquals", _arn, "is not like", negated=True, variables=True, cost=12, sample=_SAMPLE),
    Operator("ArnNotLike", _arn, "is not like", negated=True, variables=True, cost=12, sample=_SAMPLE),
)
