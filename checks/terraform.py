"""The policies that a page's Terraform writes, read by a parser of its language (python-hcl2), and what it lacks.

A policy stands in a data source `aws_iam_policy_document`, in `jsonencode({…})`, in the arguments of a permission for
a function, or in a file that the page shows as JSON. What a reference stands for is left open (`checks.effect`).
"""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import msgspec

from whydenied.checks.effect import Document, reference

__all__ = ["Snippet", "TerraformPolicy", "hcl_is_installed", "read_terraform"]

_DOCUMENT = "aws_iam_policy_document"
_USED = re.compile(r"\bdata\.([a-z0-9_]+)\.([A-Za-z0-9_-]+)")
_HELD = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
_OPPOSITE = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
# Blocks that change an account or how it is changed; a page whose Terraform has none of them changes nothing.
_CHANGES = ("resource", "provider", "terraform", "module")


class TerraformPolicy(msgspec.Struct, frozen=True):
    """A policy document as it is written in Terraform, and the block that writes it."""

    block: str
    document: Document


class Snippet(msgspec.Struct):
    """What one piece of Terraform holds.

    blocks: the blocks that change something. files: the policy files that it names. sources and used: the data
    sources that it declares and those that something asks for. permissions: the arguments of `aws_lambda_permission`.
    """

    blocks: list[str] = []
    policies: list[TerraformPolicy] = []
    files: list[str] = []
    sources: list[str] = []
    used: list[str] = []
    permissions: list[Document] = []

    def add(self, other: "Snippet") -> None:
        """Take in what another piece of the same page holds."""
        for name in self.__struct_fields__:
            getattr(self, name).extend(getattr(other, name))


def hcl_is_installed() -> bool:
    """Tell whether the parser is there; it is a tool of ours, not of the site's."""
    return find_spec("hcl2") is not None


def read_terraform(text: str) -> Snippet:
    """Read a snippet. Raises ValueError with the parser's reason where it is not Terraform's language."""
    read, snippet = _parsed(text), Snippet()
    snippet.used = [f"{kind}.{name}" for kind, name in _USED.findall(text)]
    for kind in _CHANGES:
        for labelled in read.get(kind, []):
            for name, body in _blocks(labelled, 2 if kind == "resource" else 0 if kind == "terraform" else 1):
                snippet.blocks.append(f"{kind} {name}".strip())
                _policies(name, body, snippet)
    for labelled in read.get("data", []):
        for name, body in _blocks(labelled, 2):
            snippet.sources.append(name)
            if name.startswith(f"{_DOCUMENT}."):
                snippet.policies.append(TerraformPolicy(f"data {name}", _document(body)))
    return snippet


def _parsed(text: str) -> Document:
    import hcl2  # not needed by anything but a check

    try:
        parsed: Document = hcl2.loads(text if text.endswith("\n") else f"{text}\n")
    except Exception as error:  # whatever a grammar raises: it has no common kind
        raise ValueError(str(error).strip().splitlines()[0]) from error
    return parsed


def _blocks(labelled: Document, depth: int) -> Iterator[tuple[str, Document]]:
    """Yield each block below its labels: `type.name` and its body."""
    if depth == 0:
        yield "", labelled
        return
    for label, inner in labelled.items():
        if isinstance(inner, dict):
            for rest, body in _blocks(inner, depth - 1):
                yield f"{_plain(label)}.{rest}".rstrip("."), body


def _policies(name: str, body: Document, snippet: Snippet) -> None:
    if name.startswith("aws_lambda_permission."):
        snippet.permissions.append({key: _value(value) for key, value in body.items() if key != "__is_block__"})
    for value in _leaves(body):
        call = re.fullmatch(r"\$\{(jsonencode|file)\((.*)\)\}", value, re.DOTALL)
        if call and call[1] == "file" and call[2].endswith('.json"'):
            snippet.files.append(_plain(call[2]))
        elif call and call[1] == "jsonencode":
            document = _value(_parsed(f"x = {call[2]}")["x"])
            if isinstance(document, dict) and "Statement" in document:
                snippet.policies.append(TerraformPolicy(name, document))


def _leaves(value: Document | list[object]) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            yield from _leaves(item)


def _document(body: Document) -> Document:
    """Read the blocks of an `aws_iam_policy_document` as the JSON that it makes (its documentation)."""
    statements = [_statement(block) for block in body.get("statement", [])]
    return {"Version": _value(body.get("version", '"2012-10-17"')), "Statement": statements}


def _statement(block: Document) -> Document:
    statement: Document = {"Effect": _value(block.get("effect", '"Allow"'))}
    for name, element in _OPPOSITE.items():
        if name in block:
            statement[element] = _value(block[name])
    for name, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        for principal in block.get(name, []):
            kind = _value(principal["type"])
            kinds = statement.setdefault(element, {})
            kinds.setdefault("AWS" if kind == "*" else kind, []).extend(_value(principal["identifiers"]))
    for condition in block.get("condition", []):
        keys = statement.setdefault("Condition", {}).setdefault(_value(condition["test"]), {})
        keys[_value(condition["variable"])] = _value(condition["values"])
    return statement


def _value(value: Any) -> Any:
    """Turn what the parser returns into plain data: quoted texts, references, lists and objects."""
    if isinstance(value, dict):
        return {_plain(key): _value(item) for key, item in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [_value(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    plain = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    # `$${…}` and `&{…}` are how Terraform spells a policy variable; anything else in `${…}` it fills in.
    spelled = plain.replace("$${", "&{")
    return _HELD.sub(lambda match: reference(match[1].strip()), spelled).replace("&{", "${")


def _plain(text: str) -> str:
    return text.strip().strip('"')
