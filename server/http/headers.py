"""The headers that every answer carries: nothing from elsewhere, nothing remembered, nothing told to others."""

from flask import Flask, Response, request

from whydenied.server.http.settings import Settings

__all__ = ["register", "security_headers"]

# A page that answers a form: the reader's own browser may keep it, so that Back works, and nobody in between may. With
# `no-store` Back to it ends in the browser's error page ("Confirm form resubmission"), and the answer is lost.
_KEPT_BY_READER = "private, no-cache"


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of every answer, whatever its kind."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",  # the suggestions
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": settings.frame_ancestors,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        # Not even to our own pages: an address may say what somebody searched for.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def register(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer of the application that has not its own; what no page said may be kept, is
    kept by nobody but, for the answer to a form, the reader's own browser."""
    headers = security_headers(settings)

    @app.after_request
    def add(response: Response) -> Response:
        given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 (not a dictionary)
        response.headers.extend([(name, value) for name, value in headers.items() if name.lower() not in given])
        answers_form = request.method == "POST" and response.mimetype == "text/html"
        response.headers.setdefault("Cache-Control", _KEPT_BY_READER if answers_form else "no-store")
        return response
