"""What an expression comes to, as far as the files tell: names through variables, locals, templates and for_each.

Nothing is run. What depends on a provider, a function we do not read or a value given elsewhere is unknown, and a text
with unknown parts keeps the parts that are known."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Union

import msgspec

from whydenied.engine.source.names import UNKNOWN, Text, literal
from whydenied.engine.source.terraform.syntax import Block, Node, unwrapped

if TYPE_CHECKING:
    from whydenied.engine.source.terraform.modules import Module

__all__ = ["Each", "Reference", "Value", "at_most_one", "evaluate", "instances", "text_of"]

# Expressions within expressions, and locals behind locals.
_DEPTH = 40
# Resources made for each of a resource that is made for each …
_CHAIN = 8
# As many of one block as are looked at.
_COUNT = re.compile(r"[0-9]{1,2}\Z")

Value = Union[Text, "Reference", tuple["Value", ...], dict[str, "Value"]]


class Reference(msgspec.Struct, frozen=True):
    """Another block's attribute. module: where that block stands; block: it; key: the instance of a for_each, None
    where it is not said; path: what is taken of it, as `("arn",)`."""

    module: "Module"
    block: Block
    key: str | None
    path: tuple[str, ...]


class Each(msgspec.Struct, frozen=True):
    """One instance of a for_each or of a count. counted: key is the number of a count."""

    key: str
    value: Value
    counted: bool = False


def instances(module: "Module", block: Block, each: Each | None = None, depth: int = 0) -> list[Each | None]:
    """Return the instances of a block with for_each or count, [each] for one without, [] where keys are not known."""
    if depth > _CHAIN:
        return []
    if "count" in block.attributes and not at_most_one(module, block):
        number = text_of(evaluate(module, block.attributes["count"], each)).exact or ""
        return [Each(str(one), UNKNOWN, True) for one in range(int(number))] if _COUNT.match(number) else []
    if "for_each" not in block.attributes:
        return [each]
    found = evaluate(module, block.attributes["for_each"], each)
    if isinstance(found, Reference) and found.key is None and not found.path:
        # One for each instance of another resource.
        others = instances(found.module, found.block, None, depth + 1)
        keys = [one.key for one in others if one is not None]
        return [Each(key, msgspec.structs.replace(found, key=key)) for key in keys]
    if isinstance(found, dict):
        return [Each(key, value) for key, value in found.items()]
    if isinstance(found, tuple):
        texts = [one.exact for one in found if isinstance(one, Text)]
        return [Each(text, literal(text)) for text in texts if text is not None]
    return []


def at_most_one(module: "Module", block: Block) -> bool:
    """Tell whether a count only says whether there is one at all: `1`, or `… ? 1 : 0`."""
    node = unwrapped(block.attributes["count"])
    ways = node.named_children[1:] if node.type == "conditional" else [node]
    return all(text_of(evaluate(module, one)).exact in ("0", "1") for one in ways)


def evaluate(module: "Module", node: Node, each: Each | None = None, depth: int = 0) -> Value:
    """Return what an expression comes to in a module, for one instance of its block."""
    node = unwrapped(node)
    read = _READERS.get(node.type)
    if depth > _DEPTH:
        return UNKNOWN
    if node.type == "expression":
        return _traversal(module, node, each, depth + 1)
    return read(module, node, each, depth + 1) if read else UNKNOWN


def _plain(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    return literal((node.text or b"").decode())


def _string(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    parts: list[str | None] = []
    for child in node.named_children:
        if child.type == "template_literal":
            parts.append((child.text or b"").decode().replace("$${", "${").replace('\\"', '"'))
        elif child.type == "template_interpolation":
            inner = next((one for one in child.named_children if one.type == "expression"), None)
            value = evaluate(module, inner, each, depth) if inner else UNKNOWN
            parts += text_of(value).parts
        elif child.type == "template_directive":
            parts.append(None)
    return Text(tuple(parts))


def text_of(value: Value) -> Text:
    """Return a value as text; a reference to a block's name or id is that block's name."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Reference):
        from whydenied.engine.source.terraform.modules import name_of

        return name_of(value)
    return UNKNOWN


def _tuple(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    return tuple(evaluate(module, child, each, depth) for child in node.named_children if child.type == "expression")


def _object(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    found: dict[str, Value] = {}
    for element in node.named_children:
        if element.type != "object_elem":
            continue
        key, value = element.named_children[0], element.named_children[-1]
        found[_key(module, key, each, depth)] = evaluate(module, value, each, depth)
    return found


def _key(module: "Module", node: Node, each: Each | None, depth: int) -> str:
    node = unwrapped(node)
    if node.type == "variable_expr":
        return (node.text or b"").decode()
    return text_of(evaluate(module, node, each, depth)).exact or ""


def _traversal(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    """Read `var.x`, `local.x.y`, `each.key`, `aws_iam_role.ci["a"].arn`, `module.x.output`."""
    steps = _steps(module, node, each, depth)
    if steps is None:
        return UNKNOWN
    head, *rest = steps
    if head == "each" and each is not None and rest:
        return _into(each.value, rest[1:]) if rest[0] == "value" else literal(each.key)
    if head == "count" and each is not None and each.counted and rest == ["index"]:
        return literal(each.key)
    if head in ("var", "local") and rest:
        found = module.variable(rest[0]) if head == "var" else module.local(rest[0], depth)
        return _into(found, rest[1:])
    if head == "module" and len(rest) >= 2:
        return module.output(rest, depth)
    if head == "path" and rest == ["module"]:
        return literal(module.folder or ".")
    return module.reference(steps)


def _steps(module: "Module", node: Node, each: Each | None, depth: int) -> list[str] | None:
    steps: list[str] = []
    for child in node.children:
        if child.type in ("variable_expr", "get_attr"):
            steps.append((child.named_children[0].text or b"").decode())
        elif child.type == "index":
            inner = [one for one in _below(child) if one.type == "expression"]
            key = text_of(evaluate(module, inner[0], each, depth)).exact if inner else None
            steps.append(f"[{'' if key is None else key}")
        elif child.type == "splat":
            steps.append("[")
        else:
            return None
    return steps or None


def _below(node: Node) -> list[Node]:
    found = list(node.named_children)
    for child in node.named_children:
        if child.type != "expression":
            found += _below(child)
    return found


def _into(value: Value, path: list[str]) -> Value:
    for step in path:
        name = step.removeprefix("[")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, tuple) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, Reference):
            value = msgspec.structs.replace(value, path=(*value.path, name))
        else:
            return UNKNOWN
    return value


def _variable(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    return literal((node.text or b"").decode())


def _conditional(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    """A choice that nobody can see made: known only where both ways come to the same."""
    ways = [evaluate(module, child, each, depth) for child in node.named_children[1:]]
    return ways[0] if len(ways) == 2 and ways[0] == ways[1] else UNKNOWN


def _call(module: "Module", node: Node, each: Each | None, depth: int) -> Value:
    name = (node.named_children[0].text or b"").decode()
    arguments = next((one for one in node.named_children if one.type == "function_arguments"), None)
    given = [evaluate(module, one, each, depth) for one in (arguments.named_children if arguments else [])]
    function = _FUNCTIONS.get(name)
    return function(given) if function and given else UNKNOWN


def _join(given: list[Value]) -> Value:
    separator = text_of(given[0])
    items = given[1] if len(given) > 1 and isinstance(given[1], tuple) else (UNKNOWN,)
    parts: list[str | None] = []
    for place, item in enumerate(items):
        parts += [*(separator.parts if place else ()), *text_of(item).parts]
    return Text(tuple(parts))


def _format(given: list[Value]) -> Value:
    pattern = text_of(given[0]).exact
    if pattern is None:
        return UNKNOWN
    parts: list[str | None] = []
    rest = iter(given[1:])
    for piece in re.split(r"(%[sdv]|%%)", pattern):
        if piece in ("%s", "%d", "%v"):
            parts += text_of(next(rest, UNKNOWN)).parts
        else:
            parts.append("%" if piece == "%%" else piece)
    return Text(tuple(parts))


def _mapped(change: Callable[[str], str]) -> Callable[[list[Value]], Value]:
    def mapped(given: list[Value]) -> Value:
        return Text(tuple(None if part is None else change(part) for part in text_of(given[0]).parts))

    return mapped


def _replace(given: list[Value]) -> Value:
    text, old, new = (text_of(one).exact for one in (*given, UNKNOWN, UNKNOWN)[:3])
    if text is None or old is None or new is None or old.startswith("/"):
        return UNKNOWN
    return literal(text.replace(old, new))


def _first(given: list[Value]) -> Value:
    return given[0]


def _keys(given: list[Value]) -> Value:
    return tuple(literal(key) for key in given[0]) if isinstance(given[0], dict) else UNKNOWN


def _length(given: list[Value]) -> Value:
    return literal(str(len(given[0]))) if isinstance(given[0], tuple | dict) else UNKNOWN


def _merge(given: list[Value]) -> Value:
    found: dict[str, Value] = {}
    for one in given:
        if not isinstance(one, dict):
            return UNKNOWN
        found.update(one)
    return found


def _concat(given: list[Value]) -> Value:
    return tuple(item for one in given for item in (one if isinstance(one, tuple) else (UNKNOWN,)))


_FUNCTIONS: Mapping[str, Callable[[list[Value]], Value]] = {
    "join": _join,
    "format": _format,
    "lower": _mapped(str.lower),
    "upper": _mapped(str.upper),
    "trimspace": _first,
    "replace": _replace,
    "toset": _first,
    "tolist": _first,
    "tomap": _first,
    "tostring": _first,
    "try": _first,
    "coalesce": _first,
    "nonsensitive": _first,
    "keys": _keys,
    "length": _length,
    "merge": _merge,
    "concat": _concat,
}

_READERS: Mapping[str, Callable[[Any, Node, Each | None, int], Value]] = {
    "string_lit": _string,
    "quoted_template": _string,
    "heredoc_template": _string,
    "numeric_lit": _plain,
    "bool_lit": _plain,
    "tuple": _tuple,
    "object": _object,
    "variable_expr": _variable,
    "function_call": _call,
    "conditional": _conditional,
}
