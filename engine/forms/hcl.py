"""A statement in Terraform's language, laid out as `terraform fmt` does."""

import json
import re
from typing import Any

__all__ = ["hcl_object", "hcl_string", "hcl_value", "statement_block"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def hcl_string(text: str) -> str:
    """Return a quoted string; `${` and `%{` stand for themselves."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def hcl_value(value: object, indent: int = 0) -> str:
    """Return any JSON value as an expression; lists of texts in one line, objects over several."""
    if isinstance(value, dict):
        return hcl_object(value, indent)
    if isinstance(value, list):
        if any(isinstance(one, dict) for one in value):
            inner = ", ".join(hcl_value(one, indent) for one in value)
            return f"[{inner}]"
        return f"[{', '.join(hcl_value(one) for one in value)}]"
    return hcl_string(value) if isinstance(value, str) else json.dumps(value)


def hcl_object(value: dict[str, object], indent: int = 0, *, one_line: bool = False) -> str:
    """Return an object as jsonencode takes it; the first line is not indented, the others are."""
    if one_line:
        return f"{{ {', '.join(f'{_key(key)} = {_flat(one)}' for key, one in value.items())} }}"
    return "\n".join(["{", *_lines({_key(key): one for key, one in value.items()}, indent + 2), f"{' ' * indent}}}"])


def statement_block(statement: dict[str, Any], indent: int = 2) -> str:
    """Return the `statement` block of aws_iam_policy_document that comes to this statement."""
    simple = {
        name: [value] if isinstance(value, str) and name in _LISTS else value
        for field, name in _FIELDS.items()
        if (value := statement.get(field)) is not None
    }
    parts = ["\n".join(_lines(simple, indent + 2))]
    for field, name in (("Principal", "principals"), ("NotPrincipal", "not_principals")):
        parts += [_block(name, one, indent + 2) for one in _principals(statement.get(field))]
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            given = [str(one) for one in (values if isinstance(values, list) else [values])]
            parts.append(_block("condition", {"test": operator, "variable": key, "values": given}, indent + 2))
    start = " " * indent
    return f"{start}statement {{\n" + "\n\n".join(parts) + f"\n{start}}}"


_FIELDS = {
    "Sid": "sid",
    "Effect": "effect",
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}
_LISTS = ("actions", "not_actions", "resources", "not_resources")


def _principals(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if isinstance(value, str):
        return [{"type": "*", "identifiers": ["*"]}]
    return [
        {"type": kind, "identifiers": [names] if isinstance(names, str) else names} for kind, names in value.items()
    ]


def _block(name: str, values: dict[str, object], indent: int) -> str:
    start = " " * indent
    return "\n".join([f"{start}{name} {{", *_lines(values, indent + 2), f"{start}}}"])


def _lines(values: dict[str, object], indent: int) -> list[str]:
    """Return `key = value` lines; runs of one-line values have their signs in one column, as `terraform fmt` wants."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def end_run() -> None:
        width = max((len(key) for key, _ in run), default=0)
        lines.extend(f"{' ' * indent}{key:{width}} = {text}" for key, text in run)
        run.clear()

    for key, value in values.items():
        text = hcl_value(value, indent)
        if "\n" in text:
            end_run()
            lines.append(f"{' ' * indent}{key} = {text}")
        else:
            run.append((key, text))
    end_run()
    return lines


def _key(key: str) -> str:
    return key if _NAME.match(key) else hcl_string(key)


def _flat(value: object) -> str:
    return hcl_object(value, one_line=True) if isinstance(value, dict) else hcl_value(value)
