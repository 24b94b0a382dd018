"""The AWS commands that articles show, wherever they stand: in fenced code, in a sentence, in the front matter."""

import re
from collections.abc import Iterator

import msgspec

from whydenied.engine.command_lines import question_command
from whydenied.kb.article import Article
from whydenied.kb.outline import tokens_of
from whydenied.kb.placeholders import IN_COMMANDS, PLACEHOLDER

__all__ = ["ShownCommand", "shown_commands"]

_STARTS = re.compile(r"(?:^|\$\(|[|;&] ?)(?=aws )")
_ENDS = re.compile(r"(?<!\\)(?:\)\"?$| \| | && | > |;(?= |$))")
_INLINE = re.compile(r"`(aws [a-z0-9-]+(?: [^`]*)?)`")


class ShownCommand(msgspec.Struct, frozen=True):
    """A command line that begins with `aws`, placeholders filled with samples.

    whole: it is shown to be run as it stands; else a sentence only names it, options and all or without.
    """

    field: str
    line: int | None
    text: str
    whole: bool = True


def shown_commands(article: Article) -> Iterator[ShownCommand]:
    """Yield every AWS command of an article."""
    for number, command in enumerate(article.meta.get("commands", [])):
        for text in _commands_in(command["run"]):
            yield ShownCommand(f"commands[{number}].run", None, _filled(text))
    for place, case in enumerate(article.meta.get("cases", [])):
        for number, command in enumerate(case.get("commands", [])):
            for text in _commands_in(command["run"]):
                yield ShownCommand(f"cases[{place}].commands[{number}].run", None, _filled(text))
    call: dict[str, object] | None = article.meta.get("call")
    if call:
        yield ShownCommand("call", None, _filled(question_command(call)))
    for token in tokens_of(article.body):
        first = article.body_line + (token.map or [0])[0]
        if token.type == "fence" and token.info.strip() == "bash":
            yield from _in_script(token.content, first + 1)
        elif token.type == "inline":
            for match in _INLINE.finditer(token.content):
                if "…" not in match[1]:
                    yield ShownCommand("body", first, _filled(match[1]), whole=False)


def _in_script(script: str, first: int) -> Iterator[ShownCommand]:
    number = first
    for line in re.sub(r"\\\n", "\\\\\x00", script).split("\n"):
        for text in _commands_in(line.replace("\\\x00", " ")):
            yield ShownCommand("body", number, _filled(text))
        number += 1 + line.count("\x00")


def _commands_in(line: str) -> Iterator[str]:
    """Yield the `aws …` commands of a shell line, each without what it is piped into."""
    if line.lstrip().startswith("#"):
        return
    for start in _STARTS.finditer(line):
        rest = line[start.end() :]
        quote, end = "", len(rest)
        for position, character in enumerate(rest):
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif _ENDS.match(rest, position):
                end = position
                break
        yield " ".join(rest[:end].split())


def _filled(text: str) -> str:
    return PLACEHOLDER.sub(lambda match: IN_COMMANDS.get(match[1], match[0]), text)
