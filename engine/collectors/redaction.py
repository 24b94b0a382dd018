"""Hiding names in a snapshot so that it stays one: the same request is decided the same way by the same gates.

Every name is hidden word by word (`team-reports/2026` has three), and each letter or digit becomes another one that
depends on the secret and on the letters before it in its word. So equal names stay equal, names with a common
beginning keep one, and a policy's `team-rep*` still covers `team-reports`. What AWS names stays: actions, services,
Regions, resource types, condition operators and keys (tag keys are among these), addresses, dates.

Whoever holds the key file can turn any text about the snapshot back.
"""

import hmac
import json
import re
import secrets
from collections.abc import Mapping

import msgspec

from whydenied.engine.errors import InputError

__all__ = ["Key", "new_key", "read_key", "redact", "redact_anew", "restore"]

# Fields whose values are AWS's words, not anybody's names.
_PLAIN_FIELDS = frozenset(
    "Action NotAction Effect Version service operation region code layer effect action error_code taken State Status"
    " KeyState KeyManager KeySpec KeyUsage Origin VpcEndpointType ServiceName ObjectOwnership Payer DefaultVersionId"
    " VersionId Type type EvalDecision EvalResourceDecision EvalActionName SourcePolicyType checkType evaluatedEffect"
    " FeatureSet AvailablePolicyTypes Filter Operations KeyAgreementAlgorithms ContextKeyName ContextKeyType"
    " EncryptionAlgorithms SigningAlgorithms MultiRegion AttributeKey eventName eventSource awsRegion errorCode"
    " ActionNames PolicyType RegionOptStatus AttributeNames JoinedMethod AllowedByOrganizations".split()
)
_PLAIN_VALUES = re.compile(
    r"\*|true|false|enabled|default|anonymous|service-name|vpc-id|(?:p-)?(?:RCP)?FullAWSAccess"
    r"|\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?"  # dates
    r"|\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?|[0-9a-fA-F:]*::?[0-9a-fA-F:]*(?:/\d{1,3})?"  # addresses
    r"|(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-|iso[a-z]?-)?[a-z]{4,9}-\d[a-f]?"  # Regions and zones
    r"|[\w.-]*\.amazonaws\.com(?:\.cn)?|[A-Z][A-Z_]{3,}_[A-Z_]+|\d{1,11}|sha256:[0-9a-f]+"
)
_ARN = re.compile(r"arn:(aws[\w-]*):([\w-]*):([\w*-]*):([\w*?]*):([^\s\"'<>]+)")
# A word, or what holds words of AWS's and stays whole: policy variables, its own host names, Regions.
_WORD = re.compile(
    r"\$\{[^}]*\}|https?://[\w.-]+\.amazonaws\.com(?:\.cn)?|com\.amazonaws\.[\w.*-]+"
    r"|\b(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-|iso[a-z]?-)?[a-z]{4,9}-\d\b|[A-Za-z0-9]+"
)
_ID = re.compile(r"(AROA|AIDA|AGPA|ANPA|AIPA|ASIA|AKIA)([A-Z0-9]{8,})\Z")
# Prefixes of ids, and words of paths that AWS itself uses.
_KEPT_WORDS = frozenset("ou vpce vpc subnet sg root aws service role reserved sso amazonaws com".split())
_TRIES = 20
_KEPT_BEGINNINGS = ("AWSServiceRoleFor", "AWSReservedSSO")
# Conditions on these keys hold AWS's words; on all others, names.
_PLAIN_KEYS = re.compile(
    r"aws:(?:RequestedRegion|PrincipalType|CalledVia\w*|PrincipalServiceName\w*|SecureTransport|ViaAWSService"
    r"|MultiFactorAuth\w+|CurrentTime|EpochTime|TokenIssueTime|SourceIp|VpcSourceIp|PrincipalIsAWSService)"
    r"|kms:(?:ViaService|Grant\w+|CallerAccount)|iam:(?:PassedToService|AWSServiceName)|s3:x-amz-\S+|ec2:InstanceType",
    re.I,
)


class Key(msgspec.Struct):
    """The secret, and every word that was hidden, by what stands for it."""

    whydenied_key: int = 1
    secret: str = ""
    words: dict[str, str] = {}


def new_key() -> Key:
    """Make a key."""
    return Key(secret=secrets.token_hex(32))


def read_key(data: bytes) -> Key:
    """Read a key file. Raises InputError where it is none."""
    try:
        key = msgspec.json.decode(data, type=Key)
    except (msgspec.DecodeError, UnicodeDecodeError):
        key = Key(whydenied_key=0)
    if key.whydenied_key != 1 or len(key.secret) < 32:
        raise InputError("this is no key file of `whydenied collect --redact`")
    return key


def redact(snapshot: bytes, key: Key) -> bytes:
    """Hide the names in a snapshot; the key learns the words that were hidden."""
    hidden = _value(msgspec.json.decode(snapshot), "", key)
    return msgspec.json.format(msgspec.json.encode(hidden)) + b"\n"


def redact_anew(snapshot: bytes) -> tuple[bytes, Key]:
    """Hide the names with a new key, one with which no hidden word looks like a word that stays."""
    for _ in range(_TRIES):
        key = new_key()
        hidden = redact(snapshot, key)
        if not set(key.words) & _words_of(snapshot):
            break
    return hidden, key


def _words_of(snapshot: bytes) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9]+", snapshot.decode()))


def restore(text: str, key: Key) -> str:
    """Put the hidden words back into any text."""
    return _WORD.sub(lambda match: key.words.get(match[0], match[0]), text)


def _value(value: object, field: str, key: Key) -> object:
    if isinstance(value, Mapping):
        if field == "Condition":
            return _conditions(value, key)
        return {name: _value(inner, name, key) for name, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner, field, key) for inner in value]
    return _text(value, field, key) if isinstance(value, str) else value


def _conditions(conditions: Mapping[str, object], key: Key) -> dict[str, object]:
    return {
        operator: {
            name: values if _PLAIN_KEYS.fullmatch(name) else _value(values, "", key)
            for name, values in (tests.items() if isinstance(tests, Mapping) else ())
        }
        for operator, tests in conditions.items()
    }


def _text(text: str, field: str, key: Key) -> str:
    if field in _PLAIN_FIELDS or _PLAIN_VALUES.fullmatch(text):
        return text
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.dumps(_value(msgspec.json.decode(text), field, key))
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            pass
    parts: list[str] = []
    at = 0
    for match in _ARN.finditer(text):
        parts += [_words(text[at : match.start()], key), _arn(match, key)]
        at = match.end()
    return "".join([*parts, _words(text[at:], key)])


def _arn(match: re.Match[str], key: Key) -> str:
    partition, service, region, account, resource = match.groups()
    if account == "aws":
        return match[0]
    kind, separator, rest = _typed(service, resource)
    return f"arn:{partition}:{service}:{region}:{_words(account, key)}:{kind}{separator}{_words(rest, key)}"


def _typed(service: str, resource: str) -> tuple[str, str, str]:
    """Split off the resource's type, which is AWS's word."""
    found = re.match(r"([a-z][a-z-]*)([/:])(.+)\Z", resource, re.S)
    return (found[1], found[2], found[3]) if found and service not in ("s3", "sqs", "sns") else ("", "", resource)


def _words(text: str, key: Key) -> str:
    return _WORD.sub(lambda match: _word(match[0], key), text)


def _word(word: str, key: Key) -> str:
    if not word.isalnum() or len(word) <= 2 or word.startswith(_KEPT_BEGINNINGS) or word in _KEPT_WORDS:
        return word
    identifier = _ID.match(word)
    start = len(identifier[1]) if identifier else 0
    hidden = word[:start] + "".join(_letter(word, place, key.secret) for place in range(start, len(word)))
    key.words[hidden] = word
    return hidden


def _letter(word: str, place: int, secret: str) -> str:
    """Turn one letter or digit by a step that its beginning decides; case and kind stay."""
    letter = word[place]
    step = hmac.digest(secret.encode(), word[:place].lower().encode(), "sha256")
    if letter.isdigit():
        return chr((ord(letter) - 48 + step[0]) % 10 + 48)
    base = 97 if letter.islower() else 65
    return chr((ord(letter) - base + step[1]) % 26 + base)
