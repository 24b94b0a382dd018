"""What a request carries in its body, and how large it may be."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from whydenied.server.http.site import site

__all__ = ["allow_policies"]

# Parts of a form, with room for the fields to come.
_PARTS = 60


def allow_policies() -> None:
    """Let this request be as large as policies are; it is refused beyond that, before anything reads it.

    Raises RequestEntityTooLarge.
    """
    limit = site().settings.max_policies
    request.max_content_length = request.max_form_memory_size = limit
    request.max_form_parts = _PARTS
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge(
            f"The limit is {limit // 1024 // 1024} MB. Nothing is lost: go back, and leave out the policies that say "
            "nothing about this action."
        )
