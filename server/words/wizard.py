"""The sentences of the wizard: why asking stopped, and the ways in."""

import msgspec

from whydenied.engine.inquiry.choice import Stop

__all__ = ["ENTRIES", "STOPPED", "STOPS", "TOLD", "Entry"]

STOPS: dict[Stop, str] = {
    "stated": "The message itself says which kind of policy refused: no question could tell it better.",
    "clear": "What is known points to one cause.",
    "doubted": "The answers point to one cause, but a slip in one of them would change that: look first.",
    "nothing-left": "Every question that makes sense here has been asked.",
    "no-change": "No further answer is likely to change this order.",
    "enough": "More questions would cost more time than looking at the first causes.",
}

STOPPED = (
    "These are the causes as they stand. More answers would sharpen the order: the best question stands beside each."
)


# What a message says, where an answer contradicts it.
TOLD: dict[tuple[str, str], str] = {
    ("message.layer", "scp"): "The message names a service control policy.",
    ("message.layer", "rcp"): "The message names a resource control policy.",
    ("message.layer", "boundary"): "The message names a permissions boundary.",
    ("message.layer", "session"): "The message names a session policy.",
    ("message.layer", "vpce"): "The message names a VPC endpoint policy.",
    ("message.effect", "explicit"): "The message says that a statement forbids it.",
    ("message.effect", "implicit"): "The message says that nothing allows it.",
    ("accounts", "same"): "The message names caller and resource in one account.",
    ("accounts", "cross"): "The message names caller and resource in two accounts.",
}


class Entry(msgspec.Struct, frozen=True):
    """A place to start from: its name, what it is for, and the facts that hold there."""

    id: str
    name: str
    about: str
    facts: tuple[tuple[str, str], ...]


_DENIED = (
    ("error.code", "AccessDenied"),
    ("message.kind", "denial"),
    ("message.detail", "none"),
    ("message.class", "denial"),
)

# The entries of the map, in the order of the page.
ENTRIES = (
    Entry("start", "Nothing is known yet", "Neither a message nor a service: the questions from the beginning.", ()),
    Entry(
        "s3",
        "S3 says “Access Denied” and nothing else",
        "The bare answer of S3, which can come from any gate.",
        (*_DENIED, ("action.service", "s3"), ("message.pattern", "s3-access-denied-bare"), ("s3.bare", "yes")),
    ),
    Entry(
        "ec2",
        "EC2 says “You are not authorized to perform this operation”",
        "A denial of EC2 without the principal, and without the encoded message.",
        (*_DENIED, ("action.service", "ec2"), ("message.pattern", "ec2-unauthorized")),
    ),
    Entry(
        "kms",
        "KMS names three reasons at once",
        "“… does not exist in this Region, no resource-based policies allow access, or …”.",
        (
            ("message.kind", "denial"),
            ("message.class", "stated"),
            ("message.detail", "action"),
            ("action.group", "kms"),
            ("action.service", "kms"),
            ("kms.message", "ambiguous"),
        ),
    ),
    Entry(
        "deny",
        "“with an explicit deny”, and not where",
        "A statement forbids it, and the message does not say in which kind of policy.",
        (
            ("message.kind", "denial"),
            ("message.class", "stated"),
            ("message.detail", "deny"),
            ("deny.about", "unsaid"),
            ("message.effect", "explicit"),
        ),
    ),
    Entry(
        "s3-answer",
        "Something about S3, no message",
        "A refusal by S3 of which only that is known.",
        (("failing", "s3"),),
    ),
)
