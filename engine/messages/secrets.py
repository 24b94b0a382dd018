"""Masking secrets at the door, before anything else sees the paste.

A mask has the length of what it hides, so that every offset stays right. Secrets come quoted, escaped, as XML, as
options, in addresses, coloured, and cut over lines by a terminal; names of resources that merely look like them
(`parameter/db/password because`) must stay.

Sources of the shapes: IAM User Guide, "Manage access keys"; Signature Version 4; what GitHub, GitLab, Slack, npm,
Google, Stripe, Docker and Hashicorp say their tokens begin with.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

__all__ = ["Masked", "mask"]


class Masked(msgspec.Struct, frozen=True):
    """text: the paste with secrets as asterisks. kinds: what was hidden that must now be rotated or revoked."""

    text: str
    kinds: tuple[str, ...]


class _Secret(msgspec.Struct, frozen=True):
    """A kind of secret. anchors: one of these, in lower case, is in every text that holds one. pattern: its groups
    `s`, `s2`, `s3` are hidden. rotate: it must be rotated or revoked now."""

    kind: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    rotate: bool = True


# What stands between a name and its value, and within a value, without being either.
_UNSEEN = r"(?:\x1b\[[0-9;]{0,10}m|[​‌‍⁠﻿­])"
_QUOTE = r"(?:\\{0,8}[\"'`“”‘’]|&(?:quot|apos|#34|#39|#x22|#x27);|%2[27]|\*\*)"
_BEFORE = rf"(?:{_UNSEEN}|{_QUOTE}|\]){{0,4}}+\s{{0,20}}+"
_AFTER = rf"\s{{0,20}}+(?:{_UNSEEN}|{_QUOTE}|[>|]-?\s{{1,12}}){{0,4}}+"
# `=`, `:`, `=>`, `:=`, the end of a tag, `[None]:`
_STATED = rf"{_BEFORE}(?:\[[^\]\n]{{0,40}}\]:|:?=>?|:|%3[AaDd]|>|&gt;){_AFTER}"
_TOLD = rf"(?:{_STATED}|{_BEFORE}{_AFTER})"
_CHAR = rf"(?:[A-Za-z0-9/+=]|\\u00[0-9A-Fa-f]{{2}}|\\{{1,4}}/|%(?:2[BbFf]|3[Dd])|{_UNSEEN})"
# A secret goes on where a line ends in it and the next is nothing but the rest: no word, with a digit or a sign.
_EDGE = r"[ \t│┃|]{0,8}\r?\n[ \t│┃|>#]{0,8}"
_MORE = (
    rf"(?:{_EDGE}(?=[A-Za-z0-9+/=%_.-]{{0,400}}[0-9+/=%_.])[A-Za-z0-9+/=%_.-]{{4,400}}+"
    r"(?=[\"',;\\]|[ \t│┃|]{0,80}(?:\r|\n|\Z)))*+"
)
_WORD = r"[^\s\"'&<>*]"
_HEADERS = r"(?:Proc-Type|DEK-Info|Comment|Version|Hash):[^\n]{0,200}"


def _compile(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags)


_NO_FLAGS = re.RegexFlag(0)

# All quantifiers are bounded or possessive: linear time.
_SECRETS = (
    _Secret(
        "private key",
        ("private key",),
        _compile(
            r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
            rf"(?P<s>(?:{_HEADERS}|[A-Za-z0-9+/=\\\s│┃|>]|-(?!----))++)"
        ),
    ),
    _Secret(
        "secret access key",
        ("secret",),
        _compile(
            rf"secret[\s_.-]?(?:access[\s_.-]?)?key(?:{_STATED}(?P<s>{_CHAR}{{16,}}+)|{_TOLD}(?P<s2>{_CHAR}{{40,}}+))"
        ),
    ),
    _Secret(
        "session token",
        ("token", "fwogzxivyxdz", "iqojb3jpz2lu", "aqodyxdz", "fqogzxivyxdz"),
        _compile(
            rf"(?:session[\s_-]?token|security[_-]token){_TOLD}(?P<s>(?:{_CHAR}|[%_-]){{40,}}+{_MORE})"
            rf"|(?P<s2>(?:FwoGZXIvYXdz|IQoJb3JpZ2lu|AQoDYXdz|FQoGZXIvYXdz)(?:{_CHAR}|%){{16,}}+{_MORE})"
        ),
    ),
    _Secret(
        "password",
        ("passw", "passphrase", "pwd", "secretstring", "secret_string", "secret-string"),
        _compile(
            r"(?:password|passwd|pwd|passphrase|secret_?string)"
            rf"(?:{_BEFORE}[:=]>?\s{{0,20}}+(?:\\{{0,8}}\"(?P<s>[^\"\\\n*][^\"\\\n]{{2,200}}+)|'(?P<s2>[^'\n*][^'\n]{{2,200}}+)"
            rf"|{_AFTER}(?P<s3>(?:{_WORD}|'(?=\w)){{4,}}+))"
            r"|>(?P<s4>[^<\s]{4,200}+)<)"
            rf"|--[\w-]{{0,40}}(?:password|passwd|passphrase|secret-string)\s{{1,3}}(?![-<])['\"]?(?P<s5>{_WORD}{{4,}}+)"
        ),
    ),
    # The user is optional, and a password may hold what should have been escaped; a port is none.
    _Secret("password", ("://",), _compile(r"://[^\s:/@]{0,80}:(?!\d{1,5}/)(?P<s>[^\s\"'<>@*][^\s\"'<>]{2,200})@")),
    _Secret(
        "password",
        ("curl", "wget", "mysql", "login"),
        _compile(
            r"(?:(?:curl|wget)\b[^\n]{0,200}?\s(?:-u|--user)\s{0,3}['\"]?[^\s:'\"]{1,80}:|mysql\w{0,8}\s[^\n]{0,100}?\s-p"
            rf"|(?:docker|podman|helm|oras|crane)\s[^\n]{{0,40}}?login\b[^\n]{{0,100}}?\s-p\s{{1,3}}['\"]?)(?P<s>{_WORD}{{4,}}+)"
        ),
    ),
    _Secret(
        "web token",
        ("eyj",),
        _compile(
            r"\b(?P<s>eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)?|(?=[ \t│┃|]{0,8}\r?\n))"
            rf"{_MORE})",
            _NO_FLAGS,
        ),
    ),
    _Secret(
        "authorization header",
        ("authorization",),
        _compile(
            rf"authorization{_BEFORE}[:=]{_AFTER}(?!AWS4-)(?:(?:bearer|basic|token|digest|negotiate)\s|AWS\s\w{{16,24}}:)"
            rf"(?P<s>{_WORD}{{8,}}+)"
        ),
    ),
    _Secret(
        "request signature",
        ("signature",),
        _compile(r"Signature(?:Value)?[=>](?P<s>[0-9A-Za-z%/+=]{20,}+)"),
        rotate=False,
    ),
    _Secret(
        "SAML assertion",
        ("saml",),
        _compile(rf"saml[_-]?(?:response|assertion){_TOLD}(?P<s>[A-Za-z0-9+/=%]{{20,}}+{_MORE})"),
    ),
    _Secret(
        "access token",
        ("token", "secret", "api", "_pat"),
        _compile(
            r"(?:(?:access|refresh|id|auth|bearer|sign-?in|api|bot|deploy|private)[_-]?token(?:_[a-z]{1,20})?"
            rf"|(?:client|app|consumer|shared|webhook)[_-]?secret|api[_-]?key){_STATED}"
            rf"(?P<s>[A-Za-z0-9._~+/=%-]{{16,}}+{_MORE})"
        ),
    ),
    _Secret(
        "access token",
        (
            *("gho_ ghp_ ghr_ ghs_ ghu_ github_pat_ glpat- xox xapp- npm_ pypi- aiza _live_ _test_ absk hvs.".split()),
            *("dckr_pat_ aoaaaaaa aoraaaaa hooks.slack.com".split()),
        ),
        _compile(
            r"(?<![A-Za-z0-9])(?P<s>gh[opsru]_[A-Za-z0-9]{20,}+|github_pat_\w{20,}+|glpat-[\w-]{16,}+"
            r"|xox[abeoprs]-[A-Za-z0-9-]{10,}+|xapp-[A-Za-z0-9-]{10,}+|npm_[A-Za-z0-9]{30,}+|pypi-[\w-]{30,}+"
            r"|AIza[\w-]{30,}+|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}+|ABSK[A-Za-z0-9+/=]{30,}+|hvs\.[\w-]{20,}+"
            r"|dckr_pat_[\w-]{16,}+|ao[ar]AAAAA[\w/+:=-]{20,}+)"
            r"|hooks\.slack\.com/services/(?P<s2>[\w/]{16,}+)",
            _NO_FLAGS,
        ),
    ),
    _Secret(
        "one-time code", ("token-code", "tokencode"), _compile(rf"token-?code{_TOLD}(?P<s>\d{{6}})\b"), rotate=False
    ),
    _Secret(
        "access key id",
        ("akia", "asia", "abia"),
        _compile(r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA)(?P<s>[A-Z0-9]{12,16})(?![A-Za-z0-9])", _NO_FLAGS),
        rotate=False,
    ),
    _Secret(
        "encoded authorization message",
        ("encoded authorization failure message:",),
        _compile(
            r"Encoded authorization failure message:\s{0,3}(?P<s>(?:[│|>]?[ \t]{0,8}[A-Za-z0-9_-]{16,}+\s?)++)",
            _NO_FLAGS,
        ),
        rotate=False,
    ),
)
_LONG = re.compile(rf"(?P<s>(?:[A-Za-z0-9+/_-]{{200,}}+)={{0,2}}{_MORE})")
# Base64 as encoders wrap it: whole lines of 60 and more.
_LINES = re.compile(
    rf"^[ \t│┃|>]{{0,8}}(?P<s>(?=[A-Za-z+/]{{0,59}}[0-9])[A-Za-z0-9+/]{{60,199}}+(?=[ \t]{{0,8}}\r?\n){_MORE})", re.M
)
# Forty characters that stand alone, or are cut once by a line end.
_BARE_KEY = re.compile(
    r"(?:(?<![A-Za-z0-9/+_.\-\x1b])|(?<=\x1b\[\dm)|(?<=\x1b\[\d\dm)|(?<=\x1b\[\d;\d\dm))"
    r"(?P<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=_-]|\.\w)"
)
_CUT_KEY = re.compile(
    rf"secret[\s_.-]?(?:access[\s_.-]?)?key{_TOLD}(?P<s>[A-Za-z0-9/+*]{{4,39}}+{_EDGE}[A-Za-z0-9/+]{{1,36}}+)"
    r"(?=[\s\"'`,;\\<&]|\Z)",
    re.I,
)
_KEPT = frozenset("│┃")
_DELIMITER = re.compile(r"[\s\"'<>(),;|\[\]{}]")


def mask(text: str) -> Masked:
    """Hide access keys, tokens, passwords and encoded blobs behind asterisks.

    text: the paste, of any size. The four letters that tell a key's kind (AKIA, ASIA) stay.
    """
    kinds: list[str] = []

    def note(kind: str) -> None:
        if kind not in kinds:
            kinds.append(kind)

    lower = text.lower()
    if "secret" in lower and "\n" in text and (cut := _CUT_KEY.sub(_hide_cut, text)) != text:
        text = cut
        note("secret access key")
    for secret in _SECRETS:
        if any(anchor in lower for anchor in secret.anchors) and (hidden := secret.pattern.sub(_hide, text)) != text:
            text = hidden
            if secret.rotate:
                note(secret.kind)
    text = _LINES.sub(_hide_random, text) if "\n" in text else text
    text = _LONG.sub(_hide, text)
    bare = _BARE_KEY.sub(_hide_bare, text)
    if bare != text:
        note("secret access key")
    return Masked(bare, tuple(kinds))


def _hide(match: re.Match[str]) -> str:
    """Return the match with its secret as asterisks; white space and the frame of a box stay."""
    name = next(name for name, value in match.groupdict().items() if value)
    start, end = match.start(name) - match.start(), match.end(name) - match.start()
    whole = match.group()
    return whole[:start] + "".join(_stars(whole[start:end])) + whole[end:]


def _stars(secret: str) -> Iterator[str]:
    return (char if char.isspace() or char in _KEPT else "*" for char in secret)


def _hide_random(match: re.Match[str]) -> str:
    return _hide(match) if _is_random(match["s"][:60]) else match.group()


def _hide_cut(match: re.Match[str]) -> str:
    """Hide a key that a line end cut in two: only if the two make up a whole one."""
    key = "".join(char for char in match["s"] if not char.isspace() and char not in "│┃|>#")
    return _hide(match) if len(key) == 40 else match.group()


def _hide_bare(match: re.Match[str]) -> str:
    """Hide forty characters that stand alone and look random: a secret key without its name."""
    key = match.group()
    if key.count("/") > 4 or not _is_random(key):
        return key
    # The end of an ARN or of an address is somebody's name for something.
    before = _DELIMITER.split(match.string[max(0, match.start() - 300) : match.start()])[-1]
    return key if "arn:" in before or "://" in before else "*" * len(key)


def _is_random(text: str) -> bool:
    """Tell random letters and digits from words: they change between capital, small and digit all the time."""
    kinds = ["A" if char.isupper() else "a" if char.islower() else "0" if char.isdigit() else "/" for char in text]
    changes = sum(one != other for one, other in pairwise(kinds))
    return {"A", "a", "0"} <= set(kinds) and changes >= 12
