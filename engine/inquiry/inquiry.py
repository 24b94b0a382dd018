"""One step of an inquiry: facts in; causes in order, the next question and why it is asked, or why there is none, out.

Nothing is remembered between steps: the facts are the whole state, so that any step opens cold, and changing one
answer keeps the others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from whydenied.engine.facts import UNKNOWN, Facts
from whydenied.engine.findings import Certainty, Finding, Reason
from whydenied.engine.inquiry.belief import answers_in, believe, counted, doubted, starting_weights
from whydenied.engine.inquiry.choice import OVERHEAD, SURE, Ask, Stop, asked_so_far, distance, may_ask, next_question
from whydenied.engine.inquiry.contradictions import Contradiction, contradictions
from whydenied.engine.inquiry.model import CauseModel, Question, make_model
from whydenied.engine.inquiry.person import may_be_unable, most_asked, people, stands_beside, ways_out
from whydenied.engine.rules.session import Conclusions

__all__ = ["Inquiry", "Step"]

STATED: Final = "message.layer"
"""The fact that a message states the kind of policy."""
_TELLING: Final = 1.5
"""How many times likelier than usual an answer must be under a cause to be named as a reason for it."""
_OFTEN: Final = 0.2
"""How often it must be given under that cause at least."""
_WORTH_FINDING_OUT: Final = 0.02
_FAVOUR: Final = 4.0
"""How many times likelier a cause becomes where it belongs to the set-up that a person named."""


class Step(msgspec.Struct, frozen=True, dict=True):
    """What is known now, and what to ask.

    ask: the next question; stop: why there is none (exactly one of the two is given). answers: by question, those that
    rules derived too. asked: how many questions have been put, and at_most: how many will have been at the end.
    contradictions: answers that cannot be true together; as long as there are any, no cause is more than possible.
    beside: the question whose answers stand beside the next one's, for whoever cannot take the look that it takes.
    """

    ask: Ask | None
    stop: Stop | None
    answers: dict[str, str]
    asked: int
    at_most: int
    find: Callable[[], tuple[Finding, ...]]
    contradictions: tuple[Contradiction, ...] = ()
    beside: str = ""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every cause that is left, most probable first, then those ruled out."""
        # Made when they are asked for: whoever wants to know whether a question is left needs none of them.
        return self.find()


class Inquiry:
    """The inquiry over some causes and questions. Safe to share between threads."""

    def __init__(
        self,
        causes: Iterable[Mapping[str, object]],
        questions: Iterable[Mapping[str, object]],
        conclude: Callable[[Facts], Conclusions],
    ) -> None:
        """Compile front matter, each with its `id`; conclude: the rules over the same causes."""
        self.model: CauseModel = make_model(causes, list(questions))
        self._conclude = conclude

    def step(self, facts: Facts, favoured: Iterable[str] = ()) -> Step:
        """Take one step. favoured: the causes of the set-up that a person named, which are likelier than otherwise."""
        model = self.model
        concluded = self._conclude(facts)
        told = self._conclude(Facts(fact for fact in facts if fact.name not in model.questions))
        everything = Facts((*facts, *concluded.derived))
        answers = answers_in(model, ((fact.name, fact.value) for fact in everything))
        is_stated = any(fact.name == STATED for fact in facts)
        favour = frozenset(favoured)
        weights = self._favoured(starting_weights(model, told.findings, concluded.findings, is_stated), favour)
        # What rules derive from an answer is known by it, and is no further evidence; what they derive from the
        # message is.
        given = {fact.name for fact in (*facts, *told.derived)}
        evidence = {name: value for name, value in answers.items() if name in given}
        belief = believe(model, weights, evidence)
        put = {fact.name for fact in facts}
        mine = {name: value for name, value in answers.items() if name in put}
        asked = asked_so_far(model, mine)
        kinds = people(model, mine)
        torn = contradictions(model, Facts((*facts, *told.derived)))
        following: Ask | Stop = "stated" if is_stated else "no-change"
        open_questions = self._open(everything, answers)
        if not is_stated and any(belief):
            mine_to_ask = [one for one in open_questions if not stands_beside(one, kinds)]
            following = next_question(model, belief, mine_to_ask, asked, kinds)
        return Step(
            following if isinstance(following, Ask) else None,
            following if isinstance(following, str) else None,
            answers,
            asked,
            most_asked(kinds),
            lambda: self._findings(
                belief,
                self._held(belief, facts, evidence, favour),
                concluded.findings,
                everything,
                evidence,
                bool(torn),
            ),
            torn,
            self._beside(following, open_questions, mine) if may_be_unable(kinds) else "",
        )

    def _beside(self, following: Ask | Stop, open_questions: Iterable[Question], mine: Mapping[str, str]) -> str:
        """Return the question that is put together with the next one, "" where that one is put alone."""
        if not isinstance(following, Ask):
            return ""
        question = self.model.questions[following.question]
        if question.needs != "iam" or not ways_out(question, mine):
            return ""
        return next((one.id for one in open_questions if one.in_place_of == "iam"), "")

    def _favoured(self, weights: tuple[float, ...], favour: frozenset[str]) -> tuple[float, ...]:
        return tuple(
            weight * _FAVOUR if cause in favour else weight
            for cause, weight in zip(self.model.causes, weights, strict=True)
        )

    def _held(
        self, belief: tuple[float, ...], facts: Facts, evidence: Mapping[str, str], favour: frozenset[str]
    ) -> tuple[float, ...]:
        """Return what each cause keeps of its probability where a person's answers are doubted.

        What is left of 1 is the doubt."""
        said = {fact.name for fact in facts if fact.source.origin == "answer" and fact.value != UNKNOWN}
        if not said & evidence.keys():
            return belief
        seen = self._conclude(Facts(fact for fact in facts if fact.name not in said)).findings
        is_stated = any(fact.name == STATED for fact in facts)
        weights = starting_weights(self.model, seen, seen, is_stated, temper=1.0)
        doubt = doubted(self.model, self._favoured(weights, favour), evidence, said)
        return tuple(min(pair) for pair in zip(belief, doubt, strict=True))

    def fits(self, question_id: str, facts: Facts) -> bool:
        """Tell whether an answer makes sense here: not where all that its question waits for is known, and other."""
        question = self.model.questions[question_id]
        known: dict[str, set[str]] = {}
        for fact in (*facts, *self._conclude(facts).derived):
            known.setdefault(fact.name, set()).add(fact.value)
        waits = question.asked_when
        return (
            not waits
            or any(name not in known for name, _ in waits)
            or any(known[name] & values for name, values in waits)
        )

    def telling(self, step: Step, facts: Facts, cause: str) -> str:
        """Return the question whose answer would say most about one cause for its cost, "" where there is none.

        A question that was answered with `unknown` counts as open: that is the one to find out.
        """
        place = self.model.causes.index(cause)
        shares = {finding.cause: finding.probability for finding in step.findings}
        belief = [shares.get(one, 0.0) for one in self.model.causes]
        answers = {name: value for name, value in step.answers.items() if value != UNKNOWN}
        unanswered = Facts(fact for fact in facts if step.answers.get(fact.name) != UNKNOWN)
        best = (0.0, "")
        for question in self._open(unanswered, answers, {name for name in step.answers if name not in answers}):
            worth = distance(self.model, belief, place, question.id) / (question.cost + OVERHEAD)
            best = max(best, (worth, question.id))
        return best[1] if best[0] > _WORTH_FINDING_OUT else ""

    def _open(self, facts: Facts, answers: Mapping[str, str], given_up: Iterable[str] = ()) -> list[Question]:
        """Return the questions that make sense here; given_up: those answered with `unknown`, which open others."""
        known: dict[str, set[str]] = {}
        for fact in facts:
            known.setdefault(fact.name, set()).add(fact.value)
        settled = {
            inner
            for name, value in answers.items()
            if value != "unknown"
            for inner in self.model.questions[name].settles
        }
        closed = {self.model.questions[name].family for name, value in answers.items() if value == UNKNOWN}
        again = set(given_up)
        return [
            question
            for question in self.model.questions.values()
            if question.id in again or may_ask(question, known, settled, closed)
        ]

    def _findings(
        self,
        belief: tuple[float, ...],
        held: tuple[float, ...],
        said: tuple[Finding, ...],
        facts: Facts,
        given: Mapping[str, str],
        is_torn: bool,
    ) -> tuple[Finding, ...]:
        by_cause = {finding.cause: finding for finding in said}
        signs = self._signs(given, facts)
        findings = []
        shown = 0.0
        # From the last on: what is believed gives the order, and none is shown as less probable than one behind it, of
        # which doubt took less away.
        order = sorted(range(len(belief)), key=lambda place: (-belief[place], self.model.causes[place]))
        for place in reversed(order):
            cause = self.model.causes[place]
            known = by_cause.get(cause)
            reasons = (*(known.because if known else ()), *_reasons(place, signs))
            shown = max(shown, held[place])
            certainty = self._certainty(known, cause, 0.0 if is_torn else held[place])
            findings.append(Finding(cause, certainty, shown, reasons))
        findings.reverse()
        return tuple(sorted(findings, key=lambda one: one.certainty == "ruled-out"))

    def _certainty(self, known: Finding | None, cause: str, share: float) -> Certainty:
        """Say how certain a cause is: confirmed and ruled out only by rules, the rest by its probability.

        share: what it keeps of it where answers are doubted, so that no rule on an answer alone confirms."""
        if known is not None and known.certainty == "ruled-out":
            return "ruled-out"
        if share < SURE:
            return "possible"
        is_confirmed = known is not None and known.certainty == "confirmed" and cause not in self.model.stand_ins
        return "confirmed" if is_confirmed else "likely"

    def _signs(self, given: Mapping[str, str], facts: Facts) -> "list[_Sign]":
        signs = []
        for name, value in counted(self.model, given).items():
            column = self.model.likelihoods[name][value]
            fact = facts.get(name, value)
            if fact is not None:
                reason = Reason(f"signs/{name}", self.model.questions[name].says(value), (fact,))
                signs.append(_Sign(column, sum(column) / len(column), reason))
        return signs


class _Sign(NamedTuple):
    """An answer as a reason: how likely it is under each cause, and usually."""

    shares: Sequence[float]
    usual: float
    reason: Reason


def _reasons(place: int, signs: Sequence[_Sign]) -> list[Reason]:
    """Return the answers that are markedly likelier under this cause than under the others, strongest first."""
    telling = [
        (sign.shares[place] / sign.usual, sign.reason)
        for sign in signs
        if sign.shares[place] >= _TELLING * sign.usual and sign.shares[place] >= _OFTEN
    ]
    return [reason for _, reason in sorted(telling, key=lambda one: -one[0])]
