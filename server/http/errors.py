"""All errors, in one place and one shape: a page for people, `application/problem+json` (RFC 9457) for programs.

Neither repeats what was sent.
"""

import msgspec
from flask import Flask, Response, render_template, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, RequestURITooLarge

from whydenied.server.http import logs
from whydenied.server.http.settings import Settings

__all__ = ["HttpProblem", "register", "wants_json"]

# How much of a body that is too large is read and thrown away, so that the browser hears the answer: it sends first
# and listens afterwards, and a connection closed on it while it sends shows no page at all.
_DRAIN = 32 * 1024 * 1024


class HttpProblem(msgspec.Struct, frozen=True):
    """An error: its status, what went wrong in a few words, and what to do about it."""

    status: int
    title: str
    detail: str

    def as_dict(self) -> dict[str, object]:
        """Return it in the shape of RFC 9457."""
        kind = f"urn:whydenied:{_TYPES.get(self.status, 'error')}"
        return {"type": kind, "title": self.title, "status": self.status, "detail": self.detail}


# What a program may tell errors apart by; they stay as they are (docs/api.md).
_TYPES = {
    400: "not-readable",
    404: "not-found",
    405: "wrong-method",
    413: "too-large",
    414: "address-too-long",
    415: "not-json",
    429: "too-many-requests",
    500: "broken",
}
_PROBLEMS = {
    400: HttpProblem(
        400, "That could not be read", "The request is not in the form this page expects. Go back and send it again."
    ),
    404: HttpProblem(
        404,
        "There is no such page",
        "It may have moved, or the address may be mistyped. Search for it, or start from the lists.",
    ),
    405: HttpProblem(
        405,
        "That is not how to reach this page",
        "A pasted error is sent with the form on the front page, or to /api/v1/diagnose, never in an address.",
    ),
    414: HttpProblem(
        414,
        "The address is too long",
        "If it holds a pasted error, paste it into the box on the front page instead: there it stays out of addresses.",
    ),
    415: HttpProblem(
        415, "That kind of content cannot be read", "Send JSON, with the header Content-Type: application/json."
    ),
    429: HttpProblem(429, "Too many requests", "Wait a minute, then try again."),
    500: HttpProblem(
        500,
        "Something broke on our side",
        "It was noted, without what you sent. Try again; if it happens again, keep only the lines with the error.",
    ),
}


def _too_large(settings: Settings) -> HttpProblem:
    return HttpProblem(
        413,
        "That is more than can be read at once",
        f"The limit is {settings.max_paste // 1024} KB of text. Nothing is lost: go back, and keep the lines around "
        "the error. One denial is rarely longer than a few lines.",
    )


def wants_json() -> bool:
    """Say whether the one who asked is a program: under /api/ always, elsewhere by its Accept header."""
    if request.path.startswith("/api/"):
        return True
    accept = request.accept_mimetypes
    best = accept.best_match(["text/html", "application/json", "application/problem+json"], "text/html")
    return best != "text/html" and accept[best] > accept["text/html"]


def answer(problem: HttpProblem, headers: dict[str, str] | None = None) -> Response:
    """Answer with an error in the form that the one who asked reads."""
    if wants_json():
        response = Response(msgspec.json.encode(problem.as_dict()), content_type="application/problem+json")
    else:
        response = Response(render_template("error.html", problem=problem))
    response.status_code = problem.status
    response.headers.update(headers or {})
    return response


def register(app: Flask, settings: Settings) -> None:
    """Answer every error of the application with the one page, and refuse what is too long before anything reads it."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body
    app.config["MAX_FORM_PARTS"] = 20

    @app.before_request
    def refuse_long_addresses() -> None:
        if len(request.query_string) > settings.max_query_string:
            raise RequestURITooLarge

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if isinstance(error, RequestEntityTooLarge):
            _drain()
            problem = _too_large(settings)
            if error.description and error.description != type(error).description:
                problem = msgspec.structs.replace(problem, detail=error.description)
            return answer(problem)
        told = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        problem = _PROBLEMS.get(status) or HttpProblem(status, error.name, error.name)
        if isinstance(error.description, str) and error.description != type(error).description:
            problem = msgspec.structs.replace(problem, detail=error.description)
        return answer(problem, told)

    @app.errorhandler(ParseException)
    def unreadable(error: ParseException) -> Response:
        # A body in chunks is parsed while a page reads it: what is malformed there is the sender's, not ours.
        return answer(_PROBLEMS[400], {"Connection": "close"})

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        app.logger.error("%s", logs.describe_exception(error))
        return answer(_PROBLEMS[500])


def _drain() -> None:
    stream = request.environ.get("wsgi.input")
    left = min(request.content_length or 0, _DRAIN)
    while stream is not None and left > 0:
        chunk = stream.read(min(left, 65_536))
        if not chunk:
            return
        left -= len(chunk)
