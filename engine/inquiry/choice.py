"""The next question, and when to stop asking.

**Next.** The question with the greatest expected gain for its cost: how many bits of doubt about the cause its answer
takes away on average, for each minute it takes (greedy, one step ahead; Heckerman, Breese & Rommelse 1995), times how
often somebody like this person knows the answer at all (engine.inquiry.person). OVERHEAD minutes are added to each,
because a page that has to be read and understood is never free. Of equals the cheaper, then the one whose id comes
first, so that the same facts always give the same question.

**Stop**, when no answer would change the advice. The advice is the cause that comes first, and whether it is clear
(SURE). Asking stops as soon as one of these holds, in this order:

 - `stated`: the message states the kind of policy that refused, and a question could not know it better;
 - `clear`: the first cause has at least SURE of the probability, and no question refines it any more;
 - `doubted`: the same, but only if no answer given by hand is wrong, so that the cause is not called likely
   (engine.inquiry.belief);
 - `nothing-left`: no question is left that may be asked here, and that this person could answer;
 - `no-change`: to no question that is left is there an answer, at least LIKELY_ENOUGH probable, after which another
   cause would come first or the first one would be clear, and no question takes away MIN_GAIN bits;
 - `enough`: as many questions as anybody like this is asked have been put; the first page promises no fewer.
"""

from collections.abc import Container, Mapping, Sequence
from itertools import compress
from math import log2
from operator import mul
from typing import Final, Literal

import msgspec

from whydenied.engine.facts import UNKNOWN
from whydenied.engine.inquiry.belief import normalised
from whydenied.engine.inquiry.model import CauseModel, Question
from whydenied.engine.inquiry.person import LEAST_KNOWN, known_by, most_asked

__all__ = [
    "OVERHEAD",
    "SURE",
    "Ask",
    "Gains",
    "Stop",
    "distance",
    "may_ask",
    "next_question",
    "separated",
]

SURE: Final = 0.9
LIKELY_ENOUGH: Final = 0.1
MIN_GAIN: Final = 0.1
OVERHEAD: Final = 2
_NEGLIGIBLE: Final = 1e-4

Stop = Literal["stated", "clear", "doubted", "nothing-left", "no-change", "enough"]


class Ask(msgspec.Struct, frozen=True):
    """A question to put. gain: bits expected. separates: the two most probable causes that it tells apart, if any."""

    question: str
    gain: float
    separates: tuple[str, str] | None


class Gains:
    """What each open question promises, given what is believed: worked out for the causes that still matter."""

    def __init__(self, model: CauseModel, belief: Sequence[float]) -> None:
        self.model = model
        self._is_left = [share > _NEGLIGIBLE for share in belief]
        self._shares = normalised([*compress(belief, self._is_left)])
        self.doubt = _entropy(self._shares)
        self._first = max(range(len(self._shares)), key=self._shares.__getitem__, default=0)

    def of(self, question: Question) -> tuple[float, bool]:
        """Return the expected gain in bits, and whether some likely answer would change the advice."""
        left = 0.0
        changes = False
        table = self.model.likelihoods[question.id]
        for value in question.values:
            column = table[value]
            joint = [*map(mul, self._shares, compress(column, self._is_left))]
            chance = sum(joint)
            # chance * entropy(joint / chance), without dividing: this is the innermost loop of a page. No share is
            # nought: the negligible ones are left out, and no answer is impossible.
            left += chance * log2(chance) - sum([share * log2(share) for share in joint])
            if chance >= LIKELY_ENOUGH and not changes:
                most = max(joint)
                changes = joint[self._first] < most or most >= SURE * chance
        return self.doubt - left, changes


def _entropy(shares: Sequence[float]) -> float:
    return -sum([share * log2(share) for share in shares if share > 0])


def may_ask(
    question: Question, known: Mapping[str, set[str]], settled: Container[str], closed: Container[str] = ()
) -> bool:
    """Tell whether a question makes sense here and is not answered yet.

    known: every fact's values by name; closed: the families of which somebody has said "I don't know" already."""
    if (
        question.retired
        or question.id in known
        or question.id in settled
        or (question.family and question.family in closed)
    ):
        return False
    if any(name in known for name in question.unless):
        return False
    if not question.asked_when:
        return True
    return any(known.get(name, set()) & values for name, values in question.asked_when)


def next_question(
    model: CauseModel,
    belief: Sequence[float],
    open_questions: Sequence[Question],
    asked: int,
    kinds: Mapping[str, float],
) -> Ask | Stop:
    """Return the question to put next, or why to stop.

    asked: how many have been put already. kinds: how probable each kind of person is."""
    most = most_asked(kinds)
    answerable = [one for one in open_questions if known_by(kinds, one) >= LEAST_KNOWN]
    first = max(range(len(belief)), key=belief.__getitem__)
    if belief[first] >= SURE:
        refining = _refining(model, model.causes[first], answerable)
        if refining is None or asked >= most:
            return "clear"
        return Ask(refining.id, 0.0, None)
    if asked >= most:
        return "enough"
    worth = _worth(model, belief, answerable)
    if not worth:
        return "no-change" if answerable else "nothing-left"
    rates = {name: gain / (model.questions[name].cost + OVERHEAD) for name, gain in worth.items()}
    name = min(rates, key=lambda one: _order(model.questions[one], rates[one] * known_by(kinds, model.questions[one])))
    return Ask(name, worth[name] * known_by(kinds, model.questions[name]), separated(model, belief, name))


def _worth(model: CauseModel, belief: Sequence[float], questions: Sequence[Question]) -> dict[str, float]:
    """Return the gain of each question that could change the advice, or that takes away much doubt."""
    gains = Gains(model, belief)
    worth = {}
    for question in questions:
        gain, changes = gains.of(question)
        if changes or gain >= MIN_GAIN:
            worth[question.id] = gain
    return worth


def _order(question: Question, rate: float) -> tuple[float, int, str]:
    """The best rate first; of equals the cheaper, then the one whose id comes first."""
    return -round(rate, 9), question.cost, question.id


def _refining(model: CauseModel, cause: str, open_questions: Sequence[Question]) -> Question | None:
    wanted = model.refined_by[cause]
    return next((question for name in wanted for question in open_questions if question.id == name), None)


def separated(model: CauseModel, belief: Sequence[float], name: str) -> tuple[str, str] | None:
    """Return the two causes that a question tells apart best, among those that are probable; None where it does not."""
    table = model.likelihoods[name]
    ranked = sorted(range(len(belief)), key=lambda place: -belief[place])[:8]
    best: tuple[float, tuple[str, str] | None] = (0.0, None)
    for number, one in enumerate(ranked):
        for other in ranked[number + 1 :]:
            apart = sum(abs(column[one] - column[other]) for column in table.values()) / 2
            worth = belief[one] * belief[other] * apart
            if apart >= 0.3 and worth > best[0]:
                best = (worth, (model.causes[one], model.causes[other]))
    return best[1]


def distance(model: CauseModel, belief: Sequence[float], place: int, name: str) -> float:
    """Return how differently a question is answered under one cause than under all others that are left (0 to 1)."""
    rest = sum(share for other, share in enumerate(belief) if other != place)
    if not rest:
        return 0.0
    table = model.likelihoods[name]
    return (
        sum(
            abs(column[place] - sum(belief[k] * column[k] for k in range(len(belief)) if k != place) / rest)
            for column in table.values()
        )
        / 2
    )


def asked_so_far(model: CauseModel, answers: Mapping[str, str]) -> int:
    """Count the questions that have been put: all that are answered, but those that another answer contains."""
    known = {name for name, value in answers.items() if value != UNKNOWN}
    contained = {inner for name in known for inner in model.questions[name].settles}
    return len(answers.keys() - contained)
