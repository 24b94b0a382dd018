r"""Templates: what an author writes to describe a family of messages, compiled to linear regular expressions.

`User: {principal} is not authorized to perform: {action}[ on resource: {resource}]`
 - literal text matches ignoring case, and a space matches any white space;
 - `[…]` may be missing, `(a|b)` is one of several, `{name}` is a placeholder of the table below;
 - a backslash makes the next character literal.

Every quantifier is bounded or possessive, and a template is only tried where its longest literal occurs, so the
work grows linearly with the text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from whydenied.engine.errors import ContentError

__all__ = ["PLACEHOLDERS", "Template", "compile_template"]

_TOKEN = (
    r"(?:</?(?:i|em|var)>|<{1,2}(?!/)[^<>\n]{0,60}>{1,2}|\[[^\]\n]{1,60}\]|\{[^{}\n]{1,60}\}|\*[^*\s][^*\n]{0,28}\*"
    r"|[^\s\"'<>])++"
)
_NOUN = r"(?:(?:role|user|group|policy|instance profile|key|table)\s(?=[^\s]))?"
_NOT_NAMES = "User|Users|Role|Account|Caller|You|Your|This|The|It|Principal|Client|Identity"
_LEAD = r"[\"']{0,2}"
# A name with blanks (`user/Ana Lopez`) or an ARN that a line end cut: up to three more words, none of the sentence's.
_MORE = r"(?:\s(?!(?:is|does|has|was|needs|lacks|cannot|arn:\S|User)\b)[/:]?[\w+=,.@*/-]{1,128}(?=\s)){0,3}"
_VERB = r"(?:is|does|has|was|needs|lacks|cannot)"
_CALLER = rf"(?:arn:[\w-]{{1,20}}:(?:iam|sts):[^\s\"']{{1,300}}{_MORE}(?=\s{_VERB}\s)|{_TOKEN})"
# The rest of an ARN that a blank or a line end cut; a name with blanks, up to the words that end a denial.
_CUT = (
    r"(?:(?<!/)(?<!\.)\n:[\w-]{1,60}[^\s\"'<>]{0,200}|(?<!/)(?<!\.)\s:[\w-]{1,60}[/:][^\s\"'<>]{0,200}"
    r"|(?<=:delivery)\sstreams?/[\w.-]{1,100}"
    r"|(?:\s(?!because\b|with\b|associated\b)[^\s\"'<>]{1,80}){1,8}(?=\s(?:because\sno\s|with\san\sexplicit\sdeny)))?"
)
PLACEHOLDERS: dict[str, str] = {
    "principal": _CALLER,
    "caller_name": r"[^\s,\[\]\"'][^,\[\]\n]{0,120}",
    "action": r"[A-Za-z][A-Za-z0-9-]{1,60}:\s?(?!\*\*)[A-Za-z*][A-Za-z0-9*]{0,100}",
    "action_name": r"(?-i:[A-Z])[A-Za-z0-9]{2,80}",
    "resource": rf"(?!(?:because|with|associated)\b)(?:\"[^\"]{{1,1100}}\"|{_NOUN}{_TOKEN}{_CUT})",
    "operation": r"[A-Za-z][A-Za-z0-9]{2,80}",
    "error_code": r"[A-Za-z][\w.]{2,80}",
    "policy_arn": r"(?:arn:|\.\.\.)[^\s\"'<>),]{3,400}",
    "authorization_id": r"[A-Za-z0-9][A-Za-z0-9-]{7,127}",
    "word": r"[\w.@/-]{1,80}",
    # A service by its name: `CloudWatch Alarms`. Letters such as XXXX only stand for a name.
    "words": rf"(?<!User:\s)(?<!User\s)(?!(?:{_NOT_NAMES})\b)(?:[A-Z]\w{{1,30}} ){{0,3}}[A-Z]\w{{0,29}}[a-z]",
    "number": r"\d{1,12}",
    # The rest of a sentence, over line ends: a full stop before a space ends it.
    "any": r"(?:[^.\n]|\.(?=\S)|\n(?=\S)){0,200}?",
    "gap": r"[\s\S]{0,300}?",
}
# Placeholders that are read into a field of the ParsedError; the others are only passed over.
_KEPT = frozenset(
    "principal caller_name words action action_name resource operation error_code policy_arn authorization_id".split()
)


# What a match spells out at one place: these words, or one of these.
_Literal = str | tuple[str, ...]


class Template:
    """One template. anchor: a literal, in lower case, that the flattened text of every match holds. literals: all that
    it holds, in their order; a tuple is one of several. opening: the word that every match begins with, in lower case;
    '' where there is none, or too short a one to look for."""

    __slots__ = ("_is_last", "_regex", "anchor", "literals", "opening", "text")

    def __init__(self, text: str, anchor: str, literals: tuple[_Literal, ...], opening: str, is_last: bool) -> None:
        self.text = text
        self.anchor = anchor
        self.literals = literals
        self.opening = opening
        self._is_last = is_last
        self._regex: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        """The regular expression, made when it is first needed: most are not, in a short-lived process."""
        if self._regex is None:
            self._regex = re.compile(_source(self.text, self._is_last), 0 if "{words}" in self.text else re.IGNORECASE)
        return self._regex

    def may_match(self, flat: str) -> bool:
        """Tell whether a text holds what every match holds, in its order. flat: it flattened."""
        if self.anchor not in flat:
            return False
        at = 0
        for literal in self.literals:
            if isinstance(literal, str):
                at = flat.find(literal, at)
                if at < 0:
                    return False
                at += len(literal)
            else:
                ends = [found + len(one) for one in literal if (found := flat.find(one, at)) >= 0]
                if not ends:
                    return False
                at = min(ends)
        return True

    def matches(self, text: str, flat: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, which do not overlap. flat: as for `may_match`."""
        regex = self.regex
        # Looking for a word is many times quicker than trying the expression at every letter.
        if not self.opening:
            yield from regex.finditer(text)
            return
        at = flat.find(self.opening)
        while at >= 0:
            match = regex.match(text, at)
            if match is not None:
                yield match
            at = flat.find(self.opening, match.end() if match is not None else at + 1)


# The fewest letters of an opening: shorter words stand everywhere.
_OPENING = 3
# A character that a backslash makes literal, one that means something, or a run of those that do not.
_PIECE = re.compile(r"\\[\s\S]|[\[\](){}|]|[^\\\[\](){}|]++|\\")


class _Parser:
    """A recursive-descent reader of one template, which becomes a regular expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.names: set[str] = set()

    def fail(self, message: str) -> ContentError:
        return ContentError(f"template `{self.text}`: {message}")

    def sequence(self, until: str) -> str:
        pieces: list[str] = []
        while self.at < len(self.text) and self.text[self.at] not in until:
            pieces.append(self.item())
        return "".join(pieces)

    def item(self) -> str:
        found = _PIECE.match(self.text, self.at)
        assert found, "every character begins a piece"
        piece = found[0]
        self.at = found.end()
        if piece == "[":
            return f"(?:{self.group(']')})?"
        if piece == "(":
            return f"(?:{self.alternatives()})"
        if piece == "{":
            return self.placeholder()
        if piece in "])}|":
            raise self.fail(f"`{piece}` has no opening bracket; write `\\{piece}` for the character itself")
        return re.escape(_meant(piece)).replace("\\ ", r"\s")

    def group(self, end: str) -> str:
        inner = self.sequence(end)
        if self.at >= len(self.text):
            raise self.fail(f"a bracket is not closed; write `{end}` where it ends")
        self.at += 1
        return inner

    def alternatives(self) -> str:
        options = [self.group("|)")]
        while self.text[self.at - 1] == "|":
            options.append(self.group("|)"))
        return "|".join(options)

    def placeholder(self) -> str:
        end = self.text.find("}", self.at)
        name = self.text[self.at : end] if end >= 0 else self.text[self.at :]
        if end < 0 or name not in PLACEHOLDERS:
            known = ", ".join(sorted(PLACEHOLDERS))
            raise self.fail(f"`{{{name}` is not a placeholder; write one of {known}")
        self.at = end + 1
        body = PLACEHOLDERS[name]
        if name not in _KEPT or name in self.names:
            return f"{_LEAD}{body}{_LEAD}" if name in _KEPT else body
        self.names.add(name)
        lead = "'?" if name == "resource" else _LEAD
        return f"{lead}(?P<{name}>{body}){_LEAD}"


def _meant(piece: str) -> str:
    """Return the characters that a piece of literal text stands for."""
    return piece[1:] if piece[0] == "\\" and len(piece) > 1 else piece


def _literals(text: str) -> list[_Literal] | None:
    """Return what every match spells out, in its order (some of it empty); None for a template that is none.

    Of hundreds of templates a short-lived process needs no more than this, so it is read without the rest.
    """
    found: list[_Literal] = [""]
    words: list[str] | None = None  # the alternatives, as long as they are only words
    ends: list[str] = []
    pieces = iter(_PIECE.findall(text))
    for piece in pieces:
        if piece == "{":
            if next(pieces, "") not in PLACEHOLDERS or next(pieces, "") != "}":
                return None
            words = None
            found.append("")
        elif piece == "[" or piece == "(":
            words = [""] if piece == "(" and not ends else None
            if piece == "[":
                found.append("")
            ends.append("]" if piece == "[" else "|)")
        elif piece in "])}|":
            if not ends or piece not in ends[-1]:
                return None
            if piece == "|":
                words = words and [*words, ""]
                continue
            ends.pop()
            if piece == ")" and not ends:
                spelled = tuple(one.strip().lower() for one in words or ())
                found += [spelled, ""] if spelled and all(len(one) > 1 for one in spelled) else [""]
        elif not ends:
            found[-1] = f"{found[-1]}{_meant(piece).lower()}"
        elif words:
            words = None if piece[0] == "\\" else [*words[:-1], words[-1] + piece]
    return None if ends else found


# Articles that are loaded again, because one of them has changed, have nearly the same templates.
@lru_cache(maxsize=4_096)
def compile_template(text: str, part: str | None = None) -> Template:
    """Compile a template. part: its pattern's; those of `last` are tried in a few sentences only, and may be short.

    Raises ContentError, naming the template and what to write instead, for a bracket that is not closed, an unknown
    placeholder, or a template without at least six literal characters in a row outside brackets.
    """
    found = _literals(text)
    if found is None:
        _Parser(text).sequence("")
        raise AssertionError(f"template `{text}` is read in two ways")
    anchor = ""
    literals: list[_Literal] = []
    for literal in found:
        words = literal if isinstance(literal, tuple) else literal.strip()
        if len(words) > 1 or isinstance(words, tuple):
            literals.append(words)
        if isinstance(words, str) and len(words) > len(anchor):
            anchor = words
    if len(anchor) < 6 and part != "last":
        raise ContentError(
            f"template `{text}`: it has no six literal characters in a row outside brackets; add words that every "
            "message has"
        )
    # A name that is told by its capitals must not match in lower case.
    first = found[0]
    word = first.split(" ", 1)[0] if isinstance(first, str) else ""
    opening = word if len(word) >= _OPENING else ""
    return Template(text, anchor, tuple(literals), opening, part == "last")


def _source(text: str, is_last: bool) -> str:
    """Return a template as a regular expression."""
    source = _Parser(text).sequence("")
    if is_last:
        # General words are short: `read` is not looked for in `thread`.
        source = source.replace(PLACEHOLDERS["any"], PLACEHOLDERS["any"] + r"(?<![A-Za-z])")
    if text.startswith("{"):
        # A match may only begin where a word begins: otherwise each position of a long word would be tried.
        return r"(?<![^\s\"'(])" + source
    if text[0].isalpha() or (is_last and text[0] == "("):
        return r"(?<![A-Za-z])" + source
    return source
