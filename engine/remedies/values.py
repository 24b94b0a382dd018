"""Values of a condition key that may make conditions hold, or not hold: which to try, and how to say one.

What is tried is of the type that the operator compares (IAM User Guide, "Condition operators"), so that no Region is
called `true` and no address is a block. A value that was made up from a pattern is a stand-in for the proof alone:
people are told the pattern."""

import ipaddress
import re
import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.conditions import NULL, OPERATORS
from whydenied.engine.policy.conditions.condition import Condition, split_operator
from whydenied.engine.policy.context import Value
from whydenied.engine.remedies.caller import may_carry
from whydenied.engine.remedies.guides import guide_for

__all__ = ["FILLED", "candidates", "in_words", "unset_variables"]

# What stands for a value that is to be chosen, such as that of a tag.
FILLED = "value-of-yours"

_MAX_VALUES = 20
_MANY = 3
_ADDRESSES = ("203.0.113.77", "198.51.100.77", "2001:db8::77")
_OTHERS = ("another-value", "arn:aws:iam::000000000000:role/another")
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_NOW = frozenset({"aws:currenttime", "aws:epochtime"})


def candidates(asked: Sequence[Condition], request: Request, want: bool) -> Iterator[Value | None]:
    """Yield values that may make all conditions hold (want) or one fail: those that the policy names first, then
    others of their type, then leaving the key out (first where the named values are those that must not be)."""
    key = asked[0].key.lower()
    if guide_for(key).fixed:
        return
    without = bool(guide_for(key).without)
    if not may_carry(request, key):
        if without and not want:
            yield None
        return
    kinds = {_kind(one) for one in asked}
    many = any(split_operator(one.operator)[0] for one in asked)
    if without and kinds <= {"String", "Arn", "Null"} and not any(_inside(one, want) for one in asked):
        yield None
    tried: set[str] = set()
    for condition in asked:
        named = _named(condition, request)
        for one in _of_type(condition, named):
            if one not in tried and _comes(key, one, request):
                yield one
            tried.add(one)
        if many and len(named) > 1:
            yield tuple(named)
    if kinds & {"String", "Arn"}:
        yield from _OTHERS
    if "Null" in kinds:
        yield FILLED
    if without:
        yield None
    if many:
        yield ()


def in_words(value: Value | None, asked: Sequence[Condition], request: Request, want: bool) -> tuple[str, str]:
    """Say a value that does it: in a sentence, and in a command line (`<value>` where nobody but the reader knows)."""
    if isinstance(value, tuple):
        texts = [in_words(one, asked, request, want)[0] for one in value]
        return ", ".join(texts) or "none at all", "<value>"
    if value is None:
        return "absent", "<value>"
    if value == FILLED:
        return "a value of your choice", "<value>"
    if value in {text for one in asked for text in _named(one, request)} or _kind(asked[0]) in ("Numeric", "Date"):
        return f"`{value}`", shlex.quote(value)
    meant = next((one for one in asked if _inside(one, want)), None)
    condition = meant or asked[0]
    named = [f"`{text}`" for text in _named(condition, request) if text]
    said = " or ".join(named[:_MANY]) + (f" (and {len(named) - _MANY} more)" if len(named) > _MANY else "")
    if not said:
        return f"`{value}`", shlex.quote(value)
    if condition.operator.count("IpAddress"):
        return f"an address {'in' if meant else 'outside of'} {said}", "<value>"
    like = "something like " if meant else "nothing like " if "Like" in condition.operator else "other than "
    return f"{like}{said}", "<value>"


def unset_variables(asked: Sequence[Condition], request: Request) -> dict[str, str]:
    """Return the variables without a value that conditions compare with: by key in lower case, as written."""
    found: dict[str, str] = {}
    for condition in asked:
        for value in condition.values[:_MAX_VALUES]:
            for name in _VARIABLE.findall(value):
                key = name.strip().lower()
                if "," not in name and name not in ("*", "?", "$") and key not in request.context.values:
                    found[key] = name.strip()
    return found


def _kind(condition: Condition) -> str:
    """Return the family of a condition's operator; "" for one that does not exist."""
    base = split_operator(condition.operator)[1]
    if base not in OPERATORS and base != NULL:
        return ""
    base = base.replace("Not", "")
    families = ("String", "Numeric", "Date", "Bool", "Binary", "Ip", "Arn", "Null")
    return next((one for one in families if base.startswith(one)), "")


def _inside(condition: Condition, want: bool) -> bool:
    """Tell whether the key must be one of the values that the condition names, and not one besides them."""
    known = OPERATORS.get(split_operator(condition.operator)[1])
    return known is not None and known.negated != want


def _named(condition: Condition, request: Request) -> list[str]:
    """List the values that a condition names, with the request's values in place of variables."""
    if _kind(condition) == "Null":
        return []
    texts = (_resolved(value, request) for value in condition.values[:_MAX_VALUES])
    return list(dict.fromkeys(text for text in texts if text is not None))


def _of_type(condition: Condition, named: Sequence[str]) -> Iterator[str]:
    """Yield values of the type that a condition compares: as named, made from patterns, and beside them."""
    kind = _kind(condition)
    if kind == "Bool":
        yield from ("true", "false")
    elif kind == "Ip":
        yield from (address for text in named for address in _addresses(text))
        yield from _ADDRESSES
    elif kind in ("Numeric", "Date"):
        yield from named
        yield from (moved for text in named for moved in _moved(text))
    elif kind in ("String", "Arn", "Binary"):
        filled = (
            one for text in named for one in (text.replace("*", "").replace("?", "x"), text.replace("*", "x"), text)
        )
        yield from (one for one in dict.fromkeys(filled) if one)


def _comes(key: str, value: str, request: Request) -> bool:
    """Tell whether a value of a clock can still come: no call is made in the past."""
    now = request.context.values.get(key)
    if key not in _NOW or not isinstance(now, str):
        return True
    try:
        return float(value) >= float(now) if key == "aws:epochtime" else _moment(value) >= _moment(now)
    except (ValueError, TypeError):
        return True


def _resolved(text: str, request: Request) -> str | None:
    """Put the request's values in place of variables; None where one is not known."""
    for name in _VARIABLE.findall(text):
        key, _, default = name.partition(",")
        value = request.context.values.get(key.strip().lower(), default.strip(" '") or None)
        if name in ("*", "?", "$"):
            value = name
        if not isinstance(value, str):
            return None
        text = text.replace(f"${{{name}}}", value)
    return text


def _addresses(text: str) -> Iterator[str]:
    """Yield an address of a block, or the one that it is."""
    try:
        block = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return
    first = block.network_address
    yield str(first + 1 if block.num_addresses > 1 else first)
    beyond = int(block.broadcast_address) + 1
    if beyond < 2**block.max_prefixlen:
        yield str(ipaddress.ip_address(beyond) if block.version == 4 else ipaddress.IPv6Address(beyond))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _moved(text: str) -> Iterator[str]:
    """Yield a number or a date a little before and after one."""
    try:
        number = float(text)
        yield from (f"{number + 1:g}", f"{number - 1:g}")
        return
    except ValueError:
        pass
    try:
        moment = _moment(text)
        for days in (1, -1):
            yield (moment + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return
