"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and the literals `${*}`, `${?}`, `${$}`.

Source: IAM User Guide, "IAM policy elements: Variables and tags". They work with Version 2012-10-17 only, in Resource
and with string and ARN operators. A variable that has no single value in the request and no default is null: nothing
equals or resembles it, so an inverted operator matches ("Policy variables with no value").
"""

import re
from typing import NamedTuple

from whydenied.engine.policy.context import Context
from whydenied.engine.policy.matching import Fragment

__all__ = ["Template", "parse_template"]

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT = re.compile(r"([^,]*),\s*'([^']*)'\s*")
_LITERALS = frozenset("*?$")


class _Variable(NamedTuple):
    key: str
    default: str | None


class Template:
    """A policy value that holds variables.

    keys: the condition keys it needs, lower case. broken: its syntax is wrong (`${` without an end, an empty name),
    so that it never resolves.
    """

    __slots__ = ("_parts", "broken", "keys")

    def __init__(self, text: str) -> None:
        self._parts: list[Fragment | _Variable] = []
        position = 0
        between: list[str] = []
        for found in _VARIABLE.finditer(text):
            between.append(text[position : found.start()])
            self._parts.append((between[-1], False))
            self._parts.append(_read(found[1]))
            position = found.end()
        between.append(text[position:])
        self._parts.append((between[-1], False))
        self.keys = tuple(part.key for part in self._parts if isinstance(part, _Variable))
        self.broken = "" in self.keys or any("${" in part for part in between)

    def resolve(self, context: Context) -> list[Fragment] | None:
        """Return the value in fragments, those from variables literal; None where it is null or broken."""
        if self.broken:
            return None
        fragments: list[Fragment] = []
        for part in self._parts:
            value = self._value(part, context) if isinstance(part, _Variable) else part
            if value is None:
                return None
            fragments.append(value)
        return fragments

    @staticmethod
    def _value(variable: _Variable, context: Context) -> Fragment | None:
        value = context.values.get(variable.key, variable.default)
        return (value, True) if isinstance(value, str) else None

    def widest(self, context: Context) -> list[Fragment]:
        """Return the value with `*` for each variable that is not known or is null."""
        return [
            self._value(part, context) or ("*", False) if isinstance(part, _Variable) else part for part in self._parts
        ]

    def unknown(self, context: Context) -> str | None:
        """Return the first key whose value is not known, so that the result is not either; None if there is none."""
        return next((key for key in self.keys if context.unknown(key)), None)


def _read(name: str) -> Fragment | _Variable:
    if name in _LITERALS:
        return (name, True)
    default = _DEFAULT.fullmatch(name)
    if default:
        return _Variable(default[1].strip().lower(), default[2])
    return _Variable(name.strip().lower(), None)


def parse_template(text: str) -> Template | None:
    """Parse a policy value; None where it holds no variable."""
    return Template(text) if "${" in text else None
