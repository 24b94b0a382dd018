"""The exceptions the engine raises, as a tree.

EngineError
├── ContentError      a pattern, rule or question the engine was given is not usable (who wrote it must act)
├── InputError        a request, policy or paste cannot be read at all (who sent it must act)
│   └── TooLargeError it is beyond a stated bound
└── NetworkError      a rule network broke its own promise (a fact left behind, a conclusion lost)

A problem *in* a policy is not an exception: it is data in the result (see engine.policy).
"""

__all__ = ["ContentError", "EngineError", "InputError", "NetworkError", "TooLargeError"]


class EngineError(Exception):
    """Anything the engine raises on purpose. The text is for a person: lower case, no full stop."""


class ContentError(EngineError):
    """Content that cannot be compiled: names the article, the field and what to write instead."""


class InputError(EngineError):
    """Input that cannot be read: names what was expected."""


class TooLargeError(InputError):
    """Input beyond a stated bound of size, depth or count."""


class NetworkError(EngineError):
    """A rule network did not keep its contract; its conclusions must not be used."""
