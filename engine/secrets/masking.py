"""Masking secrets at the door, before anything else sees the paste.

A mask has the length of what it hides, so that every offset stays right.
"""

import re
from collections.abc import Callable, Iterator

import msgspec

from whydenied.engine.secrets import values
from whydenied.engine.secrets.kinds import BARE_KEY, CUT_KEY, ENTRY, FRAME, KINDS, LINES, LONG, SECRET_OBJECT, Kind
from whydenied.engine.secrets.sign import MASK

__all__ = ["Masked", "mask"]

_DELIMITER = re.compile(r"[\s\"'<>(),;|\[\]{}]")
_NAME = re.compile(r"[\w\s-]{0,24}\Z")
# Each is looked for once: several kinds have the same.
_ANCHORS = frozenset(anchor for kind in KINDS for anchor in kind.anchors)
# How far back a name or the beginning of an ARN is looked for.
_BEFORE = 300


class Masked(msgspec.Struct, frozen=True):
    """text: the paste with every character of a secret as `•`, the same length. kinds: what was hidden that must now be
    rotated or revoked."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str, *, keep_ids: bool = False) -> Masked:
    """Hide access keys, tokens, passwords and encoded blobs behind MASK.

    text: of any size; linear time. keep_ids: leave ids of access keys and long words, which may be parts
    of a resource's name. The four letters that tell a key's kind (AKIA, ASIA) stay.
    """
    kinds: list[str] = []

    def note(kind: str) -> None:
        if kind not in kinds:
            kinds.append(kind)

    lower = text.lower()
    if "secret" in lower and "\n" in text and (cut := CUT_KEY.compiled.sub(_hide_cut, text)) != text:
        text = cut
        note("secret access key")
    if "secret" in lower and SECRET_OBJECT.compiled.search(text) and (bare := _without_entries(text)) != text:
        text = bare
        note("password")
    found = {anchor for anchor in _ANCHORS if anchor in lower}
    for kind in KINDS:
        if keep_ids and kind.kind == "access key id":
            continue
        if not found.isdisjoint(kind.anchors) and (hidden := kind.pattern.compiled.sub(_hider(kind), text)) != text:
            text = hidden
            if kind.rotate:
                note(kind.kind)
    if not keep_ids:
        text = LINES.compiled.sub(_hide_random, text) if "\n" in text else text
        text = LONG.compiled.sub(_hide_long, text)
    bare = BARE_KEY.compiled.sub(_hide_bare, text)
    if bare != text:
        note("secret access key")
    return Masked(bare, tuple(kinds))


def _without_entries(text: str) -> str:
    """Hide what the entries of a Kubernetes Secret hold; words of one kind of letters (`type: Opaque`) are names."""
    return ENTRY.compiled.sub(lambda match: _hide(match) if values.is_entry(match["s"]) else match.group(), text)


def _hider(kind: Kind) -> Callable[[re.Match[str]], str]:
    judge = kind.judge
    if judge is None:
        return _hide

    def judged(match: re.Match[str]) -> str:
        groups = match.groupdict()
        if values.is_about(groups.get("x") or ""):
            return match.group()
        before = _NAME.search(match.string[max(0, match.start() - 24) : match.start()])
        name = (before[0] if before else "") + (groups.get("n") or "")
        return _hide(match) if judge(name, _secret(match)[1]) else match.group()

    return judged


def _secret(match: re.Match[str]) -> tuple[str, str]:
    """Return the name of the group that holds the secret, and the secret."""
    return next((name, value) for name, value in match.groupdict().items() if value and name[0] == "s")


def _hide(match: re.Match[str]) -> str:
    """Return the match with its secret masked; white space and the frame of a box stay."""
    name = _secret(match)[0]
    start, end = match.start(name) - match.start(), match.end(name) - match.start()
    whole = match.group()
    # A backslash there belongs to the quote after it: without it what is left would be no JSON any more.
    while end > start and whole[end - 1] == "\\":
        end -= 1
    return whole[:start] + "".join(_masks(whole[start:end])) + whole[end:]


def _masks(secret: str) -> Iterator[str]:
    return (char if char.isspace() or char in FRAME else MASK for char in secret)


def _hide_random(match: re.Match[str]) -> str:
    return _hide(match) if values.is_random(match["s"][:60]) and not _is_name(match) else match.group()


def _hide_long(match: re.Match[str]) -> str:
    """Hide an encoded blob; the end of an ARN or of an address, and a path of many short steps, are names."""
    run = match["s"]
    is_path = run.count("/") * 20 >= len(run)
    return match.group() if is_path or _is_name(match) else _hide(match)


def _hide_cut(match: re.Match[str]) -> str:
    """Hide a key that a line end cut in two: only if the two make up a whole one."""
    key = "".join(char for char in match["s"] if not char.isspace() and char not in "│┃|>#")
    return _hide(match) if len(key) == 40 else match.group()


def _hide_bare(match: re.Match[str]) -> str:
    """Hide forty characters that stand alone and look random: a secret key without its name."""
    key = match.group()
    if not values.is_random(key) or (key.count("/") > 4 and not values.is_very_random(key)):
        return key
    return key if _is_name(match) else MASK * len(key)


def _is_name(match: re.Match[str]) -> bool:
    """Tell whether this is the end of an ARN or of an address: somebody's name for something."""
    before = _DELIMITER.split(match.string[max(0, match.start() - _BEFORE) : match.start()])[-1]
    return ("arn:" in before or "://" in before) and not re.search(r"[?&#=]", before)
