"""The wizard leads to every cause: who has it and answers as its `signs` say ends with it among the first three.

A cause that only stands in for what a message leaves unsaid comes last by design, and is not held to this.
"""

from collections.abc import Collection, Iterator
from random import Random

from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.inquiry import Inquiry
from whydenied.engine.rules import Session, compile_rules, make_network
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.problems import Problem

__all__ = ["unreachable"]

# More than the wizard ever asks.
_MOST = 12
_SHOWN = 3
# Whoever answers as is likeliest, and so many who answer by chance as the signs weigh it.
_PEOPLE = 10


def unreachable(catalogue: Catalogue, only: Collection[str] = ()) -> Iterator[Problem]:
    """Yield a problem for each cause that its own likeliest answers do not lead to, from nothing.

    only: the ids of the causes to try; all if there are none. Raises engine.errors.ContentError for broken rules.
    """
    causes = [one for one in catalogue.of("cause") if (not only or one.id in only) and not one.meta["stand_in"]]
    if not causes:
        return
    rules = compile_rules(catalogue.plain("cause"))
    session = Session(rules, make_network(rules, "count"), check=False)
    inquiry = Inquiry(catalogue.plain("cause"), catalogue.plain("question"), session.conclude)
    for cause in causes:
        first, answers = _walk(inquiry, cause.id, None)
        people = (_walk(inquiry, cause.id, Random(f"{cause.id} {number}"))[0] for number in range(_PEOPLE))
        if cause.id not in first and not any(cause.id in found for found in people):
            told = ", ".join(f"{name}: {value}" for name, value in answers.items())
            message = f"is not among the wizard's first three ({', '.join(first)}) after {told}"
            yield Problem(cause.file, None, "signs", message, "say in `signs` how these answers tell it from those")


def _walk(inquiry: Inquiry, cause: str, chance: Random | None) -> tuple[list[str], dict[str, str]]:
    """Answer each question as is likeliest with a cause, or by chance; return the first findings and the answers."""
    model = inquiry.model
    place = model.causes.index(cause)
    answers: dict[str, str] = {}
    for _ in range(_MOST):
        here = inquiry.step(Facts([Fact(name, value, Source("answer", name)) for name, value in answers.items()]))
        if here.ask is None:
            break
        question = model.questions[here.ask.question]
        weights = [model.likelihoods[question.id][value][place] for value in question.values]
        likeliest = question.values[weights.index(max(weights))]
        answers[question.id] = chance.choices(question.values, weights)[0] if chance else likeliest
    return [finding.cause for finding in here.findings[:_SHOWN]], answers
