"""Source files read once more, by other parsers than the engine's: python-hcl2, PyYAML and json.

Only what the tests need: every statement that is written out, with the block it stands in."""

import json
import re
from collections.abc import Iterator
from typing import Any

import hcl2
import yaml

__all__ = ["blocks_of", "plain_statement", "statements_in"]

_FIELDS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_GAP = re.compile(r"\$\{[^}]*\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _tagged(loader: Any, suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return f"!{suffix} {node.value}"
    return f"!{suffix} {json.dumps(loader.construct_sequence(node, deep=True))}"


_Loader.add_multi_constructor("!", _tagged)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def statements_in(path: str, text: str) -> list[tuple[str, str]]:
    """Return (block, statement) for each statement written out in a file; a statement as canonical JSON."""
    text = text.replace("\r\n", "\n")
    return sorted((block, json.dumps(plain_statement(one), sort_keys=True)) for block, one in _statements(path, text))


def blocks_of(text: str) -> dict[str, Any]:
    """Return the blocks of a Terraform file by address: `aws_iam_role.ci`, `data.x.y`, `locals`."""
    found: dict[str, Any] = {}
    for kind, blocks in hcl2.loads(text if text.endswith("\n") else f"{text}\n").items():
        for block in blocks if isinstance(blocks, list) else []:
            words = [kind] if kind not in ("resource",) else []
            inner = block
            while isinstance(inner, dict) and len(inner) == 1 and isinstance(next(iter(inner.values())), dict):
                ((label, inner),) = inner.items()
                words.append(label.strip('"'))
            found[".".join(words)] = inner
    return found


def plain_statement(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement with single values out of their lists, so that two spellings of it compare equal."""
    return {key: _single(value) for key, value in statement.items()}


def _single(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _single(one) for key, one in value.items()}
    if isinstance(value, list):
        values = sorted((_single(one) for one in value), key=str)
        return values[0] if len(values) == 1 else values
    return value


def _statements(path: str, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if path.endswith(".tf"):
        for address, block in blocks_of(text).items():
            yield from ((address, one) for one in _in_block(address, block))
    elif path.endswith((".tpl", ".tftpl")) or (path.endswith(".json") and "Resources" not in text):
        yield from (("", one) for one in _objects(json.loads(_GAP.sub("x", text))))
    else:
        root = json.loads(text) if path.endswith(".json") else yaml.load(text, _Loader)
        nested = root.get("resources", {})
        for id_, one in {**root, **root.get("Resources", {}), **nested.get("Resources", {})}.items():
            if id_ not in ("Resources", "resources"):
                yield from ((id_, statement) for statement in _objects(one))


def _in_block(address: str, block: Any) -> Iterator[dict[str, Any]]:
    if address.startswith("data.aws_iam_policy_document."):
        yield from map(_of_statement_block, block.get("statement", []))
        return
    for text in _texts(block):
        if "<<" in text[:4]:
            inner = text.strip('"').split("\n", 1)[1].rpartition("\n")[0]
            try:
                yield from _objects(json.loads(_GAP.sub("x", inner)))
            except ValueError:
                continue
        elif text.startswith("${"):
            yield from _in_expression(text[2:-1])
    yield from _objects(_unquoted(block)) if address == "locals" else ()


def _of_statement_block(block: dict[str, Any]) -> dict[str, Any]:
    plain = _unquoted(block)
    found: dict[str, Any] = {"Effect": "Allow"}
    found |= {name: plain[key] for key, name in _FIELDS.items() if key in plain}
    for one in plain.get("principals", []):
        found.setdefault("Principal", {})[one["type"]] = one["identifiers"]
    for one in plain.get("condition", []):
        found.setdefault("Condition", {}).setdefault(one["test"], {})[one["variable"]] = one["values"]
    return found


def _in_expression(text: str) -> Iterator[dict[str, Any]]:
    """Yield the outermost objects with an `Effect` in an expression."""
    place = 0
    while (place := text.find("{", place)) >= 0:
        end = _closing(text, place)
        try:
            found = _unquoted(hcl2.loads(f"x = {text[place:end]}\n")["x"])
        except Exception:  # what lark says of no object
            found = None
        if isinstance(found, dict) and "Effect" in found:
            yield found
            place = end
        else:
            place += 1


def _closing(text: str, start: int) -> int:
    depth, quoted = 0, False
    for place in range(start, len(text)):
        letter = text[place]
        if letter == '"' and text[place - 1] != "\\":
            quoted = not quoted
        depth += 0 if quoted else (letter == "{") - (letter == "}")
        if not depth:
            return place + 1
    return len(text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and "Effect" in value:
        yield value
        return
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(one)


def _unquoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(_unquoted(key)): _unquoted(one) for key, one in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [_unquoted(one) for one in value]
    if isinstance(value, str) and value[:1] == '"':
        try:
            return json.loads(value.replace("$${", "${"))
        except ValueError:
            return value.strip('"')
    return value
