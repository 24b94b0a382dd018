"""A step of the wizard, ready to be shown: the engine's inquiry joined with the articles and the reader's own names.

The pages, the API and the terminal show this one thing. Names come from a paste that travelled in the body of the
request; without one, commands have blanks.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.command_lines import question_command
from whydenied.engine.diagnosis import Denial, Diagnoser
from whydenied.engine.facts import UNKNOWN, Facts
from whydenied.engine.findings import Finding
from whydenied.engine.inquiry.choice import Ask, Stop
from whydenied.engine.inquiry.contradictions import Contradiction
from whydenied.engine.inquiry.inquiry import Inquiry, Step
from whydenied.engine.inquiry.person import READER, ways_out
from whydenied.engine.messages.parsed import ParsedError
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.server.diagnosis.cause import Cause, cause_of
from whydenied.server.diagnosis.commands import Command
from whydenied.server.diagnosis.placeholders import fill, names_of
from whydenied.server.wizard.state import FROM, State, Vocabulary
from whydenied.server.wizard.words import Words
from whydenied.server.words.wizard import TOLD

if TYPE_CHECKING:
    # What reads a command's output holds the whole evaluation, and a step of the wizard reads none.
    from whydenied.engine.inquiry.outputs import Outputs, Read
    from whydenied.engine.inquiry.policies import Known

__all__ = [
    "Choice",
    "Considered",
    "Ending",
    "GivenAnswer",
    "Paste",
    "Shown",
    "ShownQuestion",
    "Torn",
    "Wizard",
    "message_names",
    "question_names",
]

CONSIDERED = 5
"""Causes shown beside the first one."""
_LIKELIEST = 3
_REMEMBERED = 512
_HARDLY = 0.005


class Paste(msgspec.Struct, frozen=True):
    """A pasted message, read: its text with secrets masked, what was read of it, and its facts as a state."""

    text: str
    error: ParsedError
    state: State
    secrets: tuple[str, ...]

    @property
    def known(self) -> "Known":
        """The request, for the evaluator."""
        from whydenied.engine.inquiry.policies import Known

        error = self.error
        region = message_names(error).get("region", "")
        return Known(error.principal or "", error.action or "", error.named_resource or "", region)


class Choice(msgspec.Struct, frozen=True):
    """A value to choose: the question that it answers, its label, and whether it is the present answer.

    beside: the title of the question that it answers in place of the page's, "" for the page's own."""

    question: str
    value: str
    label: str
    current: bool
    beside: str = ""


class ShownQuestion(msgspec.Struct, frozen=True):
    """A question with all that is needed to answer it. separates: the titles of the two causes it tells apart.

    choices: its values, what can be said of READER in their place, and "I don't know"; then the answers to the question
    beside it."""

    article: Article
    choices: tuple[Choice, ...]
    command: Command | None
    separates: tuple[str, str] | None

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.article.id

    @property
    def is_unknown(self) -> bool:
        """Whether the present answer is "I don't know"."""
        return any(choice.current and choice.value == UNKNOWN for choice in self.choices)


class GivenAnswer(msgspec.Struct, frozen=True):
    """An answer that was given: the question and the label of its value."""

    article: Article
    value: str
    label: str


class Torn(msgspec.Struct, frozen=True):
    """Two things that cannot both be true, and why. one: an answer; other: an answer, or a sentence on the message."""

    one: GivenAnswer
    other: GivenAnswer | str
    because: str


class Considered(msgspec.Struct, frozen=True):
    """A cause that is considered, and the question that would say most about it (None where nothing would)."""

    cause: Cause
    find_out: Article | None


class Ending(msgspec.Struct, frozen=True):
    """Where the questions end: why, the first cause, and the others that are left."""

    stop: Stop
    first: Considered | None
    others: tuple[Considered, ...]
    ruled_out: tuple[Cause, ...]


class Shown(msgspec.Struct, frozen=True):
    """A step: the state, the answers so far, the first causes as they stand, and the question, None at the end."""

    state: State
    answers: tuple[GivenAnswer, ...]
    likely: tuple[Cause, ...]
    question: ShownQuestion | None
    step: Step
    names: Mapping[str, str]
    torn: tuple[Torn, ...] = ()

    @property
    def found_out(self) -> tuple[str, ...]:
        """The answers that tell something about the denial, in sentences."""
        told = (one for one in self.answers if one.value != UNKNOWN and one.article.id != READER)
        return tuple(f"{answer.article.title} {answer.label}" for answer in told)

    @property
    def number(self) -> int:
        """The number of the question that is shown."""
        return self.step.asked + 1

    @property
    def at_most(self) -> int:
        """How many questions there can be at most."""
        return self.step.at_most


class Wizard:
    """The wizard over one catalogue. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue, diagnoser: Diagnoser) -> None:
        self.catalogue = catalogue
        self.vocabulary = Vocabulary(catalogue)
        self.inquiry = Inquiry(catalogue.plain("cause"), catalogue.plain("question"), diagnoser.conclusions)
        self._words = Words(catalogue.of("question"))
        self._diagnoser = diagnoser
        # A state says everything that a step depends on, and holds no name: so the steps that many readers take, from
        # the start or after the same kind of message, are taken once.
        self._steps = lru_cache(_REMEMBERED)(self._take)

    @cached_property
    def _outputs(self) -> "Outputs":
        # Made when the first output is pasted; made twice by two readers at once it is the same.
        from whydenied.engine.inquiry.outputs import Outputs

        return Outputs(self.catalogue.plain("question"))

    def read_message(self, text: str) -> Paste | None:
        """Read a pasted message; None where it holds no denial that the knowledge base knows."""
        diagnosis = self._diagnoser.diagnose(text)
        denial = diagnosis.main
        if denial is None or not diagnosis.recognised:
            return None
        return Paste(diagnosis.text, denial.error, self.vocabulary.of_message(denial.facts), diagnosis.secrets)

    def read_words(self, text: str, scenario: str = "") -> State | None:
        """Return the state that a few words start from; None where they tell nothing.

        scenario: the set-up that a search finds for them, "" for none."""
        answers = self._words.read(text)
        if not answers and not scenario:
            return None
        return self.vocabulary.read([*answers.items(), *([(FROM, scenario)] if scenario else [])])

    def first_question(self, denial: Denial) -> tuple[State, ShownQuestion] | None:
        """Return the first question about a denial and the state it is put in, None where nothing is left to ask."""
        state = self.vocabulary.of_message(denial.facts)
        step = self.step(state)
        if step.ask is None:
            return None
        return state, self._question(step.ask, state, message_names(denial.error), step.beside)

    def asks_about(self, denial: Denial) -> bool:
        """Tell whether questions are left once this denial was read."""
        state = self.vocabulary.of_message(denial.facts)
        return self.step(state).ask is not None

    def read_output(self, text: str, question: str, paste: Paste | None, state: State) -> "Read":
        """Read a pasted output into facts; see engine.inquiry.outputs. Raise InputError, with what to do.

        Of its answers those count that make sense in this state: a role's description also tells what nobody asked.
        """
        read = self._outputs.read(text, question, paste.known if paste else None)
        here = Facts([*state.facts(), *(paste.state.facts() if paste else ())])
        known = tuple(
            fact
            for fact in read.facts
            if self.vocabulary.question(fact.name) and (fact.name == question or self.inquiry.fits(fact.name, here))
        )
        notes = read.notes
        if question and not notes and question not in {fact.name for fact in known}:
            told = ", ".join(f"“{self._article(fact.name).title}”" for fact in known)
            notes = (f"This output does not answer the question here{f', but others: {told}' if told else ''}.",)
        return msgspec.structs.replace(read, facts=known, notes=notes)

    def step(self, state: State) -> Step:
        """Take the step of a state."""
        # In whatever order the answers were given: it is the same step.
        return self._steps(msgspec.structs.replace(state, answers=tuple(sorted(state.answers))))

    def _take(self, state: State) -> Step:
        return self.inquiry.step(state.facts(), self._favoured(state))

    def show(self, state: State, ask: str = "", names: Mapping[str, str] | None = None) -> Shown:
        """Show the step of a state; ask: a question to put in place of the next one; names: the reader's own."""
        names = dict(names or {})
        step = self.step(state)
        asked = Ask(ask, 0.0, None) if ask else step.ask
        facts = state.facts()
        return Shown(
            state,
            tuple(self._answer(name, value) for name, value in state.answers),
            tuple(self._cause(finding, names, facts) for finding in _left(step)[:_LIKELIEST]),
            self._question(asked, state, names, "" if ask else step.beside) if asked else None,
            step,
            names,
            tuple(self._torn(one) for one in step.contradictions),
        )

    def _torn(self, found: Contradiction) -> Torn:
        told = TOLD.get(found.other) or self._answer(*found.other)
        return Torn(self._answer(*found.one), told, found.because)

    def causes(self, shown: Shown) -> tuple[Cause, ...]:
        """Return the causes of a step that are left, the most probable first, then those ruled out."""
        ruled_out = [finding for finding in shown.step.findings if finding.certainty == "ruled-out"]
        facts = shown.state.facts()
        return tuple(self._cause(finding, shown.names, facts) for finding in (*_left(shown.step), *ruled_out))

    def outcome(self, shown: Shown) -> Ending:
        """Return where a step would end if nothing more were asked."""
        # Made when it is shown: for each cause it looks for the question that says most about it.
        facts = shown.state.facts()
        causes = self.causes(shown)
        left = [cause for cause in causes if cause.certainty != "ruled-out"][: CONSIDERED + 1]
        considered = [Considered(cause, self._find_out(shown.step, facts, cause.id)) for cause in left]
        ruled_out = tuple(cause for cause in causes if cause.certainty == "ruled-out")
        first = considered[0] if considered else None
        stop = shown.step.stop or "enough"
        if stop == "clear" and first is not None and first.cause.certainty == "possible":
            stop = "doubted"
        return Ending(stop, first, tuple(considered[1:]), ruled_out)

    def question(self, question_id: str, state: State, names: Mapping[str, str] | None = None) -> ShownQuestion:
        """Return one question, as it stands in a state."""
        return self._question(Ask(question_id, 0.0, None), state, dict(names or {}))

    def _favoured(self, state: State) -> Sequence[str]:
        article = self.catalogue.find(state.origin) if state.origin else None
        if article is None:
            return ()
        return [article.id] if article.kind == "cause" else article.meta.get("causes", [])

    def _question(self, ask: Ask, state: State, names: dict[str, str], beside: str = "") -> ShownQuestion:
        article = self._article(ask.question)
        call = article.meta.get("call")
        command = None
        if call:
            own = question_names(names, article.id)
            command = Command("This command answers it; it changes nothing", fill(question_command(call), own))
        separates = None
        if ask.separates:
            one, other = (self.catalogue.get("cause", cause) for cause in ask.separates)
            separates = (one.title, other.title) if one and other else None
        return ShownQuestion(
            article,
            tuple(self._choices(article, dict(state.answers), beside)),
            command,
            separates,
        )

    def _choices(self, article: Article, given: Mapping[str, str], beside: str) -> Iterator[Choice]:
        present = given.get(article.id)
        for value in article.meta["values"]:
            yield Choice(article.id, value["value"], value["label"], value["value"] == present)
        ways = ways_out(self.inquiry.model.questions[article.id], given)
        for way in ways[:-1] if beside else ways:
            yield Choice(READER, way, self._answer(READER, way).label, False)
        yield Choice(article.id, UNKNOWN, "I don't know", present == UNKNOWN)
        if beside:
            yield from self._beside(self._article(beside))

    def _beside(self, article: Article) -> Iterator[Choice]:
        """The answers of somebody who cannot look at IAM, where a question is put in place of that look."""
        for value in article.meta["values"]:
            yield Choice(article.id, value["value"], value["label"], False, article.title)
        yield Choice(article.id, UNKNOWN, "I cannot look at IAM, and do not know this either", False, article.title)

    def _answer(self, name: str, value: str) -> GivenAnswer:
        article = self._article(name)
        labels = {choice["value"]: choice["label"] for choice in article.meta["values"]}
        return GivenAnswer(article, value, labels.get(value, "I don't know"))

    def _article(self, question: str) -> Article:
        article = self.catalogue.get("question", question)
        assert article is not None, question
        return article

    def _find_out(self, step: Step, facts: Facts, cause: str) -> Article | None:
        question = self.inquiry.telling(step, facts, cause)
        return self.catalogue.get("question", question) if question else None

    def _cause(self, finding: Finding, names: Mapping[str, str], facts: Facts) -> Cause:
        article = self.catalogue.get("cause", finding.cause)
        assert article is not None, finding.cause
        return cause_of(finding, article, names, facts)


def _left(step: Step) -> list[Finding]:
    """Return the findings that are worth showing, the most probable first."""
    return [one for one in step.findings if one.certainty != "ruled-out" and one.probability >= _HARDLY]


def question_names(names: Mapping[str, str], question: str = "") -> dict[str, str]:
    """Return the values of the placeholders in questions' calls, from those of a denial."""
    found = dict(names)
    if "principal.arn" in found:
        found["identity.arn"] = found["principal.arn"]
    resource = parse_arn(found.get("resource", ""))
    if resource is None:
        return found
    if resource.service == "s3" and "/" in resource.resource:
        found["object.key"] = resource.resource.partition("/")[2]
    if resource.service == "ecr" and resource.kind == "repository":
        found["repository.name"] = resource.resource.partition("/")[2]
    if resource.service == "iam" and resource.kind == "role":
        found["role.arn"] = found["resource"]
        if question.startswith(("trust.", "role.")):
            found["role.name"] = resource.name
    return found


def message_names(error: ParsedError) -> dict[str, str]:
    """Return the names that a denial tells, with those that only questions ask for."""
    names = names_of(error)
    if error.operation:
        names["operation"] = error.operation
    if error.authorization_id:
        names["authorization.id"] = error.authorization_id
    return names
