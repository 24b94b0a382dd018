"""What a refusal is about, where the sentence itself does not name it but the text around it does.

Each rule reads what stands in the paste, never more: an S3 address, a container image, the one ARN of the service
that refused, the role that was to be assumed. Where two different ones stand there, nobody can tell, and none is read.
"""

import re

from whydenied.engine.messages.operations import service_named
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.messages.text import beginning_in

__all__ = ["ARN", "Place", "find_place", "may_name_one"]

Place = tuple[str, int, int]

# How far before and after the sentence a tool says what it was doing.
_BEFORE, _AFTER = 2_000, 400
_NEAR = 400

_S3_PATH = re.compile(r"\bs3[an]?://[A-Za-z0-9][\w.-]{1,62}(?:/[^\s\"'<>,;)\]]{0,500})?")
# What people put in the place of a part of the key is in brackets.
_S3_KEY = r"/(?:[^\s\"'<>,;)\[\]]|\[[\w -]{1,40}\]){0,500}"
_S3_HOST = r"s3[.-][\w.-]{0,60}?amazonaws\.com(?:\.cn)?"
# The bucket may be hidden: `https://[bucket].s3.amazonaws.com/a.txt`.
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,62}"
_S3_ADDRESS = re.compile(
    rf"\bhttps?://(?:(?:{_BUCKET}|[\[<{{][\w -]{{1,40}}[\]>}}])\.{_S3_HOST}(?:{_S3_KEY})?"
    rf"|{_S3_HOST}/{_BUCKET}(?:{_S3_KEY})?)"
)
_IMAGE = re.compile(
    r"\b\d{12}\.dkr\.ecr\.[a-z0-9-]{5,30}\.amazonaws\.com(?:\.cn)?/[a-z0-9][\w./-]{1,255}"
    r"(?::[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})?"
)
ARN = re.compile(
    r"\barn:aws[\w-]{0,10}:(?P<service>[a-z0-9-]{2,40}):(?:[^\s\"'<>,;(){}|]|\{[\w -]{1,40}\}|<[\w -]{0,40}>){5,400}"
)
"""An ARN in a text, with the names that people put in the place of parts of it."""
_SECRET = re.compile(r"\bfetch(?:ing)? secret (?P<arn>arn:aws[\w-]{0,10}:secretsmanager:[^\s\"'<>,;(){}]{5,300})")
_CELL = re.compile(r"(?:\A|(?<=\n)|\| )(?P<arn>arn:aws[\w-]{0,10}:[^\s|]{5,400}) \|")
_TRAILING = ".,:;)]}'"
_ASSUMES = frozenset({"assume-role", "web-identity", "saml", "service", "pass-role"})


def may_name_one(text: str) -> bool:
    """Tell whether a text holds anything that could be read here at all; most long ones do not."""
    return any(sign in text for sign in ("arn:", "://", ".dkr.ecr."))


def find_place(
    text: str, span: tuple[int, int], bounds: tuple[int, int], error: ParsedError, about: frozenset[str]
) -> Place | None:
    """Return the resource that the text around one error names, with its offsets into the text; None where none does.

    span: the stretch of the text that the error was read from. bounds: where the errors before and after it end and
    begin; an ARN beyond them is theirs. about: what the patterns say that the error is
    about: kinds of trust, `s3`, `ecr`.
    """
    start, end = span
    around = (max(0, start - _BEFORE), min(len(text), end + _AFTER))
    near = (max(bounds[0], start - _NEAR), min(bounds[1], end + _NEAR))
    wide = (max(bounds[0], around[0]), min(bounds[1], around[1]))
    if text.find("secretsmanager:", *near) >= 0 and (secret := _nearest(text, _SECRET, near, end)):
        return _of(secret, "arn")
    if error.service == "s3" or "s3" in about:
        return _only_arn(text, near, {"s3"}, error) or (
            _whole(_nearest(text, _S3_PATH, around, end) or _nearest(text, _S3_ADDRESS, around, end))
        )
    if error.service == "ecr" or "ecr" in about:
        return _only_arn(text, near, {"ecr"}, error) or _whole(_nearest(text, _IMAGE, around, end))
    if about & _ASSUMES:
        return _only_arn(text, wide, {"iam"}, error)
    return _only_arn(text, near, {error.service}, error) if error.service else _in_row(text, start)


def _nearest(text: str, pattern: re.Pattern[str], window: tuple[int, int], end: int) -> re.Match[str] | None:
    """Return the last match that begins before the sentence ends, else the first behind it.

    A tool says what it is doing before it says that it failed: what stands behind is mostly the next thing's.
    """
    last = None
    for match in beginning_in(pattern, text, window):
        if match.start() >= end:
            return last or match
        last = match
    return last


def _in_row(text: str, start: int) -> Place | None:
    """Return the one ARN that fills a cell of the table row in which an error stands."""
    line = (text.rfind("\n", max(0, start - _NEAR), start) + 1, start)
    if "|" not in text[slice(*line)]:
        return None
    cells = [match for match in beginning_in(_CELL, text, line) if ":iam:" not in match["arn"]]
    return _of(cells[0], "arn") if len(cells) == 1 else None


def _whole(match: re.Match[str] | None) -> Place | None:
    return _of(match) if match else None


def _only_arn(text: str, window: tuple[int, int], services: set[str], error: ParsedError) -> Place | None:
    """Return the one ARN of these services in the window, the caller's, the policy's and patterns left out."""
    if text.find("arn:", *window) < 0:
        return None
    known = {error.principal, error.policy_arn}
    found: dict[str, Place] = {}
    for match in beginning_in(ARN, text, window):
        service = match["service"]
        place = _of(match)
        is_wanted = (service_named(service) or service) in services and "*" not in place[0]
        is_role = service != "iam" or ":role/" in place[0]
        if is_wanted and is_role and place[0] not in known:
            found.setdefault(place[0], place)
    return next(iter(found.values())) if len(found) == 1 else None


def _of(match: re.Match[str], group: str | int = 0) -> Place:
    value = match[group].rstrip(_TRAILING)
    return value, match.start(group), match.start(group) + len(value)
