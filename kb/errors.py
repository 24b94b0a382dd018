"""The exceptions kb raises, as a tree. A mistake in the content is not one: it is a `Problem`.

KbError
├── NewArticleError   a skeleton cannot be written (who asked must choose another id or folder)
└── NoIndexError      there is no search index that may be opened (build one)
"""

__all__ = ["KbError", "NewArticleError", "NoIndexError"]


class KbError(Exception):
    """Anything kb raises on purpose; the message says what to do."""


class NewArticleError(KbError):
    """A skeleton cannot be written: the id is taken or is not an id."""


class NoIndexError(KbError):
    """There is no search index that may be opened."""
