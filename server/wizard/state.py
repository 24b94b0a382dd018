"""The state of the wizard, as it stands in an address: a set of facts, and nothing else.

`?message.kind=denial&failing=s3&boundary.attached=no`: what the message told, then the answers in the order given;
validated against a closed list, unknown keys stripped. `seen=boundary.attached` marks an answer that was read off a
command's output: nobody doubts that it was typed or looked up wrong.
Only categorical answers get in, because addresses end in histories and other people's logs: a name, an account or an
ARN is on no list. Any set of facts is a state, so that every step opens cold, and changing one answer keeps the rest.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from urllib.parse import urlencode

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.facts import UNKNOWN, Fact, Facts, Source
from whydenied.engine.inquiry.inquiry import STATED
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.facts import FACTS

__all__ = ["ASK", "FROM", "MAX_ADDRESS", "SEEN", "State", "Vocabulary", "WrongAnswerError"]

ASK, FROM, SEEN = "ask", "from", "seen"
"""The parameters that are no facts: which question to show, the article that somebody comes from, and the questions
whose answers were read off an output."""
MAX_ADDRESS = 2_000
# What an id looks like, and how many unknown ones are told.
_ID = re.compile(r"[a-z][a-z0-9.-]{1,60}")
_PASSED_OVER = 20


class State(msgspec.Struct, frozen=True, dict=True):
    """What the message told (`told`), sorted; the answers, in the order given; where somebody comes from; and which
    answers were read off an output (`seen`), sorted."""

    told: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    origin: str = ""
    seen: tuple[str, ...] = ()

    def facts(self) -> Facts:
        """Return the state as facts."""
        return Facts(
            [
                *(Fact(name, value, Source("paste")) for name, value in self.told),
                *(
                    Fact(name, value, Source("output" if name in self.seen else "answer", name))
                    for name, value in self.answers
                ),
            ]
        )

    def answered(self, found: Mapping[str, str], *, is_seen: bool = False) -> "State":
        """Return the state with these answers; one that was there is replaced in its place.

        is_seen: they were read off an output."""
        seen = {*self.seen, *found} if is_seen else set(self.seen) - found.keys()
        answers = tuple({**dict(self.answers), **found}.items())
        return msgspec.structs.replace(self, answers=answers, seen=tuple(sorted(seen)))

    def without(self, name: str) -> "State":
        """Return the state without one answer."""
        answers = tuple(item for item in self.answers if item[0] != name)
        return msgspec.structs.replace(self, answers=answers, seen=tuple(one for one in self.seen if one != name))

    def address(self, path: str = "/wizard", ask: str = "") -> str:
        """Return the address of the state, at most MAX_ADDRESS characters.

        What does not fit is left out from the message's facts, which a paste brings back, and never from the answers.
        """
        told = list(self.told)
        while True:
            pairs = [*told, *self.answers]
            marks = [(SEEN, name) for name in self.seen]
            extra = [*marks, *((name, value) for name, value in ((ASK, ask), (FROM, self.origin)) if value)]
            query = "&".join([_encoded(name, value) for name, value in (*pairs, *extra)])
            address = f"{path}?{query}" if query else path
            if len(address) <= MAX_ADDRESS or not told:
                return address
            told.pop()

    def chosen(self, question: str, value: str, path: str = "/wizard") -> str:
        """Return the address of the state with one answer: that of `answered`, with less work for each of many."""
        if all(question != name for name, _ in self.answers):
            before, behind = self._around
            address = f"{path}?{before}{_encoded(question, value)}{behind}"
            if len(address) <= MAX_ADDRESS:
                return address
        return self.answered({question: value}).address(path)

    @cached_property
    def _around(self) -> tuple[str, str]:
        """What stands in the query before one more answer, and what behind it."""
        behind = [(SEEN, name) for name in self.seen] + ([(FROM, self.origin)] if self.origin else [])
        return (
            "".join([f"{_encoded(name, value)}&" for name, value in (*self.told, *self.answers)]),
            "".join([f"&{_encoded(name, value)}" for name, value in behind]),
        )


@lru_cache(maxsize=4_096)
def _encoded(name: str, value: str) -> str:
    # All are of closed lists, and a page of a question holds some twenty of them for each of its answers.
    return urlencode(((name, value),))


class WrongAnswerError(InputError):
    """A value that is no answer to its question. hint: the same without the value, for who repeats nothing sent."""

    def __init__(self, question: str, value: str, values: Iterable[str]) -> None:
        instead = f"use one of {', '.join(values)}"
        super().__init__(f"`{value}` is no answer to `{question}`: {instead}")
        self.hint = f"`{question}` has no such value: {instead}"


class Vocabulary:
    """What may stand in an address: the questions' values, and the facts of messages that some rule tests."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        questions = catalogue.of("question")
        self._answers = {
            question.id: (*(choice["value"] for choice in question.meta["values"]), UNKNOWN) for question in questions
        }
        self._former = {alias: question.id for question in questions for alias in question.meta["aliases"]}
        self._told = self._message_facts(catalogue)

    def read(self, pairs: Iterable[tuple[str, str]]) -> State:
        """Make a state of an address's parameters; what is not known is left out, a former id is followed."""
        told: set[tuple[str, str]] = set()
        answers: dict[str, str] = {}
        origin = ""
        seen: set[str] = set()
        for name, value in pairs:
            name = self._former.get(name, name)
            if value in self._answers.get(name, ()):
                answers[name] = value
            elif (name, value) in self._told:
                told.add((name, value))
            elif name == FROM:
                origin = self._origin(value)
            elif name == SEEN:
                seen.add(self.question(value))
        return State(tuple(sorted(told)), tuple(answers.items()), origin, tuple(sorted(seen & answers.keys())))

    def read_strict(self, pairs: Iterable[tuple[str, str]], *, pass_over: bool = False) -> State:
        """Make a state of answers that somebody gives on purpose.

        pass_over: leave out an id that no question has or had, as a program sends it that was written for older
        content. Raises InputError for such an id otherwise, and WrongAnswerError for a value that is no answer.
        """
        pairs = list(pairs)
        for name, value in pairs:
            question = self.question(name)
            if question and value not in self._answers[question]:
                raise WrongAnswerError(question, value, self._answers[question])
            if not question and not pass_over:
                raise InputError(f"there is no question `{name}`: use the id of a question")
        return self.read(pairs)

    def passed_over(self, names: Iterable[str]) -> list[str]:
        """Return the ids among those that answers were given under which no question has or had; only what looks like
        an id, as anything may have been sent, and no more than `_PASSED_OVER`."""
        known = {name for name, _ in self._told} | {FROM, SEEN}
        unknown = (name for name in names if not self.question(name) and name not in known)
        return [name for name in unknown if _ID.fullmatch(name)][:_PASSED_OVER]

    def of_message(self, facts: Iterable[Fact]) -> State:
        """Make a state of the facts of a message; names and what rules can derive again stay out."""
        pairs = {(fact.name, fact.value) for fact in facts if fact.name not in self._answers}
        return State(tuple(sorted(pairs & self._told)))

    def question(self, question_id: str) -> str:
        """Return the id of a question by its id or a former one, "" where there is none."""
        question_id = self._former.get(question_id, question_id)
        return question_id if question_id in self._answers else ""

    def _origin(self, article_id: str) -> str:
        article = self._catalogue.find(article_id)
        return article.id if article is not None and article.kind in ("scenario", "cause", "pattern", "guide") else ""

    def _message_facts(self, catalogue: Catalogue) -> frozenset[tuple[str, str]]:
        conditions = [rule["when"] for cause in catalogue.of("cause") for rule in cause.meta["rules"]]
        conditions += [question.meta["asked_when"] for question in catalogue.of("question")]
        told = {
            (name, value)
            for condition in conditions
            for name, values in condition.items()
            for value in ([values] if isinstance(values, str) else values)
        }
        for name in (STATED, *(name for question in catalogue.of("question") for name in question.meta["unless"])):
            told |= {(name, value) for value in FACTS.get(name) or ()}
        return frozenset(pair for pair in told if pair[0] not in self._answers)
