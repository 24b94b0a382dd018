"""Where a text tells of something that went wrong: the only places where general words are looked for.

A word such as "permission" or "role" says something of a refusal only near a word that says no.
"""

import re
from collections.abc import Iterator

from whydenied.engine.regexes import Regex

__all__ = ["TROUBLE", "troubles"]

TROUBLE = Regex(
    r"\b(?:no|not|none|cannot|can'?t|couldn'?t|doesn'?t|don'?t|isn'?t|aren'?t|wasn'?t|won'?t|hasn'?t|haven'?t|never|only"
    r"|unable|fail(?:ed|s|ure|ing)?|errors?|err|exception|denied|den(?:y|ies)|(?:im|ex)plicit ?deny|empty"
    r"|refus(?:ed|es|al|ing)|prevent(?:ed|s|ing)?|reject(?:ed|s|ion)|forbidden|blocked"
    r"|invalid|inaccessible|insufficient|lack(?:s|ing|ed)?|missing|without|un(?:authori[sz]ed|authenticated|known|permitted)"
    r"|disallowed|prohibited|restricted|expired|lapsed|revoked|40[13]|must|requires?|required|needs?|verify|ensure|check"
    r"|make sure"
    # In the languages of the console: Spanish, Portuguese, German, French, Italian, Russian and their neighbours.
    r"|sin|sem|denegad[oa]|não|negad[oa]|keine?|fehl\w{1,10}|nicht|verweigert|pas|refusée?|non|insufficient[ie]|нет|не"
    r"|отказано|запрещ\w{1,6}|reddedildi|yok|ditolak|tidak|không|geen|geweigerd|brak|odmowa)\b"
    r"|[无無没沒拒]|权限|權限|権限|許可|未[获獲授]|없|거부|부족|(?<=[a-z])(?:Error|Exception|Denied|Failure)\b",
    re.I,
)
"""A word of trouble, in whatever case; JavaScript reads the expression, too."""
# How far around such a word its matter is spoken of, and how many of them are looked at.
_AROUND, _MOST = 240, 60


def troubles(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches (start, end) around words of trouble, from top to bottom; they do not overlap."""
    start = end = -1
    for number, match in enumerate(TROUBLE.finditer(text)):
        if number == _MOST:
            break
        if end < 0 or match.start() - _AROUND > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - _AROUND)
        end = min(len(text), match.end() + _AROUND)
    if end >= 0:
        yield start, end
