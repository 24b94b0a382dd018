"""Made-up arguments for Terraform's data sources, as their schemas ask for them and the provider takes them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.terraform.answering import ARN, NAME

__all__ = ["Way", "guesses", "needed_besides", "one_of", "ways", "written"]

# Arguments that change nothing about what is called.
_ASIDE = frozenset({"region", "tags", "timeouts"})
# What a text may have to look like, in the order in which it is tried.
_TEXTS = (
    NAME, ARN, "123456789012", "vpc-0123456789abcdef0", "us-east-1", "us-east-1a", "t3.micro", "{}", "10.0.0.0/16",
    "10.0.0.1", "2026-01-01T00:00:00Z", "https://example.com/probe", "probe@example.com", "/probe", "probe.example.com",
    "12345678-1234-1234-1234-123456789012", "arn:aws:iam::123456789012:role/probe", "1", "1.0.0",
    "com.amazonaws.us-east-1.s3", "r-prob", "ou-prob-probe123", "d-0123456789", "ssoins-0123456789abcdef",
    "arn:aws:sso:::instance/ssoins-0123456789abcdef", "p-0123456789", "2026-01-01", "probe:latest", "aws/probe",
    "cHJvYmU=", "probe/probe", "alias/probe", "us-east-1_probe12345", "0123456789abcdef0123456789abcdef",
)  # fmt: skip
_MOST_WAYS = 7
_LISTED = re.compile(r"(?i)(?:one of|values? (?:are|is)|(?:supported|valid) values)[: ]*\[(?P<values>.*?)\]", re.S)
_QUOTED = re.compile(r'"([^"\\]+)\\?"|([^\s"]+)')
_NEEDED = re.compile(r"all of `([\w.,]+)` must be specified|must be configured together: \[([\w,]+)\]")


class Way(NamedTuple):
    """One way to read a data source. kind: its type. further: what is given besides what must be, "" for nothing.
    arguments: those that are given."""

    kind: str
    further: str
    arguments: tuple[str, ...]


def ways(kind: str, schema: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the ways to read a data source: with what it must be given alone, and with each of the first further
    arguments; those by which it may be found, which are told where they are not given, before all others."""
    attributes, blocks = schema.get("attributes", {}), schema.get("block_types", {})
    needed = [name for name, one in attributes.items() if one.get("required")]
    needed += [name for name, one in blocks.items() if one.get("min_items")]
    yield Way(kind, "", tuple(needed))
    further = {name: one for name, one in attributes.items() if one.get("optional") and name not in _ASIDE}
    order = sorted(further, key=lambda name: (not further[name].get("computed"), further[name]["type"] != "string"))
    for name in [*order, *(name for name in blocks if name not in needed and name not in _ASIDE)][:_MOST_WAYS]:
        yield Way(kind, name, (*needed, name))


def guesses(schema: Mapping[str, Any], argument: str) -> list[str]:
    """Return values for an argument, in HCL, a block's with its braces; the most likely first."""
    attribute = schema.get("attributes", {}).get(argument)
    if attribute is None:
        block = schema["block_types"][argument]["block"]
        return list(dict.fromkeys(_block(block, text) for text in _TEXTS))
    first = [ARN] if argument.endswith(("arn", "arns")) else []
    return list(dict.fromkeys(_value(attribute["type"], text) for text in (*first, *_TEXTS)))


def one_of(words: str, schema: Mapping[str, Any], argument: str) -> list[str]:
    """Return the values that a message of the provider names for an attribute, in HCL."""
    found = _LISTED.search(words)
    attribute = schema.get("attributes", {}).get(argument)
    texts = [quoted or bare for quoted, bare in _QUOTED.findall(found["values"])] if found else []
    if attribute is None:
        block = schema["block_types"][argument]["block"]
        return [_block(block, text) for text in texts]
    return [_value(attribute["type"], text) for text in texts]


def needed_besides(words: str) -> tuple[str, ...]:
    """Return the arguments that a message of the provider asks for."""
    found = _NEEDED.search(words)
    return tuple((found[1] or found[2]).split(",")) if found else ()


def written(way: Way, label: str, values: Mapping[str, str]) -> str:
    """Return the data source in HCL. values: by argument."""
    lines = [f"{name} {'' if values[name][:2] == OPEN else '= '}{values[name]}" for name in way.arguments]
    return "\n".join([f'data "{way.kind}" "{label}" {{', *lines, "}\n"])


OPEN = "{\n"


def _value(kind: object, text: str) -> str:
    if isinstance(kind, list):
        if kind[0] == "object":
            return "{ " + ", ".join(f"{name} = {_value(one, text)}" for name, one in kind[1].items()) + " }"
        return f"{{ {NAME} = {_value(kind[1], text)} }}" if kind[0] == "map" else f"[{_value(kind[1], text)}]"
    if kind == "bool":
        return "true"
    if kind == "number":
        return text if text.isdigit() else "1"
    return json.dumps(text)


def _block(block: Mapping[str, Any], text: str) -> str:
    inner = {name: one for name, one in block.get("attributes", {}).items() if one.get("required")}
    lines = [f"{name} = {_value(one['type'], text)}" for name, one in inner.items()]
    nested = {name: one for name, one in block.get("block_types", {}).items() if one.get("min_items")}
    lines += [f"{name} {_block(one['block'], text)}" for name, one in nested.items()]
    return "\n".join([OPEN.strip(), *lines, "}"])
