"""The CloudFormation of a page: the policies that it writes, and what CloudFormation's linter (cfn-lint) says of it.

A page shows resources alone, in one or more pieces; the linter is given them together as one template. What a
function of CloudFormation stands for (`!GetAtt Queue.Arn`) is left open (`checks.effect`).
"""

import functools
import re
import textwrap
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

import msgspec
import yaml

from whydenied.checks.effect import Document, reference
from whydenied.kb.frontmatter import SAFE_LOADER

__all__ = ["Piece", "cfn_lint_is_installed", "lint_template", "resources_in"]

_HELD = re.compile(r"\$\{([^}!]+)\}")
# Rules about a whole template that a page's excerpt cannot keep: parameters and conditions that nothing uses.
_OF_WHOLE_TEMPLATES = ("W2001", "W8001", "W1100")
# Endpoints of the type Gateway, which is the default, exist for these two alone (VPC User Guide).
_GATEWAYS = (".s3", ".dynamodb")


class Piece(msgspec.Struct, frozen=True):
    """A fence of code: its name on the page (`yaml 2`), its text, and the line of the file on which it begins."""

    name: str
    line: int
    text: str


def cfn_lint_is_installed() -> bool:
    """Tell whether the linter is there; it is a tool of ours, not of the site's."""
    return find_spec("cfnlint") is not None


def resources_in(text: str) -> dict[str, Document]:
    """Return the resources of a piece by their logical ids, functions as references; {} for other YAML."""
    try:
        read = yaml.load(text, Loader=_Loader)  # a safe loader: it knows plain values and marks
    except yaml.YAMLError:
        return {}
    if not isinstance(read, dict):
        return {}
    resources = read.get("Resources", read)
    found = resources if isinstance(resources, dict) else {}
    return {str(name): one for name, one in found.items() if isinstance(one, dict) and _is_aws(one)}


def lint_template(pieces: Sequence[Piece]) -> Iterator[tuple[int, str]]:
    """Yield (line of the file, what is wrong) for the pieces of one page, read as one template."""
    text, lines = "Resources:\n", [0]
    whole = [piece for piece in pieces if "Resources:" in piece.text.splitlines()]
    for piece in whole or pieces:
        body = piece.text if whole else textwrap.indent(piece.text, "  ")
        text = body if whole else text + body
        numbers = range(piece.line + 1, piece.line + 1 + len(piece.text.splitlines()))
        lines = [0, *numbers] if whole else [*lines, *numbers]
        if whole:
            yield from _linted(text, lines)
    if not whole:
        yield from _linted(text, [0, *lines])
    for piece in pieces:
        for name, resource in resources_in(piece.text).items():
            if _is_no_gateway(resource):
                yield piece.line, f"`{name}` has no `VpcEndpointType`, and there is no gateway endpoint for its service"


def _linted(text: str, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
    from cfnlint.decode import decode_str

    template, errors = decode_str(text)
    for match in errors or _runner().validate_template(template):
        if match.rule.id not in _OF_WHOLE_TEMPLATES:
            yield lines[min(match.linenumber, len(lines) - 1)], f"{match.rule.id}: {match.message}"


@functools.cache
def _runner() -> Any:
    """Load the linter's rules once: each run would read its eight hundred files again."""
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    return Runner(ConfigMixIn(regions=["eu-west-1"]))


def _is_aws(resource: Document) -> bool:
    return str(resource.get("Type", "")).startswith("AWS::")


def _is_no_gateway(resource: Document) -> bool:
    properties = resource.get("Properties", {})
    if resource["Type"] != "AWS::EC2::VPCEndpoint" or "VpcEndpointType" in properties:
        return False
    return not str(properties.get("ServiceName", "")).endswith(_GATEWAYS)


class _Loader(SAFE_LOADER):  # type: ignore[misc]
    """Reads CloudFormation's short functions as references."""


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        text = str(loader.construct_scalar(node))
        return _HELD.sub(lambda held: reference(held[1]), text) if name == "Sub" else reference(f"{name} {text}")
    if isinstance(node, yaml.SequenceNode):
        return reference(f"{name} {loader.construct_sequence(node, deep=True)}")
    return reference(f"{name} {loader.construct_mapping(node, deep=True)}")  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _function)
