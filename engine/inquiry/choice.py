"""The next question, and when to stop asking.

**Next.** The question with the greatest expected gain for its cost: how many bits of doubt about the cause its answer
takes away on average, for each minute it takes (greedy, one step ahead; Heckerman, Breese & Rommelse 1995). OVERHEAD
minutes are added to each, because a page that has to be read and understood is never free. Of equals the cheaper, then
the one whose id comes first, so that the same facts always give the same question.

**Stop**, when no answer would change the advice. The advice is the cause that comes first, and whether it is clear
(SURE). Asking stops as soon as one of these holds, in this order:

 - `stated`: the message states the kind of policy that refused, and a question could not know it better;
 - `clear`: the first cause has at least SURE of the probability, and no question refines it any more;
 - `nothing-left`: no question is left that may be asked here;
 - `no-change`: to no question that is left is there an answer, at least LIKELY_ENOUGH probable, after which another
   cause would come first or the first one would be clear, and no question takes away MIN_GAIN bits;
 - `enough`: MAX_ASKED questions have been answered; what another answer contains, and most "I don't know"s, do not
   count.
"""

from collections.abc import Mapping, Sequence
from math import log2
from typing import Final, Literal

import msgspec

from whydenied.engine.facts import UNKNOWN
from whydenied.engine.inquiry.belief import normalised
from whydenied.engine.inquiry.model import CauseModel, Question

__all__ = [
    "FORGIVEN",
    "MAX_ASKED",
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

SURE: Final = 0.75
LIKELY_ENOUGH: Final = 0.1
MIN_GAIN: Final = 0.3
MAX_ASKED: Final = 6
FORGIVEN: Final = 2
OVERHEAD: Final = 4
_NEGLIGIBLE: Final = 1e-4

Stop = Literal["stated", "clear", "nothing-left", "no-change", "enough"]


class Ask(msgspec.Struct, frozen=True):
    """A question to put. gain: bits expected. separates: the two most probable causes that it tells apart, if any."""

    question: str
    gain: float
    separates: tuple[str, str] | None


class Gains:
    """What each open question promises, given what is believed: worked out for the causes that still matter."""

    def __init__(self, model: CauseModel, belief: Sequence[float]) -> None:
        self.model = model
        self._places = [place for place, share in enumerate(belief) if share > _NEGLIGIBLE]
        self._shares = normalised([belief[place] for place in self._places])
        self.doubt = _entropy(self._shares)
        self._first = max(range(len(self._shares)), key=self._shares.__getitem__, default=0)

    def of(self, question: Question) -> tuple[float, bool]:
        """Return the expected gain in bits, and whether some likely answer would change the advice."""
        left = 0.0
        changes = False
        table = self.model.likelihoods[question.id]
        for value in question.values:
            column = table[value]
            joint = [share * column[place] for share, place in zip(self._shares, self._places, strict=True)]
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


def may_ask(question: Question, known: Mapping[str, set[str]], settled: frozenset[str] | set[str]) -> bool:
    """Tell whether a question makes sense here and is not answered yet; known: every fact's values by name."""
    if question.id in known or question.id in settled:
        return False
    if any(name in known for name in question.unless):
        return False
    if not question.asked_when:
        return True
    return any(known.get(name, set()) & values for name, values in question.asked_when)


def next_question(
    model: CauseModel, belief: Sequence[float], open_questions: Sequence[Question], asked: int
) -> Ask | Stop:
    """Return the question to put next, or why to stop; asked: how many have been put already."""
    first = max(range(len(belief)), key=belief.__getitem__)
    if belief[first] >= SURE:
        refining = _refining(model, model.causes[first], open_questions)
        if refining is None or asked >= MAX_ASKED:
            return "clear"
        return Ask(refining.id, 0.0, None)
    if not open_questions:
        return "nothing-left"
    if asked >= MAX_ASKED:
        return "enough"
    gains = Gains(model, belief)
    promising = []
    for question in open_questions:
        gain, changes = gains.of(question)
        if changes or gain >= MIN_GAIN:
            promising.append((round(gain / (question.cost + OVERHEAD), 9), -question.cost, question.id, gain))
    if not promising:
        return "no-change"
    *_, name, gain = max(promising, key=lambda one: (one[0], one[1], [-ord(letter) for letter in one[2]]))
    return Ask(name, gain, separated(model, belief, name))


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
    """Count the questions that weigh on a person's patience.

    What another answer contains does not count; nor do, up to FORGIVEN, "I don't know"s after the second: they took
    little time, and told nothing.
    """
    known = {name for name, value in answers.items() if value != UNKNOWN}
    contained = {inner for name in known for inner in model.questions[name].settles}
    unknown = len(answers.keys() - known - contained)
    return len(known - contained) + unknown - min(max(unknown - 2, 0), FORGIVEN)
