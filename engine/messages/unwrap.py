"""Peel what terminals, logs, boxes and markup put around a message, until the message itself is plain text.

The steps run in a fixed order (STEPS); each is one regular expression whose work grows linearly with the text.
Sources of the shapes: the formats in which SDKs, the AWS CLI, Terraform, log shippers and chat tools print a message.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from whydenied.engine.messages.codes import is_code
from whydenied.engine.messages.operations import is_service_prefix
from whydenied.engine.messages.text import Text

__all__ = ["unwrap"]

_ANSI = re.compile(r"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033|\^\[)(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\n]{0,200}\x07)")
_CONTROL = re.compile(r"\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f​-‏‪-‮⁠﻿­]++")
_SPACES = re.compile("[\t\xa0  - 　]")
_QUOTES = re.compile("[‘’‚‛“”„‟′″«»]")
_QUOTE_FOR = dict.fromkeys("“”„‟″«»", '"')
_ESCAPE = re.compile(
    r"\\{1,8}(?:u(?P<hex>[0-9a-fA-F]{4})|(?P<letter>[nrt])(?![a-z]{2,30}\\)|(?P<char>[\"'/<>&`*_\\]))"
    r"|&(?:(?P<name>quot|apos|amp|lt|gt|nbsp|ldquo|rdquo|lsquo|rsquo|#\d{1,4}|#x[0-9a-fA-F]{1,4});)"
)
_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "ldquo": '"', "rdquo": '"'}
_ENTITIES |= {"lsquo": "'", "rsquo": "'"}
_MARKUP = re.compile(
    r"</?(?:br|p|div|span|code|pre|b|strong|tt|kbd|mark|samp)(?:\s[^<>\n]{0,200})?\s?/?>|`++"
    # Bold, where the marks stand at the edges of words and in pairs: two stars inside an ARN are somebody's mask.
    r"|(?P<bold>(?<![^\s(\"'>_|])\*\*(?=[^\s*]))"
    r"|(?P<plain>(?<=[^\s/*:-])\*\*(?=[\s)\]\"'.,;!?<|A-Za-z]|:\s|\Z)|(?<=:)\*\*(?=\s|\Z))"
)
_BOX = re.compile(r"^ *+(?:(?:[│┃║╷╵╭╰├└|]|>|#{1,6}|//|\*|[\w.-]{1,60}[_-]\d{1,3} ++\|)(?: ++|$))++", re.M)
_BOX_END = re.compile(r"(?<! ) *+[│┃║]++ *+$", re.M)
_LOG = re.compile(
    r"^ *+(?:[\w.-]{1,60} *+\| ++)?"
    r"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?[^\s\]]{0,20}\]? ++"
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,9}\d{1,9} [\w./:-]{1,80}\][ ]?)"
    r"(?:\[?(?:INFO|ERROR|ERR|WARN|WARNING|DEBUG|FATAL|TRACE|NOTICE)\b\]?:? ++)?(?:\[[^\]\n]{1,80}\][ :]*+)?",
    re.M,
)
# Where a console says that a line comes from: `app.js:12 …`.
_PLACE = re.compile(r"[\w./-]{1,80}\.[a-z]{1,4}:\d{1,6}(?::\d{1,6})? ")
_LINE_END = re.compile("\n")
# Each run of spaces is entered at its first one only: otherwise every space of a long run would be tried.
_RUNS = re.compile(r"(?<! ) *+\n\s*+|(?<! )  ++")


# An ARN with a blank behind one of its colons, up to where the account's or the service's own part begins.
_BROKEN_ARN = re.compile(
    r"\barn: ?aws[\w-]{0,10}: ?[a-z0-9-]{2,30}:(?: ?[a-z0-9-]{0,20}: ?(?:\d{12}|[xX*]{3,12}|ARN)?: ?(?=[\w*]))?"
)
# The sentence of a denial that lost the blank behind its caller, or the one before it.
_GLUED = re.compile(r"(?<=[A-Za-z0-9])(?=is not authorized to perform)")
_GLUED_USER = re.compile(r"(?<=\bUser:)(?=arn:|\.\.\.)")
# The end of a paste that was cut within the words of that sentence.
_SENTENCE = " is not authorized to perform"
_CUT_OFF = re.compile(r"(?<=[A-Za-z0-9>*\]}]) is not\b[ a-z]{0,25}(?:\.\.\.|\u2026)?\s{0,5}\Z")
_CUT_CALLER = re.compile(r"\bUser:? [^\s\"']{3,400}\Z")


def unwrap(paste: str) -> Text:
    """Return the plain text of a paste; white space is single spaces and single line ends."""
    text = Text(paste)
    left_alone: dict[Callable[[Text], None], str] = {}
    for step in STEPS:
        before = text.value
        # What a step left as it was, it leaves so again.
        if left_alone.get(step) is not before:
            step(text)
            if text.value is before:
                left_alone[step] = before
    return text


def _colours(text: Text) -> None:
    if "\x1b" in text.value or "\\" in text.value or "^[" in text.value:
        text.sub(_ANSI, "")


def _characters(text: Text) -> None:
    if text.value.isascii() and text.value.replace("\n", "").isprintable():
        return
    text.sub(_CONTROL, lambda m: "\n" if m.group()[0] == "\r" else "")
    if not text.value.isascii():
        text.sub(_QUOTES, lambda m: _QUOTE_FOR.get(m.group(), "'"))
    text.sub(_SPACES, " ")


def _escapes(text: Text) -> None:
    """Undo JSON and HTML escapes; logs nest them, so up to three times."""
    for _ in range(3):
        before = text.value
        if "\\" not in before and "&" not in before:
            return
        text.sub(_ESCAPE, _unescape)
        if text.value == before:
            return


def _unescape(match: re.Match[str]) -> str:
    code, letter, char, name = match.group("hex", "letter", "char", "name")
    if code:
        # Half of a pair that stands for one character says nothing by itself.
        return " " if code.lower().startswith(("d8", "d9", "da", "db", "dc", "dd", "de", "df")) else chr(int(code, 16))
    if letter:
        return " " if letter == "t" else "\n"
    if char:
        return char
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(number) if 31 < number < 0xD800 else " "
    return _ENTITIES[name]


def _markup(text: Text) -> None:
    if not any(mark in text.value for mark in ("<", "`", "**")):
        return
    is_bold = False

    def replacement(match: re.Match[str]) -> str:
        nonlocal is_bold
        if match["bold"] or match["plain"]:
            if bool(match["plain"]) != is_bold:
                return match.group()
            is_bold = not is_bold
        return "\n" if match.group().lower().startswith(("<br", "<p", "</p", "<div", "</div")) else ""

    text.sub(_MARKUP, replacement)


def _line_prefixes(text: Text) -> None:
    """Take Terraform's box, quote and comment marks and log prefixes off each line."""
    text.sub(_BOX, "")
    if not text.value.isascii():
        text.sub(_BOX_END, "")
    text.sub(_LOG, "")


# The words a denial is made of: they tell a word that a terminal cut in two from two words on two lines.
_WORDS = frozenset(
    "user is not authorized to perform on resource with an a explicit deny in the because no identity-based identity"
    " resource-based session policy policies permissions boundary service control endpoint vpc role trust allows action"
    " error occurred when calling operation you are this encoded authorization failure message access denied api status"
    " code request id response https reached max retries that does exist region or explicitly denies associated"
    " ciphertext requestid statuscode hostid creating reading updating deleting invalid token expired included security"
    " provided has been and for failed cannot be assumed assume could can must may not please check verify ensure your"
    " its it was were have had by of at from as then there what which pull push image registry credentials credential"
    " provider providers found find locate server client connect connection unable allow allowed scheduler name names"
    " principal key keys kms lake formation insufficient required select table database bucket object objects account"
    " function lambda invoke public blocked prevented setting block asked asks provide group list logged login register"
    " target one or more attached encrypted inaccessible endpoint url could token refresh retrieving".split()
)
_TAIL = re.compile(r"[^\s\"'(]{1,200}\Z")
_HEAD = re.compile(r"[^\s\"'`(){}<│|>#]{1,200}")
_NEW_WORD = re.compile(r"arn:|[a-z0-9-]{2,30}:[A-Z][A-Za-z]|[A-Z]")
# Widths of terminals and editors: a single line as long as one of them was cut there.
_TERMINALS = frozenset({60, 72, 80, 100, 120, 132, 160})
_TRIM = ".,:;()\"'<>"
_OPEN = "-/:_.=@"


def _wraps(text: Text) -> None:
    """Join words and ARNs that a terminal cut at its right edge; other line ends stay."""
    lines = text.value.split("\n")
    if len(lines) < 2:
        return
    width = max(map(len, lines))
    full = [len(line) == width and width >= 40 for line in lines]
    # Lines that nearly reach the edge were broken between words; then the longest reaches it by chance.
    nearly = any(width - 20 <= len(line) < width for line in lines[:-1])
    is_hard = sum(full) > 1 or (width in _TERMINALS and not nearly)
    cuts = [
        _was_cut(line, following, at_edge, is_hard)
        for (line, following), at_edge in zip(pairwise(lines), full, strict=False)
    ]
    if any(cuts):
        wanted = iter(cuts)
        text.sub(_LINE_END, lambda match: "" if next(wanted) else match.group())


def _was_cut(line: str, following: str, at_edge: bool, is_hard: bool) -> bool:
    """Tell whether a line end fell inside a word.

    at_edge: the line reaches the right edge of the text. is_hard: several lines do, as a terminal's do; the longest of
    some lines always does.
    """
    head = _HEAD.match(following)
    # Two lines that begin alike are two of a kind: `upload failed: … ` and the next.
    if not head or line.split(" ", 1)[0] == head.group():
        return False
    tail = _TAIL.search(line[-200:])
    if not tail or _BOX.match(following) or _BOX_END.match(following) or _LOG.match(following):
        return False
    if _PLACE.match(following):
        return False
    is_hyphenated = len(tail.group()) > 2 and tail.group().endswith("-")
    left, right = tail.group().strip(_TRIM).lower(), head.group().strip(_TRIM).lower()
    if not left or not right:
        return False
    # What is one word only together needs no edge: names that were hidden afterwards made lines shorter.
    if _is_one_word(tail.group(), head.group()):
        return True
    if not (at_edge or is_hyphenated):
        return False
    if (left + right) in _WORDS or is_hyphenated or is_code(tail.group().strip(_TRIM) + head.group().strip(_TRIM)):
        return True
    is_open = tail.group()[-1] in _OPEN and not tail.group().endswith("..")
    # A word with a capital begins a sentence, behind a path that ends in a separator too.
    is_apart = not is_open or head.group()[0].isupper()
    if right in _WORDS and is_apart and (len(right) > 3 or _is_word(following, 1)):
        return False
    if left in _WORDS and (right in _WORDS or _NEW_WORD.match(head.group())):
        return False
    return is_hard or ((":" in left or "/" in left) and (is_open or ":" in right or "/" in right))


# An action: its service, and where a line end may have cut it.
_ACTION = re.compile(r"([a-z][a-z0-9-]{1,40}):[A-Z][a-z]")


def _is_one_word(tail: str, head: str) -> bool:
    """Tell whether two pieces are a word of a denial, an error code or an action together, and neither alone."""
    left, right = tail.strip(_TRIM), head.strip(_TRIM)
    if tail[-1] in _TRIM or head[0] in _TRIM or left.lower() in _WORDS or right.lower() in _WORDS:
        return False
    action = _ACTION.match(left + right)
    if action:
        alone = _ACTION.match(right)
        return (
            is_service_prefix(action[1]) and len(action[1]) > len(left) and not (alone and is_service_prefix(alone[1]))
        )
    return (len(left + right) > 3 and (left + right).lower() in _WORDS) or (
        right[0].islower() and is_code(left + right) and not is_code(left)
    )


def _is_word(line: str, number: int) -> bool:
    """Tell whether a line's nth word (from 0) is one that denials are made of."""
    words = line[:200].split(" ", number + 1)
    return len(words) > number and words[number].strip(_TRIM).lower() in _WORDS


# A line of a table, and where its cells begin: after two blanks, after a rule, or where the line begins.
_ROW = re.compile(r"[^\n]*+\n?")
_CELL = re.compile(r"(?:(?<![^\n])[,|│]? *+|  |[|│] )(?P<cell>[^\s,|│])")
_CELLS, _ROWS = 3, 60


def _columns(text: Text) -> None:
    """Put the cells of a table together that a tool broke over lines beside other columns (SAM, Copilot)."""
    if "   " not in text.value or text.value.count("\n") < 2:
        return
    lines = text.value.split("\n")
    cells = [[match.start("cell") for match in _CELL.finditer(line[:2_000])] for line in lines]
    instead: dict[int, str] = {}
    at = 0
    while at < len(lines):
        until = at + 1
        if len(cells[at]) >= _CELLS:
            while until < min(len(lines), at + _ROWS) and _goes_on(cells[at], cells[until]):
                until += 1
        if until > at + 2:
            ends = [*cells[at][1:], None]
            columns = zip(cells[at], ends, strict=True)
            row = (_whole([line[start:end] for line in lines[at:until]]) for start, end in columns)
            instead |= {at: "  ".join(row) + "\n"} | dict.fromkeys(range(at + 1, until), "")
        at = until
    if instead:
        rows = iter(range(len(lines)))
        text.sub(_ROW, lambda match: instead.get(next(rows, -1), match.group()))


def _goes_on(head: list[int], row: list[int]) -> bool:
    """Tell whether a line goes on in columns of the line before, and begins no row of its own."""
    return bool(row) and row[0] > head[0] and set(row) <= set(head)


def _whole(pieces: list[str]) -> str:
    """Join the pieces of one cell: where a piece fills the column, a word may have been cut."""
    pieces = [piece.strip(" |│") for piece in pieces]
    width = max(map(len, pieces))
    cell = pieces[0]
    for before, piece in pairwise(pieces):
        is_cut = len(before) == width and _was_cut(before, piece, True, True)
        cell += piece if is_cut or not piece else f" {piece}"
    return cell


def _cut_sentence(text: Text) -> None:
    """Put the words of the sentence of a denial where they were cut: they say who was refused, and no more."""
    found = _CUT_OFF.search(text.value, max(0, len(text.value) - 60))
    if found is None or not _SENTENCE.startswith(found[0].rstrip(".\u2026 \n")):
        return
    if _CUT_CALLER.search(text.value, max(0, found.start() - 420), found.start()):
        text.sub(_CUT_OFF, _SENTENCE)


def _runs(text: Text) -> None:
    if "\n" in text.value or "  " in text.value:
        text.sub(_RUNS, lambda m: "\n" if "\n" in m.group() else " ")
    if text.value.count("is not authorized to perform") > text.value.count(" is not authorized to perform"):
        text.sub(_GLUED, " ")
    if "User:arn:" in text.value or "User:..." in text.value:
        text.sub(_GLUED_USER, " ")
    if "arn: " in text.value or (": " in text.value and "arn:aws" in text.value):
        text.sub(_BROKEN_ARN, lambda m: m.group().replace(" ", ""))


STEPS: tuple[Callable[[Text], None], ...] = (
    _colours,
    _characters,
    _columns,
    # What a terminal wrapped is joined at the width it had there: with its prefix, without it, before it was escaped.
    _wraps,
    _line_prefixes,
    _wraps,
    _escapes,
    _markup,
    _line_prefixes,
    _wraps,
    _runs,
    _cut_sentence,
)
