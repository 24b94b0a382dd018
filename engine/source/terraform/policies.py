"""The document behind a `policy` attribute: where its statements stand, and whether somebody else uses them too."""

import posixpath
from typing import Any

import msgspec

from whydenied.engine.forms.hcl import statement_block
from whydenied.engine.source.edit import Splice
from whydenied.engine.source.files import SourceFile
from whydenied.engine.source.listing import Listing, added
from whydenied.engine.source.positions import MappingNode, SequenceNode, compose, field, items, text
from whydenied.engine.source.terraform.modules import Module
from whydenied.engine.source.terraform.syntax import Block, Node, unwrapped
from whydenied.engine.source.terraform.values import Each, Reference, evaluate, text_of

__all__ = ["DataDocument", "PolicyDocument", "actions_of", "document_of", "with_statement"]


class DataDocument(msgspec.Struct, frozen=True):
    """An aws_iam_policy_document."""

    module: Module
    block: Block

    @property
    def services(self) -> frozenset[str]:
        """The services whose actions it names."""
        found = set()
        for statement in self.block.blocks:
            if statement.kind == "statement" and "actions" in statement.attributes:
                value = evaluate(self.module, statement.attributes["actions"])
                names = [text_of(one).exact or "" for one in value] if isinstance(value, tuple) else []
                found |= {name.partition(":")[0].lower() for name in names}
        return frozenset(found)


PolicyDocument = Listing | DataDocument


def with_statement(document: PolicyDocument, statement: dict[str, object]) -> tuple[Splice, ...]:
    """Return the splices that add a statement to a document."""
    if isinstance(document, Listing):
        return added(document, statement)
    block = document.block
    data = block.file.data
    end = block.node.end_byte - 1
    line_start = data.rfind(b"\n", 0, end) + 1
    indent = len(data[line_start:end]) if not data[line_start:end].strip() else 0
    gap = "" if data[:line_start].rstrip().endswith(b"{") else "\n"
    new = f"{gap}{statement_block(statement, indent + 2)}\n"
    return (Splice(block.file.path, line_start, line_start, new),)


def document_of(module: Module, node: Node, file: SourceFile, each: Each | None = None) -> PolicyDocument | None:
    """Return the document that an expression comes to; None where it is made in a way that cannot be added to."""
    node = unwrapped(node)
    if node.type == "function_call":
        return _of_call(module, node, file, each)
    if node.type in ("heredoc_template", "quoted_template", "string_lit"):
        return _of_text(node, file) if node.type == "heredoc_template" else None
    local = _local_name(node)
    if local is not None:
        found = module.local_node(local)
        block = next((one for one in module.blocks if one.kind == "locals" and local in one.attributes), None)
        return document_of(module, found, block.file, each) if found is not None and block is not None else None
    value = evaluate(module, node, each)
    if isinstance(value, Reference) and value.block.labels[:1] == ("aws_iam_policy_document",):
        return DataDocument(value.module, value.block)
    return None


def _of_call(module: Module, node: Node, file: SourceFile, each: Each | None) -> PolicyDocument | None:
    name = (node.named_children[0].text or b"").decode()
    arguments = [one for child in node.named_children[1:] for one in child.named_children if one.type == "expression"]
    if name == "jsonencode" and len(arguments) == 1:
        return _of_object(module, unwrapped(arguments[0]), file)
    if name in ("file", "templatefile") and arguments:
        path = text_of(evaluate(module, arguments[0], each)).exact
        found = module.project.tree.files.get(posixpath.normpath(path)) if path else None
        return _of_json(found, 0, found.data, template=name == "templatefile") if found else None
    return None


def _of_object(module: Module, node: Node, file: SourceFile) -> Listing | None:
    local = _local_name(node)
    if local is not None:
        found = module.local_node(local)
        block = next((one for one in module.blocks if one.kind == "locals" and local in one.attributes), None)
        return _of_object(module, unwrapped(found), block.file) if found is not None and block is not None else None
    if node.type != "object":
        return None
    for element in node.named_children:
        if element.type == "object_elem":
            key = (element.named_children[0].text or b"").decode().strip('"')
            if key == "Statement":
                return _of_statements(module, unwrapped(element.named_children[-1]), file)
    return None


def _of_statements(module: Module, node: Node, file: SourceFile) -> Listing | None:
    local = _local_name(node)
    if local is not None:
        found = module.local_node(local)
        block = next((one for one in module.blocks if one.kind == "locals" and local in one.attributes), None)
        return _of_statements(module, unwrapped(found), block.file) if found is not None and block else None
    if node.type == "function_call" and (node.named_children[0].text or b"") == b"concat":
        lists = [unwrapped(one) for child in node.named_children[1:] for one in child.named_children]
        node = next((one for one in lists if one.type == "tuple"), node)
    if node.type == "tuple":
        inside = [one for one in node.named_children if one.type == "expression"]
        spans = tuple((one.start_byte, one.end_byte) for one in inside)
        actions = tuple(action for one in inside for action in actions_of(evaluate(module, one)))
        return Listing(file, "hcl", node.start_byte, node.end_byte, spans, actions=actions)
    if node.type == "object":
        span = ((node.start_byte, node.end_byte),)
        actions = tuple(actions_of(evaluate(module, node)))
        return Listing(file, "hcl", *span[0], span, alone=True, actions=actions)
    return None


def actions_of(statement: object) -> list[str]:
    """Return the actions of a statement that was evaluated, as far as they are known."""
    value = statement.get("Action", ()) if isinstance(statement, dict) else ()
    return [text_of(one).exact or "" for one in (value if isinstance(value, tuple) else (value,))]


def _of_text(node: Node, file: SourceFile) -> Listing | None:
    """Read JSON in a heredoc; what Terraform fills in is passed over."""
    parts = [child for child in node.children if child.type != "heredoc_start"]
    inner = [child for child in parts if child.type != "heredoc_identifier"]
    if not inner:
        return None
    start, end = inner[0].start_byte, inner[-1].end_byte
    data = bytearray(file.data[start:end])
    for child in inner:
        if child.type != "template_literal":
            span = slice(child.start_byte - start, child.end_byte - start)
            data[span] = b"x" * (child.end_byte - child.start_byte)
    return _of_json(file, start, bytes(data), template=True)


def _of_json(file: SourceFile, start: int, data: bytes, *, template: bool) -> Listing | None:
    """Read a policy document whose first byte is at `start` of the file."""
    statements = field(compose(data), "Statement")
    if isinstance(statements, SequenceNode):
        each, alone = list(statements.value), False
    elif isinstance(statements, MappingNode):
        each, alone = [statements], True
    else:
        return None
    spans = tuple((start + one.start_mark.index, start + one.end_mark.index) for one in each)
    actions = tuple(action for one in each for key, value in items(one) if key == "Action" for action in _texts(value))
    begin, end = start + statements.start_mark.index, start + statements.end_mark.index
    return Listing(file, "json", begin, end, spans, alone=alone, actions=actions, template=template)


def _texts(node: Any) -> list[str]:
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    return [found for one in nodes if (found := text(one)) is not None]


def _local_name(node: Node) -> str | None:
    """Return x for `local.x` and nothing behind it."""
    words = (node.text or b"").decode()
    head, _, name = words.partition(".")
    return name if node.type == "expression" and head == "local" and name.isidentifier() else None
