"""The moment after which a change allows nothing any more.

Source: IAM User Guide, "Date condition operators" (ISO 8601) and aws:CurrentTime, which is in every request."""

import re
from datetime import datetime, timedelta

from whydenied.engine.errors import InputError

__all__ = ["just_before", "read_expiry"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def read_expiry(text: str) -> str:
    """Return a date or moment as policies write it; "" for "". Raises InputError."""
    text = text.strip()
    if not text:
        return ""
    whole = f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text
    if _MOMENT.fullmatch(whole):
        try:
            datetime.fromisoformat(whole.replace("Z", "+00:00"))
        except ValueError:
            pass
        else:
            return whole
    raise InputError(f"`{text[:40]}` is no date; write it as `2026-12-31` or `2026-12-31T18:00:00Z`")


def just_before(until: str) -> str:
    """Return the moment one second before another, in the same form."""
    moment = datetime.fromisoformat(until.replace("Z", "+00:00")) - timedelta(seconds=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
