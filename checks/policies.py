"""The policies that articles show, read by our own validation and by a policy linter.

Policies stand in JSON fences, inside CloudFormation templates, in a scenario's sides, and in the cases of a cause.
Actions named in Terraform and in templates are looked up as well.
"""

import functools
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.policy.kinds import Kind
from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.names import Names
from whydenied.engine.policy.validation import validate
from whydenied.kb.article import Article
from whydenied.kb.frontmatter import SAFE_LOADER
from whydenied.kb.outline import tokens_of
from whydenied.kb.problems import Problem

__all__ = ["ShownPolicy", "documents_in", "policy_problems", "read_fence", "shown_policies"]

# What the linter says and we do not mind, and why.
_ACCEPTED = {
    # Whether a `*` is too wide is said by the article around it; the linter cannot know a key policy's `*`.
    "RESOURCE_STAR",
    "RESOURCE_MISMATCH",  # it does not know newer resource types; our own validation, on newer data, does
    "UNKNOWN_ACTION",  # the same: actions are looked up in the reference, which is newer
    "UNKNOWN_PREFIX",
    "UNKNOWN_CONDITION_FOR_ACTION",
    "EMPTY_LIST",
    "PERMISSIONS_MANAGEMENT_ACTIONS",
    "SENSITIVE_ACCESS",
    "UNKNOWN_PRINCIPAL",  # the id of a deleted role is shown on purpose; our own validation reads principals as well
    "UNKNOWN_FEDERATION_SOURCE",  # it knows provider names, and a trust policy takes the provider's ARN as well
    # `StringLike` on a key of type ARN works, and is how AWS's own samples compare with wildcards in any segment.
    "MISMATCHED_TYPE_BUT_USABLE",
}
# Of our own warnings those that an article never means, outside what it shows as wrong.
_NEVER_MEANT = frozenset({"unknown-key", "wildcard", "variable"})
# What is shown under `### Before` is wrong on purpose, as a policy that AWS would save all the same.
_ON_PURPOSE = frozenset({"resource-type", "no-resource-types", "wildcard"})
_HCL_ACTION = re.compile(r"\"([a-z0-9-]+:[A-Z*][A-Za-z0-9*]*)\"")
_PSEUDO_PARAMETERS = {"Partition": "aws", "Region": "eu-west-1", "AccountId": "111122223333"}


class ShownPolicy(msgspec.Struct, frozen=True):
    """A policy document, where it stands, the kind it is read as, and whether it is there to show a mistake."""

    field: str
    line: int | None
    document: dict[str, object]
    kind: Kind
    wrong_on_purpose: bool = False


def shown_policies(article: Article) -> Iterator[ShownPolicy]:
    """Yield every policy document of an article."""
    for number, side in enumerate(article.meta.get("sides", [])):
        yield ShownPolicy(f"sides[{number}].document", None, side["document"], _kind(side["document"], side["policy"]))
    for name in ("denied", "fixed"):
        yield from _in_case(article.meta.get(name) or {}, name)
    for number, trial in enumerate(article.meta.get("trials", [])):
        for name in ("both", "before", "after"):
            yield from _in_case(trial[name], f"trials[{number}].{name}")
    heading, tokens = "", tokens_of(article.body)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[index + 1].content
        elif token.type == "fence" and token.info.strip() in ("json", "yaml"):
            line = article.body_line + (token.map or [0])[0]
            for document in documents_in(read_fence(token.content, token.info.strip())):
                yield ShownPolicy("body", line, document, _kind(document, ""), heading.startswith("Before"))


def policy_problems(article: Article) -> Iterator[Problem]:
    """Return what is wrong with the policies of an article, and with the actions that its snippets name."""
    for shown in shown_policies(article):
        for problem in validate(shown.document, shown.kind):
            if _counts(problem.level, problem.code, shown.wrong_on_purpose):
                yield Problem(article.file, shown.line, shown.field, problem.text, ", ".join(problem.hint))
        for text in () if shown.wrong_on_purpose else _lint(msgspec.json.encode(shown.document).decode()):
            yield Problem(article.file, shown.line, shown.field, text, "correct the policy")
    yield from _unreadable(article)
    for line, action in _snippet_actions(article):
        if not _is_known(action):
            yield Problem(
                article.file,
                line,
                "body",
                f"`{action}` is no action and no condition key",
                "look it up in the reference",
            )


def _unreadable(article: Article) -> Iterator[Problem]:
    """Return the fences whose code is not in the language that they name."""
    for token in tokens_of(article.body):
        language = token.info.strip() if token.type == "fence" else ""
        if language in ("json", "yaml") and read_fence(token.content, language) is None:
            line = article.body_line + (token.map or [0])[0]
            instead = "correct it, or name the language `text`"
            yield Problem(article.file, line, "body", f"holds code that is not {language.upper()}", instead)


def _counts(level: str, code: str, wrong_on_purpose: bool) -> bool:
    if wrong_on_purpose and code in _ON_PURPOSE:
        return False
    return level == "error" or code in _NEVER_MEANT


def _in_case(case: dict[str, object], field: str) -> Iterator[ShownPolicy]:
    for gate in POLICY_GATES:
        for document in documents_in(case.get(gate.field)):
            yield ShownPolicy(f"{field}.{gate.field}", None, document, gate.kind)


def documents_in(value: object) -> Iterator[dict[str, object]]:
    """Yield every policy document at any depth: what has statements with an effect."""
    if isinstance(value, dict):
        statements = value.get("Statement")
        first = statements[0] if isinstance(statements, list) and statements else statements
        if isinstance(first, dict) and "Effect" in first:
            yield value
            return
        for item in value.values():
            yield from documents_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from documents_in(item)


def _kind(document: dict[str, Any], words: str) -> Kind:
    """Tell the kind of a policy by what it is called, else by whether it names principals."""
    called: tuple[tuple[str, Kind], ...] = (
        ("service control", "scp"),
        ("resource control", "rcp"),
        ("endpoint", "vpce"),
        ("boundary", "boundary"),
        ("session", "session"),
    )
    for word, kind in called:
        if word in words:
            return kind
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return "resource" if any("Principal" in s or "NotPrincipal" in s for s in statements) else "identity"


def read_fence(text: str, language: str) -> object:
    """Read a fence of JSON, or of YAML as CloudFormation writes it (a list of its parts); None if it is neither."""
    if language == "json":
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return None
    for name, value in _PSEUDO_PARAMETERS.items():
        text = text.replace(f"${{AWS::{name}}}", value)
    try:
        return list(yaml.load_all(text, Loader=_TemplateLoader))  # a safe loader: it knows plain values and inert tags
    except yaml.YAMLError:
        return None


class _TemplateLoader(SAFE_LOADER):  # type: ignore[misc]
    """Reads CloudFormation's short forms (`!Sub`, `!GetAtt`) as their plain values."""


def _plain_tag(loader: Any, _: str, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


_TemplateLoader.add_multi_constructor("!", _plain_tag)


def _snippet_actions(article: Article) -> Iterator[tuple[int, str]]:
    for token in tokens_of(article.body):
        if token.type == "fence" and token.info.strip() in ("hcl", "python"):
            for match in _HCL_ACTION.finditer(token.content):
                yield article.body_line + (token.map or [0])[0], match[1]


@functools.cache
def _is_known(name: str) -> bool:
    """Tell whether `service:Name` is an action, or a condition key, which is written in the same way."""
    service, _, action = name.partition(":")
    names = _names()
    if service == "aws":
        return names.key_exists(name, [])
    if not names.service(service):
        return False
    matches = glob(action.lower())
    return any(matches(known.lower()) for known in names.actions(service)) or names.key_exists(name, [service])


@functools.cache
def _names() -> Names:
    return Names()


@functools.cache
def _lint(document: str) -> tuple[str, ...]:
    import parliament  # half a second, and only for whoever checks content

    found = parliament.analyze_policy_string(document, ignore_private_auditors=True)
    return tuple(
        f"{finding.issue.lower()}: {finding.detail}"
        for finding in found.findings
        if finding.issue not in _ACCEPTED
        # Trust and repository policies have no Resource; our own validation asks for one where there must be one.
        and "neither Resource nor NotResource" not in str(finding.detail)
    )
