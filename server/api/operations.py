"""The operations of the API, one line each: what is sent, what is answered, what can go wrong.

The types are those of the code; `server.api.openapi` makes the document of them, and a test holds that every route
of the API is here and answers as is said here.
"""

from typing import Any, NamedTuple

import msgspec

from whydenied.server.api.diagnose import DiagnoseBody
from whydenied.server.api.wizard import WizardBody
from whydenied.server.data import shapes
from whydenied.server.http.privacy import MAX_QUERY

__all__ = ["OPERATIONS", "TAGS", "Operation", "Query"]

TAGS = {
    "denials": "From a message, or from facts, to causes and changes.",
    "policies": "From policies to a decision.",
    "articles": "What is written, found and read.",
}


class Query(NamedTuple):
    """A parameter after the `?`."""

    name: str
    about: str
    required: bool = False


class Operation(NamedTuple):
    """An operation. name: its id, what a generated client calls it. body: the type of what is sent (None: nothing).
    problems: statuses beside 200 and those that every operation may answer."""

    name: str
    tag: str
    summary: str
    answer: Any
    body: Any = None
    example: Any = None
    query: tuple[Query, ...] = ()
    problems: tuple[int, ...] = ()
    cached: bool = False


class EvaluateBody(msgspec.Struct):
    """A request and the policies at each gate, in the form of docs/evaluate.md."""

    request: dict[str, Any]


_TEXT = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:iam::111122223333:user/ana "
    "is not authorized to perform: s3:GetObject because no identity-based policy allows the s3:GetObject action"
)
_CASE = {
    "request": {
        "principal": "arn:aws:iam::111122223333:user/ana",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::reports/q1.csv",
        "resource_account": "111122223333",
    }
}
_FILTERS = (
    Query("kind", "Only this kind: cause, guide, pattern, question or scenario."),
    Query("service", "Only this service, by its IAM prefix."),
    Query("gate", "Only causes of this gate."),
)
_PAGE = (
    Query("limit", "How many results, 1 to 100; 20 where it is not said."),
    Query("offset", "How many results to pass over, 0 to 1000. The header Link has the next page's address."),
)

# By method and path, in the order of the document.
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("post", "/api/v1/diagnose"): Operation(
        "diagnose",
        "denials",
        "Say why a request was denied, from the message",
        shapes.Diagnosis,
        DiagnoseBody,
        {"text": _TEXT},
        (),
        (413, 415),
    ),
    ("post", "/api/v1/wizard"): Operation(
        "wizardStep",
        "denials",
        "Take a step of the wizard: facts in, the causes as they stand and the next question out",
        shapes.WizardStep,
        WizardBody,
        {"facts": {"boundary.attached": "no"}},
        (),
        (413, 415),
    ),
    ("post", "/api/v1/evaluate"): Operation(
        "evaluate",
        "policies",
        "Decide a request by its policies, and propose the smallest change",
        shapes.EvaluationAnswer,
        EvaluateBody,
        _CASE,
        (),
        (413, 415),
    ),
    ("get", "/api/v1/search"): Operation(
        "searchArticles",
        "articles",
        "Search the articles",
        shapes.Found,
        query=(
            Query("q", f"A few words, at most {MAX_QUERY} characters; a message goes to diagnose.", required=True),
            *_FILTERS,
            *_PAGE,
        ),
    ),
    ("get", "/api/v1/articles"): Operation(
        "listArticles", "articles", "List the articles", shapes.ArticleList, query=_FILTERS, cached=True
    ),
    ("get", "/api/v1/articles/{article_id}"): Operation(
        "getArticle", "articles", "Read an article", shapes.Article, problems=(404,), cached=True
    ),
}
