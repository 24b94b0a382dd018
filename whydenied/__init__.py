"""Why Denied: why AWS said *access denied*, and the smallest change that fixes it.

What other programs may call, and all that stays as it is within a major version (docs/python.md). Each function gives
the same data as the HTTP API under /api/v1, typed in `whydenied.server.data.shapes`; nothing goes over a network, and
what is given is neither kept nor logged. `whydenied.engine`, `.kb` and `.server` may change with any release.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from whydenied.engine.diagnosis import Diagnoser
    from whydenied.kb.catalogue import Catalogue
    from whydenied.server.data.shapes import Article, Diagnosis, EvaluationAnswer, Found
    from whydenied.server.service import Service

__all__ = ["article", "diagnose", "evaluate", "search"]

# Each import stands in its function: a diagnosis must not pay for what only a search needs.


def diagnose(text: str) -> "Diagnosis":
    """Say why a request was denied, from the error's text with the lines around it.

    `recognised` is False where no denial was found. Secrets in the text are masked in the answer.
    Raises ValueError for a text of blanks, or of more than a million characters.
    """
    from whydenied.server.data.findings import report_data
    from whydenied.server.diagnosis.report import make_report

    if not text.strip() or len(text) > 1_000_000:
        raise ValueError(
            "the text is empty" if not text.strip() else "the text is too long: give the part with the error"
        )
    return report_data(make_report(_diagnoser().diagnose(text), _catalogue()))


def evaluate(case: Mapping[str, Any]) -> "EvaluationAnswer":
    """Decide a request by its policies: the decision, every gate's reason, and the smallest change, proved.

    case: `request` and the policies at each gate (docs/evaluate.md).
    Raises ValueError for a case that is not of that form, saying what and where.
    """
    import msgspec

    from whydenied.engine.errors import InputError
    from whydenied.engine.remedies import report

    try:
        found = msgspec.json.decode(msgspec.json.encode(report(case)))  # lists, as in JSON, not tuples
    except InputError as error:
        raise ValueError(str(error)) from None
    return cast("EvaluationAnswer", {"id": case.get("id"), **found})


def search(
    query: str,
    *,
    kind: Literal["", "cause", "guide", "pattern", "question", "scenario"] = "",
    service: str = "",
    gate: str = "",
) -> "Found":
    """Search the articles; needs the extra `search`. A pasted error is for `diagnose`.

    kind, service (an IAM prefix), gate: only articles of this one.
    """
    from whydenied.server.data.articles import found_data
    from whydenied.server.service import Filters

    return found_data(_service().search(query, Filters(kind, service, gate)))


def article(article_id: str) -> "Article":
    """Return an article by its id, or by a former one; needs the extra `search` for its HTML.

    Raises KeyError where there is none.
    """
    from whydenied.server.data.articles import article_data

    found = _catalogue().find(article_id)
    if found is None:
        raise KeyError(article_id)
    return cast("Article", article_data(found, _catalogue()))


@cache
def _catalogue() -> "Catalogue":
    from whydenied.server.articles.content import load_content

    return load_content()


@cache
def _diagnoser() -> "Diagnoser":
    from whydenied.engine.diagnosis import make_diagnoser

    return make_diagnoser(_catalogue().plain)


@cache
def _service() -> "Service":
    from whydenied.server.service import service_over

    return service_over(_catalogue())
