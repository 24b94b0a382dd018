"""What may stand in an address: a short search query may, a pasted error or anybody's identifiers may not.

Addresses end in histories, proxies and other people's logs. So every form sends by POST, and only a text that
passes here is turned into an address. `static/suggest.js` asks the same questions, the mask apart,
before it asks for suggestions.
"""

import re

from whydenied.engine.secrets.masking import mask

__all__ = ["MAX_QUERY", "holds_identifiers", "holds_secrets", "is_query", "looks_like_paste", "mask_identifiers"]

MAX_QUERY = 120

_IDENTIFIER = re.compile(
    r"arn:"
    r"|\d{4}-?\d{4}-?\d{4}"  # an account
    r"|(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{8}"  # a key, or the unique id of a user or role
    r"|[A-Za-z0-9/+=_-]{32}"  # a secret, a token, a hash
    r"|[0-9a-f]{8}-[0-9a-f]{4}"  # a key id, a request id
    r"|\b[a-z]{1,8}-[0-9a-f]{8}"  # an instance, a subnet, an endpoint
    r"|\S@\S"
    r"|://",
    re.IGNORECASE,
)
# A name of a secret with something after it; a short option with a value joined on or after it, as clients take their
# passwords; a word with three digits among letters.
_SECRET = re.compile(
    r"(?:pass|pwd|secret|token|key|(?<!un)auth|cred|cookie|login|signature|sig|pin|contrase|kennwort|senha)[\w.-]{0,40}[\"'\]]?"
    r"\s{0,4}[=:]{1,2}>?\s{0,4}\S"
    r"|--[\w-]{0,40}(?:pass|secret|token|key|auth|code)[\w-]{0,40}[ =]\S|(?:^|\s)-[pPuwb]\s?[^\s-]\S{3}"
    r"|(?=[A-Za-z]{0,60}\d{1,60}[A-Za-z]{1,60}\d{1,60}[A-Za-z]{1,60}\d)[A-Za-z0-9+/_.~-]{12}",
    re.IGNORECASE,
)
_LOGGED = re.compile(rf"\?\S*|(?:{_IDENTIFIER.pattern})\S*", re.IGNORECASE)
# What only machines write, or what a name follows or stands before: no such text may stand in an address.
_COPIED = (
    r"[\n\r\t\x00-\x1f]|<[a-z/?!]|\{\s{0,4}[\"'}]|user: |assumed-role/|status code: \d|\bon resource"
    # Of whom it is said: anybody but `you`, `user`, `the role` …
    r"|(?<!\byou)(?<!\buser)(?<!\brole)(?<!\bit)(?<!\bi)(?<!\blambda) (?:is|are|am) not authori[sz]ed to perform"
)
# The words of messages, which quote nobody: whoever types them is answered as for the message, in either way.
_WORDING = (
    r"[<{]|an error occurred|not authori[sz]ed to perform"
    r"|access ?denied(?:exception)?(?:\)|:)|unauthorizedoperation(?:\)|:)|because no |with an explicit deny"
)
_QUOTED = re.compile(_COPIED, re.IGNORECASE)
_MESSAGE = re.compile(f"{_COPIED}|{_WORDING}", re.IGNORECASE)


def holds_identifiers(text: str) -> bool:
    """Say whether the text names somebody or something: an ARN, an account, a key, an id, an e-mail address."""
    return _IDENTIFIER.search(text) is not None


def looks_like_paste(text: str) -> bool:
    """Say whether the text is an error somebody copied rather than words somebody typed to search for."""
    return len(text) > MAX_QUERY or _MESSAGE.search(text) is not None


def holds_secrets(text: str) -> bool:
    """Say whether the text may hold a password, a token or a key: asked more strictly than the mask does, for an
    address cannot be taken back."""
    return _SECRET.search(text) is not None or mask(text).text != text


def is_query(text: str) -> bool:
    """Say whether the text is words to search for, fit for an address; the bare words of a message are."""
    text = text.strip()
    if not text or len(text) > MAX_QUERY or _QUOTED.search(text) or holds_identifiers(text):
        return False
    return not holds_secrets(text)


def mask_identifiers(text: str) -> str:
    """Blank out identifiers and query strings, for a log."""
    return _LOGGED.sub("[…]", text)
