"""What a page prints beside its proofs: no policy without a proof, and every other form says what the JSON says.

Readers copy the form of their own tool. A template that grants half of what the JSON grants fails for them while the
page's proof holds, so templates are held to the JSON, statement by statement.
"""

import re
from collections.abc import Iterator
from typing import Any

from whydenied.checks.named_policies import MissingPolicyError, NamedPolicies, json_fences
from whydenied.checks.policies import documents_in, read_fence
from whydenied.kb.article import Article
from whydenied.kb.outline import parser
from whydenied.kb.problems import Problem

__all__ = ["form_problems"]

_Document = dict[str, Any]
_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_DATA_SOURCE = re.compile(r'^data "(\w+)" "(\w+)"', re.MULTILINE)
_LAMBDA_PERMISSION = re.compile(r'^resource "aws_lambda_permission" "\w+" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_ARGUMENT = re.compile(r'^ +(\w+) *= *"?([^"\n]*)"?$', re.MULTILINE)
# Of a permission for a function: the elements that an `AddPermission` call, Terraform and CloudFormation spell apart.
_Permission = tuple[str, str, str, str]


def form_problems(article: Article) -> Iterator[Problem]:
    """Yield what a cause or scenario prints without a proof, or otherwise than its JSON."""
    if article.kind == "scenario":
        yield from _unlike_sides(article)
    if article.kind == "cause":
        yield from _unproved(article)
        yield from _unlike_templates(article)
        yield from _unlike_permissions(article)
    yield from _unused_sources(article)


def _unproved(article: Article) -> Iterator[Problem]:
    used = set(_named({key: article.meta[key] for key in ("denied", "fixed", "trials")}))
    for number, document in enumerate(json_fences(article).get("fix", []), 1):
        if f"fix {number}" not in used and list(documents_in(document)):
            message = f"the policy `fix {number}` takes part in no proof"
            yield Problem(article.file, None, "trials", message, "name it in `fixed`, or write a trial that needs it")


def _named(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, str):
        yield value


def _unlike_sides(article: Article) -> Iterator[Problem]:
    shown = json_fences(article).get("after", [])
    for number, side in enumerate(article.meta["sides"], 1):
        if side["document"] not in shown:
            message = f"the policy of `sides[{number - 1}]` is not the one that stands under `### After`"
            yield Problem(article.file, None, f"sides[{number - 1}].document", message, "let both be the same")
    if len(shown) > len(article.meta["sides"]):
        message = "shows more policies under `### After` than there are sides"
        yield Problem(article.file, None, "sides", message, "write a side, and a trial, for each")


def _unlike_templates(article: Article) -> Iterator[Problem]:
    """Say which policies of templates differ from the page's JSON: none of its statements may be left out or added.

    A template may also hold the statements that the proof has before the fix, since it replaces the whole policy.
    """
    shown = [_statements(one) for fence in json_fences(article).get("fix", []) for one in documents_in(fence)]
    if not shown:
        return
    known = [statement for document in shown for statement in document]
    try:
        case = NamedPolicies(article).resolve([article.meta["denied"], article.meta["trials"]])
    except MissingPolicyError:
        return  # the decisions say so
    known += [statement for one in documents_in(case) for statement in _statements(one)]
    for line, content in _fences(article, "yaml"):
        for document in documents_in(read_fence(content, "yaml")):
            statements = _statements(document)
            added = [one for one in statements if one not in known]
            complete = any(all(one in statements for one in whole) for whole in shown)
            if added or not complete:
                what = "a statement that the JSON has not" if added else "only a part of the JSON's statements"
                message = f"the template's policy holds {what}"
                yield Problem(article.file, line, "body", message, "let it grant exactly what the JSON grants")


def _statements(document: _Document) -> list[_Document]:
    """Return the statements as they decide: without names, one value as a list, in any order."""
    value = document["Statement"]
    statements = []
    for statement in value if isinstance(value, list) else [value]:
        plain = {key: item for key, item in statement.items() if key != "Sid"}
        for key in _LISTS:
            if key in plain:
                plain[key] = sorted(plain[key] if isinstance(plain[key], list) else [plain[key]])
        statements.append(plain)
    return statements


def _unlike_permissions(article: Article) -> Iterator[Problem]:
    """Hold the permissions for functions in Terraform and CloudFormation to the page's resource policy."""
    fences = json_fences(article).get("fix", [])
    wanted = {one for fence in fences for document in documents_in(fence) for one in _of_policy(document)}
    for language, read in (("hcl", _of_terraform), ("yaml", _of_templates)):
        found = {one: line for line, content in _fences(article, language) for one in read(content)}
        for one in sorted(wanted.symmetric_difference(found)) if wanted and found else []:
            message = f"the {language} and the JSON differ in the permission for `{one[0]}`"
            yield Problem(article.file, found.get(one), "body", message, "let both hold the same permissions")


def _of_policy(document: _Document) -> Iterator[_Permission]:
    for statement in document["Statement"]:
        if "Principal" in statement and str(statement.get("Action")).startswith("lambda:"):
            tests = {key: str(value) for keys in statement.get("Condition", {}).values() for key, value in keys.items()}
            principal = next(iter(statement["Principal"].values()))
            url = (tests.get("lambda:FunctionUrlAuthType", ""), tests.get("lambda:InvokedViaFunctionUrl", ""))
            yield statement["Action"], principal, *url


def _of_terraform(content: str) -> Iterator[_Permission]:
    for block in _LAMBDA_PERMISSION.finditer(content):
        said = dict(_ARGUMENT.findall(block[1]))
        url = (said.get("function_url_auth_type", ""), said.get("invoked_via_function_url", ""))
        yield said["action"], said["principal"], *url


def _of_templates(content: str) -> Iterator[_Permission]:
    parts = read_fence(content, "yaml")
    for resources in parts if isinstance(parts, list) else []:
        for resource in resources.values() if isinstance(resources, dict) else []:
            if isinstance(resource, dict) and resource.get("Type") == "AWS::Lambda::Permission":
                said = {key: str(value) for key, value in resource["Properties"].items()}
                url = (said.get("FunctionUrlAuthType", ""), said.get("InvokedViaFunctionUrl", "").lower())
                yield said["Action"], said["Principal"], *url


def _unused_sources(article: Article) -> Iterator[Problem]:
    """Say which data sources of a page's Terraform nothing uses: such a snippet changes nothing."""
    fences = list(_fences(article, "hcl"))
    whole = "\n".join(content for _, content in fences)
    for line, content in fences:
        for kind, name in _DATA_SOURCE.findall(content):
            if f"data.{kind}.{name}." not in whole:
                message = f'the data source "{name}" is used by nothing, so the snippet changes nothing'
                yield Problem(article.file, line, "body", message, "show the resource that it belongs to")


def _fences(article: Article, language: str) -> Iterator[tuple[int, str]]:
    for token in parser().parse(article.body):
        if token.type == "fence" and token.info.strip() == language:
            yield article.body_line + (token.map or [0])[0], token.content
