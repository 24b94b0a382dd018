"""A paste and answers in, ranked findings out."""

import msgspec

from engine.facts import Fact
from engine.findings import Finding
from engine.messages.parsed import ParsedError

__all__ = ["Diagnosis", "Denial"]


class Denial(msgspec.Struct, frozen=True):
    """One denial of a paste: what was read, the facts, the findings best first."""

    error: ParsedError
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything a paste gave.

    recognised: the text holds a denial or a look-alike that the knowledge base knows. text: the paste with every
    secret masked, the same length as the paste, so that spans point into it. secrets: the kinds of secret masked
    (`secret access key`), for the warning to rotate them.
    """

    recognised: bool
    text: str
    secrets: tuple[str, ...]
    denials: tuple[Denial, ...]
