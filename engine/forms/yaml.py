"""A statement in YAML, as templates of CloudFormation, SAM and the Serverless Framework hold it."""

import json
import re

__all__ = ["yaml_item", "yaml_lines", "yaml_scalar"]

# A text that YAML reads as itself without quotes: no sign at its start, no `: ` or ` #`, no number, date or truth.
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./@+=,:*$-]*[A-Za-z0-9_/*]\Z|[A-Za-z]\Z")
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def yaml_scalar(value: object) -> str:
    """Return one value in a line; a text in quotes where it needs them."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.match(value) and value.lower() not in _WORDS and ":" not in value[-1:] and ": " not in value
    return value if plain else json.dumps(value, ensure_ascii=False)


def yaml_lines(value: dict[str, object], indent: int = 0) -> list[str]:
    """Return a mapping's lines."""
    lines = []
    start = " " * indent
    for key, one in value.items():
        name = yaml_scalar(key)
        if isinstance(one, dict):
            lines += [f"{start}{name}:", *yaml_lines(one, indent + 2)]
        elif isinstance(one, list):
            lines.append(f"{start}{name}:")
            for item in one:
                lines += yaml_item(item, indent + 2)
        else:
            lines.append(f"{start}{name}: {yaml_scalar(one)}")
    return lines


def yaml_item(value: object, indent: int = 0) -> list[str]:
    """Return an item of a list: its first line begins with `- `."""
    start = " " * indent
    if isinstance(value, dict) and value:
        first, *rest = yaml_lines(value, indent + 2)
        return [f"{start}- {first.lstrip()}", *rest]
    return [f"{start}- {yaml_scalar(value)}"]
