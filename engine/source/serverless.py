"""The Serverless Framework: `serverless.yml` as the source of a function's role."""

import re

from whydenied.engine.arn import parse_arn
from whydenied.engine.forms.names import holder_name
from whydenied.engine.forms.yaml import yaml_item
from whydenied.engine.source.cloudformation import Template, read_template
from whydenied.engine.source.edit import SourceEdit, Splice, Unplaced, Wanted
from whydenied.engine.source.files import SourceFile, SourceTree
from whydenied.engine.source.listing import Listing, added
from whydenied.engine.source.names import UNKNOWN, Text, literal
from whydenied.engine.source.positions import MappingNode, Node, SequenceNode, compose, end_of, field, items, text

__all__ = ["place_in_serverless", "serverless_templates"]

_NAME = re.compile(r"(?:\A|/)serverless(?:\.[\w-]+)?\.ya?ml\Z")
_VARIABLE = re.compile(r"(\$\{[^}]{1,200}\})")


def serverless_templates(tree: SourceTree) -> list[Template]:
    """Return the `resources` of each serverless.yml as templates of CloudFormation's."""
    found = []
    for file in _files(tree):
        root = compose(file.data)
        template = read_template(file, root, field(root, "resources", "Resources"))
        if template is not None:
            found.append(template)
    return found


def place_in_serverless(tree: SourceTree, wanted: Wanted) -> SourceEdit | Unplaced:
    """Return the edit that adds the statement to the role which the framework makes for its functions.

    Names (Serverless Framework's documentation): SERVICE-STAGE-REGION-lambdaRole for all functions together;
    SERVICE-STAGE-FUNCTION-REGION-lambdaRole with the plugin serverless-iam-roles-per-function."""
    target = parse_arn(wanted.principal)
    if target is None or wanted.gate != "identity" or target.kind not in ("role", "assumed-role"):
        return Unplaced("no serverless.yml here makes it")
    name = holder_name(target)
    found = [(file, root, function) for file in _files(tree) for root, function in _owners(file, name)]
    if len(found) != 1:
        why = f"{len(found)} services may make `{name}`" if found else f"no serverless.yml here makes `{name}`"
        return Unplaced(why, tuple(f"{file.path}:1" for file, _, _ in found))
    file, root, function = found[0]
    if function is not None:
        return _into(file, function, ("iamRoleStatements",), wanted)
    provider = field(root, "provider")
    old = field(provider, "iamRoleStatements") is not None
    return _into(file, provider, ("iamRoleStatements",) if old else ("iam", "role", "statements"), wanted)


def _files(tree: SourceTree) -> list[SourceFile]:
    return [file for file in tree.ending(".yml", ".yaml") if _NAME.search(file.path)]


def _owners(file: SourceFile, name: str) -> list[tuple[Node, Node | None]]:
    root = compose(file.data)
    service = field(root, "service")
    service = field(service, "name") if isinstance(service, MappingNode) else service
    known = _read(text(service))
    stage, region = _read(text(field(root, "provider", "stage"))), _read(text(field(root, "provider", "region")))
    if root is None or field(root, "provider") is None or not name.endswith("lambdaRole"):
        return []
    for function, node in items(field(root, "functions")):
        parts = (*known.parts, "-", *stage.parts, "-", function, "-", *region.parts, "-lambdaRole")
        if field(node, "iamRoleStatements") is not None and Text(parts).fit(name):
            return [(root, node)]
    shared = Text((*known.parts, "-", *stage.parts, "-", *region.parts, "-lambdaRole"))
    return [(root, None)] if shared.fit(name) else []


def _read(value: str | None) -> Text:
    if value is None:
        return UNKNOWN
    parts = [None if part.startswith("${") else part for part in _VARIABLE.split(value) if part]
    return Text(tuple(parts)) if parts else literal("")


def _into(file: SourceFile, node: Node | None, path: tuple[str, ...], wanted: Wanted) -> SourceEdit | Unplaced:
    """Add to the list under these keys, making those that are missing."""
    line = int(node.start_mark.line) if node is not None else 1
    what = f"{'provider.' if len(path) > 1 else ''}{'.'.join(path)}"
    statements = field(node, *path)
    if isinstance(statements, SequenceNode):
        spans = tuple((one.start_mark.index, end_of(one)) for one in statements.value)
        start, end = statements.start_mark.index, end_of(statements)
        listing = Listing(file, "json" if statements.flow_style else "yaml", start, end, spans)
        return SourceEdit(file.path, line, what, added(listing, wanted.statement))
    for depth in range(len(path) - 1, -1, -1):
        parent = field(node, *path[:depth])
        if isinstance(parent, MappingNode) and parent.value and not parent.flow_style:
            if field(parent, path[depth]) is not None:
                break
            return _line_after(file, line, what, parent, path[depth:], wanted)
    return Unplaced(f"`{what}` is made in a way that cannot be added to", (f"{file.path}:{line}",))


def _line_after(
    file: SourceFile, line: int, what: str, parent: MappingNode, path: tuple[str, ...], wanted: Wanted
) -> SourceEdit:
    first = parent.value[0][0].start_mark.index
    column = first - (file.data.rfind(b"\n", 0, first) + 1)
    lines = [f"{' ' * (column + 2 * depth)}{key}:" for depth, key in enumerate(path)]
    lines += yaml_item(wanted.statement, column + 2 * len(path))
    end = file.data.find(b"\n", len(file.data[: end_of(parent)].rstrip()))
    end = len(file.data) if end < 0 else end
    return SourceEdit(file.path, line, what, (Splice(file.path, end, end, "\n" + "\n".join(lines)),))
