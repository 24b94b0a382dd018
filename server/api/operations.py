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

__all__ = ["OPERATIONS", "Operation", "Query"]


class Query(NamedTuple):
    """A parameter after the `?`."""

    name: str
    about: str
    required: bool = False


class Operation(NamedTuple):
    """An operation. body: the type of what is sent (None: nothing). problems: statuses beside 200 and those that
    every operation may answer."""

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
    Query("kind", "Only this kind: cause, guide, pattern, question or scenario; another value is no filter."),
    Query("service", "Only this service, by its IAM prefix; one that no article is about is no filter."),
    Query("gate", "Only causes of this gate; one that has no cause is no filter."),
)

# By method and path, in the order of the document.
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("post", "/api/v1/diagnose"): Operation(
        "Say why a request was denied, from the message",
        shapes.Diagnosis,
        DiagnoseBody,
        {"text": _TEXT},
        (),
        (413, 415),
    ),
    ("post", "/api/v1/wizard"): Operation(
        "Take a step of the wizard: facts in, the causes as they stand and the next question out",
        shapes.WizardStep,
        WizardBody,
        {"facts": {"boundary.attached": "no"}},
        (),
        (413, 415),
    ),
    ("post", "/api/v1/evaluate"): Operation(
        "Decide a request by its policies, and propose the smallest change",
        shapes.EvaluationAnswer,
        EvaluateBody,
        _CASE,
        (),
        (413, 415),
    ),
    ("get", "/api/v1/search"): Operation(
        "Search the articles",
        shapes.Found,
        query=(
            Query("q", f"A few words, at most {MAX_QUERY} characters; a message goes to diagnose.", required=True),
            *_FILTERS,
        ),
    ),
    ("get", "/api/v1/articles"): Operation("List the articles", shapes.ArticleList, query=_FILTERS, cached=True),
    ("get", "/api/v1/articles/{article_id}"): Operation(
        "Read an article", shapes.Article, problems=(404,), cached=True
    ),
}
