"""Masking secrets at the door, before anything else sees the paste.

A mask has the length of what it hides, so that every offset stays right.
"""

import re

import msgspec

__all__ = ["Masked", "mask"]


class Masked(msgspec.Struct, frozen=True):
    """text: the paste with secrets as asterisks. kinds: what was hidden that must now be rotated or revoked."""

    text: str
    kinds: tuple[str, ...]


_NAME = r"""["']?\s{0,3}(?:[:=]|\s)\s{0,3}\\?["']?"""

# (kind, pattern whose group `s` is hidden, to be rotated). All quantifiers are bounded or possessive: linear time.
_SECRETS: tuple[tuple[str, re.Pattern[str], bool], ...] = (
    ("private key", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?P<s>[^-]++)"), True),
    (
        "secret access key",
        re.compile(rf"secret_?-?(?:access_?-?)?key{_NAME}(?P<s>[A-Za-z0-9/+=]{{16,}}+)", re.I),
        True,
    ),
    (
        "session token",
        re.compile(
            rf"(?:session_?-?token|security[_-]token){_NAME}(?P<s>[A-Za-z0-9/+=%]{{40,}}+)"
            r"|(?P<s2>(?:FwoGZXIvYXdz|IQoJb3JpZ2lu|AQoDYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=%]{16,}+)",
            re.I,
        ),
        True,
    ),
    ("password", re.compile(rf"(?:password|passwd|pwd|passphrase){_NAME}(?P<s>[^\s\"',;]{{4,}}+)", re.I), True),
    ("password", re.compile(r"://[^\s:/@]{1,80}:(?P<s>[^\s:/@]{3,200})@"), True),
    ("web token", re.compile(r"\b(?P<s>eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)?)"), True),
    ("authorization header", re.compile(r"authorization[\"']?:\s?[\"']?(?:bearer|basic)\s(?P<s>\S{8,}+)", re.I), True),
    ("request signature", re.compile(r"Signature=(?P<s>[0-9A-Fa-f%/+=A-Za-z]{20,}+)"), False),
    ("access token", re.compile(r"\b(?P<s>gh[pousr]_[A-Za-z0-9]{20,}+|xox[abprs]-[A-Za-z0-9-]{10,}+)"), True),
    ("access key id", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)(?P<s>[A-Z0-9]{12,16})(?![A-Za-z0-9])"), False),
    (
        "encoded authorization message",
        re.compile(r"Encoded authorization failure message:\s{0,3}(?P<s>(?:[│|>]?[ \t]{0,8}[A-Za-z0-9_-]{16,}+\s?)++)"),
        False,
    ),
    ("encoded text", re.compile(r"(?P<s>(?:[A-Za-z0-9+/_-]{200,}+)={0,2})"), False),
)
_BARE_KEY = re.compile(r"""(?<![^\s"'=(`])(?P<s>[A-Za-z0-9/+]{40})(?![^\s"',;)`])""")


def mask(text: str) -> Masked:
    """Hide access keys, tokens, passwords and encoded blobs behind asterisks.

    text: the paste, of any size. The four letters that tell a key's kind (AKIA, ASIA) stay.
    """
    kinds: list[str] = []
    for kind, pattern, rotate in _SECRETS:
        found = False

        def hide(match: re.Match[str]) -> str:
            nonlocal found
            found = True
            name = next(n for n in ("s", "s2") if match.groupdict().get(n))
            start, end = match.start(name) - match.start(), match.end(name) - match.start()
            whole = match.group()
            hidden = "".join(c if c.isspace() or c == "│" else "*" for c in whole[start:end])
            return whole[:start] + hidden + whole[end:]

        text = pattern.sub(hide, text)
        if found and rotate and kind not in kinds:
            kinds.append(kind)
    bare = _BARE_KEY.sub(_hide_bare, text)
    if bare != text and "secret access key" not in kinds:
        kinds.append("secret access key")
    return Masked(bare, tuple(kinds))


def _hide_bare(match: re.Match[str]) -> str:
    """Hide forty characters that stand alone and look random: a secret key without its name."""
    key = match.group()
    mixed = any(c.isupper() for c in key) and any(c.islower() for c in key) and any(c.isdigit() for c in key)
    return "*" * len(key) if mixed and key.count("/") <= 4 else key
