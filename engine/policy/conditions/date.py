"""Date operators: ISO 8601 in the W3C profile (year to fractions of a second), or seconds since
1970-01-01T00:00:00Z."""

import operator
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from whydenied.engine.policy.conditions.operator import Operator, typed

__all__ = ["OPERATORS", "read_date"]

_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
# Four digits are a year.
_EPOCH = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_START = datetime(1970, 1, 1, tzinfo=UTC)


def read_date(text: str) -> Fraction | None:
    """Return seconds since the epoch, exactly; None for text that is no date. Without a zone the time is UTC."""
    found = _ISO.fullmatch(text)
    if not found:
        return Fraction(text) if _EPOCH.fullmatch(text) else None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    offset = timedelta(0)
    if zone and zone not in "Zz":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (1 if zone[0] == "+" else -1)
    seconds = moment - _START - offset
    return Fraction(seconds.days * 86_400 + seconds.seconds) + (Fraction(f"0.{fraction}") if fraction else 0)


OPERATORS = (
    Operator("DateEquals", typed(read_date, operator.eq), "is", cost=24),
    Operator("DateNotEquals", typed(read_date, operator.eq), "is not", negated=True, cost=24),
    Operator("DateLessThan", typed(read_date, operator.lt), "is before", cost=24),
    Operator("DateLessThanEquals", typed(read_date, operator.le), "is at or before", cost=24),
    Operator("DateGreaterThan", typed(read_date, operator.gt), "is after", cost=24),
    Operator("DateGreaterThanEquals", typed(read_date, operator.ge), "is at or after", cost=24),
)
