"""What a family of condition operators provides, and what a condition block compiles to.

A family compares one policy value with one request value; everything that all operators share (missing keys, lists, set
operators, IfExists, variables, what cannot be known) is in `condition.py`.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from whydenied.engine.policy.matching import Fragment

__all__ = ["Comparison", "Compile", "Operator", "plain", "typed"]

T = TypeVar("T")

# Compares a request value with the policy value it was made for; None where the request value is not of the family's
# type.
Comparison = Callable[[str], bool | None]

# Makes the comparison for one policy value (in fragments, so that text from a variable stays literal), or None where
# the policy value is not of the family's type: then it never matches, also under a negated operator.
Compile = Callable[[list[Fragment]], Comparison | None]


class Operator(NamedTuple):
    """One condition operator.

    compile: makes the comparison for one policy value.
    words: how the condition reads in a sentence (`is in`). negated: it holds where no policy value matches.
    variables: policy variables work with it (string, ARN and Bool operators: IAM User Guide, "Condition element").
    exact: a policy value matches its own text and nothing else, unless it holds one of these characters or a variable
    ("" for no such character; None: it may match more). cost: of one comparison, a look of a pattern at a text being 1.
    sample: a policy value of the family's type, which tells whether a request's value is of it.
    """

    name: str
    compile: Compile
    words: str
    negated: bool = False
    variables: bool = False
    exact: str | None = None
    cost: int = 1
    sample: str = ""


def plain(fragments: list[Fragment]) -> str:
    """Join fragments into the text they spell."""
    return fragments[0][0] if len(fragments) == 1 else "".join(text for text, _ in fragments)


def typed(read: Callable[[str], T | None], relation: Callable[[T, T], bool]) -> Compile:
    """Return what compiles a policy value of a family whose values are read before they are compared.

    read: a value's text, None where it is not of the family's type. relation: of the request's value to the policy's.
    """

    def compile_value(value: list[Fragment]) -> Comparison | None:
        wanted = read(plain(value))
        if wanted is None:
            return None

        def compare(actual: str) -> bool | None:
            found = read(actual)
            return None if found is None else relation(found, wanted)

        return compare

    return compile_value
