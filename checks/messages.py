"""What articles claim about messages, run: examples are read as they say, near-misses are not, causes come first.

The knowledge base cannot check this alone, nor the engine: the claims stand in the one and are kept by the other.
"""

from collections.abc import Collection, Iterator, Mapping

from whydenied.engine.diagnosis import Denial, Diagnoser, make_diagnoser
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.problems import Problem

__all__ = ["unkept"]


def unkept(catalogue: Catalogue, only: Collection[str] = ()) -> list[Problem]:
    """Return a problem for every claim that does not hold; only: of the articles with these ids, else of all.

    Raises engine.errors.ContentError for a template or rule that cannot be compiled at all.
    """
    diagnoser = make_diagnoser(catalogue.plain)
    problems: list[Problem] = []
    for pattern in catalogue.of("pattern"):
        problems += _pattern(pattern, diagnoser) if not only or pattern.id in only else ()
    for cause in catalogue.of("cause"):
        problems += _cause(cause, diagnoser) if not only or cause.id in only else ()
    return problems


def _pattern(article: Article, diagnoser: Diagnoser) -> Iterator[Problem]:
    for number, example in enumerate(article.meta["examples"]):
        field = f"examples[{number}]"
        denials = diagnoser.diagnose(example["text"]).denials
        matching = [denial for denial in denials if article.id in denial.error.patterns]
        if not matching:
            yield _problem(article, field, "is not matched by this pattern", "change a template or the example")
        else:
            yield from _reads(article, field, matching[0], example["reads"])
            yield from _certainty(article, field, matching[0], example["certainty"])
            first, causes = _first(matching[0]), article.meta["causes"]
            if causes and first not in causes:
                yield _problem(
                    article, field, f"has `{first}` as its first cause", "list that cause or change the rules"
                )
    for number, text in enumerate(article.meta["near_misses"]):
        if any(article.id in denial.error.patterns for denial in diagnoser.diagnose(text).denials):
            yield _problem(article, f"near_misses[{number}]", "is matched by this pattern", "make a template narrower")


def _cause(article: Article, diagnoser: Diagnoser) -> Iterator[Problem]:
    example = article.meta["example"]
    main = diagnoser.diagnose(example["text"], example["answers"]).main
    if main is None or _first(main) != article.id:
        first = _first(main) if main else None
        yield _problem(article, "example", f"has `{first}` as its first cause", "change the rules or the example")
    if main is not None:
        yield from _reads(article, "example", main, example["reads"])
        yield from _certainty(article, "example", main, example["certainty"])
    near = diagnoser.diagnose(article.meta["near_miss"]).main
    if near is not None and _first(near) == article.id:
        yield _problem(article, "near_miss", "has this cause first all the same", "change the rules or the near-miss")


def _first(denial: Denial) -> str | None:
    return next((finding.cause for finding in denial.findings if finding.certainty != "ruled-out"), None)


def _certainty(article: Article, field: str, denial: Denial, wanted: str | None) -> Iterator[Problem]:
    found = next((one.certainty for one in denial.findings if one.certainty != "ruled-out"), None)
    if wanted is not None and found != wanted:
        yield _problem(article, f"{field}.certainty", f"is `{found}` by the rules", f"not `{wanted}`")


def _reads(article: Article, field: str, denial: Denial, wanted: Mapping[str, object]) -> Iterator[Problem]:
    read = denial.error.as_dict()
    for name, value in wanted.items():
        if name not in read:
            yield _problem(article, f"{field}.reads.{name}", "is not a field", f"use one of {', '.join(read)}")
        elif read[name] != value:
            yield _problem(article, f"{field}.reads.{name}", f"is read as `{read[name]}`", f"not as `{value}`")


def _problem(article: Article, field: str, message: str, instead: str) -> Problem:
    return Problem(article.file, None, field, message, instead)
