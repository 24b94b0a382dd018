"""Whether the words that stand where a secret would stand are one: most `password:` and `token:` in logs have none.

Each judge takes the name before the value (`DB_PASSWORD`, "" where there is none) and the value, and says whether the
value is to be hidden. Where it cannot tell, it hides: a false alarm costs a rotation, a miss costs an account.
"""

import base64
import binascii
import re
from itertools import pairwise

from whydenied.engine.regexes import Regex

__all__ = [
    "is_about",
    "is_credential",
    "is_entry",
    "is_key",
    "is_machine_made",
    "is_machine_made_header",
    "is_mixed",
    "is_named",
    "is_opaque",
    "is_password",
    "is_plain_text",
    "is_random",
    "is_recovery_code",
    "is_unnamed",
    "is_very_random",
]

# What a log says about a password, a token or a header without saying it.
_WORDS = frozenset(
    "yes no none null nil true false on off required optional disabled enabled invalid incorrect wrong expired missing"
    " empty unset undefined not hidden sensitive redacted masked secret string str text stdin prompt unknown default"
    " authentication authorization auth token bearer basic password passwd failed failure denied rejected accepted"
    " realm header scheme must should cannot the and for from with was were has have are this that your please check"
    " input bytes object value example changeit value-from same mandatory deprecated unchanged changed rotated ok"
    " valid ignored unavailable supported unsupported provided given set stored encrypted plain plaintext".split()
)
# A reference to a secret: a variable, a template's expression, an ARN, an address, another place where it is kept.
_REFERENCE = Regex(
    r"\$|\.{1,2}/|~/|%(?:[sdvq](?!\w)|\w{1,40}%(?!\w)|\()|\{(?:[{\\\"'\s]|\Z)|<|\[|\(|!(?:Ref|Sub|GetAtt|ImportValue)\b|arn:|(?:https?|file|vault|op|ssm|secretsmanager)://"
    r"|(?:var|vars|local|data|module|each|self|secrets|params|inputs|outputs|random_\w{1,60}|aws_\w{1,60}|process\.env|os\.environ"
    r"|settings|config)\.|os\.getenv|env\(|sensitive\b|known after apply",
    re.I,
)
_STAND_IN = re.compile(r"[*xX•.#_…-]{3,}+\Z")
_PATH = re.compile(r"(?:[~.]{0,2}/|[A-Za-z]:[\\/])")
# Words joined by signs, with a number at most: `not_configured_in_profile`, `disabled-by-policy-x123`.
_WORDY = re.compile(r"[A-Za-z]?+[a-z]*+(?:[-_.][A-Za-z]?+[a-z]*+)*+[0-9]{0,4}\Z")
_SECRET_NAME = re.compile(r"(?P<strong>pass(?!ed|ing|ive|role)|pwd|secret)|token|key|auth|credential|cookie", re.I)
_VENDOR_KEY = re.compile(r"(?:api|app|application|account|license|routing|integration)[\s_-]?key", re.I)
_KEY_ID = re.compile(r"(?:AKIA|ASIA|ABIA|AROA|AIDA|ACCA|AGPA|ANPA)[A-Z0-9]{12,}+\Z")
# What a name is about, if not the secret itself: when it was changed, how long it must be, where it is kept.
_ABOUT = Regex(
    r"(?:polic|last|reset|length|reuse|age\b|expir|requir|enabled|count|file|path|stdin|prompt|arn|name|url|uri|version"
    r"|hint|rotat|max|min|chang|date|data_key|ttl|type|field|valid|created|manager|id\b|source|endpoint)",
    re.I,
)
# Tokens that turn pages or keep a call from happening twice; names and ids of keys.
_TURNS_PAGES = Regex(
    r"(?:next|continuation|page|pagination|starting|client|request|idempotency|marker|cursor|task|lock|max|csrf)[\s_-]{0,3}(?:token)?\Z",
    re.I,
)
# `client_secret` is one; `secret` alone may be followed by the name of one.
_OWN_SECRET = re.compile(r"[a-z][_-]?secret\Z", re.I)
_HEX = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{48}|[0-9a-f]{64,}+)\Z", re.I)
# Names before random text that is no secret: digests, ids, keys of objects, tables and caches, public keys.
_NOT_SECRET = Regex(
    r"sha\d|md5|crc|hash\Z|hash_?key|digest|checksum|etag|integrity|public|pub_?key|fingerprint|thumbprint|host_?id|request|\bid"
    r"|id\Z|id-?2\Z|(?:object|cache|partition|sort|range|foreign|primary|row|s3|map|file|kms|cmk|group|dedup|condition|context"
    r"|translation|i18n|idempotency|access|unique|shard|tag|image|layer|registry|host|known)s?[\s_.-]?key\Z|commit|revision|nonce|iv\Z|cert",
    re.I,
)
_DATE = re.compile(r"20\d\d-?(?:0\d|1[0-2])-?[0-3]\d(?![0-9])")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.I)


def _says_nothing(value: str) -> bool:
    word = value.strip("\"'`.,;:!?)(]}").lower()
    return word in _WORDS or not word or bool(_STAND_IN.match(value)) or bool(_REFERENCE.match(value))


def _is_path(value: str) -> bool:
    """Tell a path from Base64 that happens to begin with a slash."""
    return _PATH.match(value) is not None and not is_random(value)


def is_about(suffix: str) -> bool:
    """Tell whether a name goes on after `password` or `token` so that it is not the secret: `_policy`, `Expires`."""
    return _ABOUT.search(suffix) is not None


def is_password(name: str, value: str) -> bool:
    """Judge what follows the name of a password: anything but a word about it, a reference, a shell's folder."""
    return not _says_nothing(value) and not (name.lower().endswith("pwd") and _PATH.match(value))


def is_mixed(name: str, value: str) -> bool:
    """Judge what follows `pass` or another short name: as a password, if it is no plain word and no number."""
    letters = any(char.isalpha() for char in value)
    other = any(not char.isalpha() for char in value) or (not value.islower() and not value.istitle())
    return letters and other and len(value) >= 6 and is_password(name, value) and not _PATH.match(value)


def is_named(name: str, value: str) -> bool:
    """Judge the value of a field whose name is another field's value: `{"name": "DB_PASSWORD", "value": …}`."""
    word = _SECRET_NAME.search(name)
    if word is None or is_about(name[word.end() :]):
        return False
    return is_password(name, value) if word["strong"] else is_opaque(name, value)


def is_opaque(name: str, value: str) -> bool:
    """Judge what follows the name of a token or key: something without words, as machines make."""
    bare = re.sub(r"%[0-9A-Fa-f]{2}", "", value)
    if len(bare) < 12 or _says_nothing(value) or _is_path(value) or _TURNS_PAGES.search(name) or _KEY_ID.match(bare):
        return False
    if _WORDY.match(bare):
        return False
    return any(char.isdigit() for char in bare) or _changes(bare) >= 6


def is_key(name: str, value: str) -> bool:
    """Judge what follows the name of a key: opaque, and not the id of a KMS key."""
    return is_opaque(name, value) and not (_UUID.match(value) and not _VENDOR_KEY.search(name))


def is_unnamed(name: str, value: str) -> bool:
    """Judge what follows `secret` alone: opaque, and not the name or path of a secret that is kept elsewhere."""
    return (
        is_opaque(name, value)
        and ("/" not in value[:20] or is_random(value))
        and not (_UUID.match(value) and not _OWN_SECRET.search(name))
    )


def is_machine_made(name: str, value: str) -> bool:
    """Judge what follows a name that many things have (`…_key`, any before Base64): random, and no id or digest."""
    if _NOT_SECRET.search(name) or not is_opaque(name, value) or _UUID.match(value):
        return False
    return is_random(value) or (_HEX.match(value) is not None and not name.lower().endswith(("seed", "session")))


def is_machine_made_header(name: str, value: str) -> bool:
    """Judge what follows `X-…-Token` and the like: opaque, and no id, digest or key of something that is stored."""
    return _NOT_SECRET.search(name) is None and is_opaque(name, value)


def is_recovery_code(name: str, value: str) -> bool:
    """Judge what follows `recovery codes`: eight letters and digits or more, and no date."""
    return sum(map(str.isalnum, value)) >= 8 and not _DATE.match(value)


def is_credential(name: str, value: str) -> bool:
    """Judge the credentials of an Authorization header: Base64, or whatever no sentence would go on with."""
    return not _says_nothing(value) and not re.fullmatch(r"[a-z]{1,20}|[A-Z][a-z]{1,20}", value)


def is_entry(value: str) -> bool:
    """Judge an entry of a Kubernetes Secret: Base64 that is no word, number or name in capitals and small letters."""
    return _WORDY.match(value) is None and not value.isdigit() and (value.endswith("=") or _changes(value) >= 4)


def is_plain_text(name: str, value: str) -> bool:
    """Judge the `auth` of a registry: Base64 of `user:password`."""
    try:
        plain = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return ":" in plain and plain.isprintable()


def _changes(text: str) -> int:
    """Count how often neighbours are of different kinds: capital, small, digit, sign."""
    kinds = [_kind(char) for char in text]
    return sum(one != other for one, other in pairwise(kinds))


def _kind(char: str) -> str:
    return "A" if char.isupper() else "a" if char.islower() else "0" if char.isdigit() else "/"


def is_random(text: str) -> bool:
    """Tell random letters and digits from words: they change between capital, small and digit all the time."""
    kinds = {_kind(char) for char in text}
    if not {"A", "a"} <= kinds:
        return False
    # One key in nine hundred has no digit; words in a row change kind twice a word.
    return _changes(text) >= (12 if "0" in kinds else 22 if "/" in kinds else 20)


def is_very_random(text: str) -> bool:
    """Tell what even a path of short steps would not look like; for a key with five slashes and more."""
    return is_random(text) and _changes(text) >= 26
