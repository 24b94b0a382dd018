"""The forms of a page beside its JSON: Terraform, CDK and CloudFormation that run, and that decide as the JSON does.

Readers copy the form of their own tool. A template that grants half of what the JSON grants fails for them while the
page's proof holds, so every policy of every form is held to the JSON, grant by grant.
"""

from collections.abc import Iterator

import msgspec

from whydenied.checks.cdk import cdk_problems, permissions_given
from whydenied.checks.cloudformation import Piece, cfn_lint_is_installed, lint_template, resources_in
from whydenied.checks.effect import Grants, grants, same_effect
from whydenied.checks.named_policies import MissingPolicyError, NamedPolicies, json_fences
from whydenied.checks.permissions import permission_policy
from whydenied.checks.policies import documents_in
from whydenied.checks.terraform import Snippet, hcl_is_installed, read_terraform
from whydenied.kb.article import Article
from whydenied.kb.outline import tokens_of
from whydenied.kb.problems import Problem

__all__ = ["form_names", "form_problems", "forms_shown", "not_checked", "pieces"]

_PERMISSION = "AWS::Lambda::Permission"


class _Written(msgspec.Struct, frozen=True):
    """A policy in another form than JSON: the piece that it stands in, its name there, and what it grants."""

    piece: Piece
    name: str
    grants: Grants


def not_checked() -> list[str]:
    """Say what cannot be checked on this machine, and why."""
    lacking = []
    if not hcl_is_installed():
        lacking.append("forms: the package python-hcl2, which reads Terraform, is not installed")
    if not cfn_lint_is_installed():
        lacking.append("forms: the package cfn-lint, which reads CloudFormation, is not installed")
    return lacking


def forms_shown(article: Article) -> int:
    """Return how many pieces of Terraform, of the CDK and of CloudFormation a page shows."""
    templates = sum(1 for piece in pieces(article, "yaml") if resources_in(piece.text))
    return templates + sum(1 for language in ("hcl", "typescript") for _ in pieces(article, language))


def form_names(article: Article) -> list[str]:
    """Return the names of a page's forms beside its JSON, as `hcl 1` and `yaml 2`."""
    return [piece.name for language in ("hcl", "yaml") for piece in pieces(article, language)]


def form_problems(article: Article) -> Iterator[Problem]:
    """Yield what cannot be run of a page's Terraform and CloudFormation, and what decides otherwise than its JSON."""
    written: list[_Written] = []
    if hcl_is_installed():
        yield from _of_terraform(article, written)
    templates = [piece for piece in pieces(article, "yaml") if resources_in(piece.text)]
    written += [one for piece in templates for one in _of_template(piece)]
    if cfn_lint_is_installed() and templates:
        for line, message in lint_template(templates):
            yield Problem(article.file, line, "body", f"is refused as CloudFormation: {message}", "correct it")
    yield from _unlike(article, written)


def _of_terraform(article: Article, written: list[_Written]) -> Iterator[Problem]:
    """Read the page's Terraform, say what is wrong with it, and add its policies to those that are written."""
    whole = Snippet()
    shown = list(pieces(article, "hcl"))
    for piece in shown:
        try:
            snippet = read_terraform(piece.text)
            written += [_Written(piece, one.block, grants(one.document)) for one in snippet.policies]
            if snippet.permissions:
                policy = permission_policy(snippet.permissions)
                written.append(_Written(piece, "aws_lambda_permission", grants(policy)))
        except (ValueError, LookupError) as error:
            message = f"holds code that is not Terraform's: {error}"
            yield Problem(article.file, piece.line, "body", message, "correct it")
            return
        whole.add(snippet)
    if shown:
        yield from _without_effect(article, shown[0].line, whole)
    files = {name.removeprefix("${path.module}/") for name in whole.files}
    types = {str(one["Type"]) for piece in pieces(article, "yaml") for one in resources_in(piece.text).values()}
    for piece in pieces(article, "typescript"):
        for message in cdk_problems(piece, files, types):
            yield Problem(article.file, piece.line, "body", message, "let both read the page's policies")
        if given := permissions_given(piece.text):
            written.append(_Written(piece, "lambda.CfnPermission", grants(permission_policy(given))))


def _without_effect(article: Article, line: int, whole: Snippet) -> Iterator[Problem]:
    """Say what of a page's Terraform changes nothing, or asks for what the page does not show."""
    if not whole.blocks:
        message = "holds no resource, so the snippet changes nothing"
        yield Problem(article.file, line, "body", message, "show the resource that it belongs to")
    for name in sorted(set(whole.sources) - set(whole.used)):
        message = f"the data source `{name}` is used by nothing, so the snippet changes nothing"
        yield Problem(article.file, line, "body", message, "show the resource that it belongs to")
    for name in sorted(set(whole.used) - set(whole.sources)):
        message = f"the data source `{name}` stands nowhere on the page"
        yield Problem(article.file, line, "body", message, "show it, or name a file that holds the JSON")
    yield from _unwritten(article, line, whole)
    shown = sum(1 for fences in json_fences(article).values() for one in fences for _ in documents_in(one))
    files = {name for name in whole.files if "trust" not in name}
    if whole.files and len(files) > shown:
        message = f"names {len(files)} policy files, and the page shows {shown} policies"
        yield Problem(article.file, line, "body", message, "show what stands in each file as JSON")


def _unwritten(article: Article, line: int, whole: Snippet) -> Iterator[Problem]:
    """Say if a set-up's Terraform writes fewer policies than the set-up has sides."""
    sides = [side for side in article.meta.get("sides", []) if not side["without_terraform"]]
    written = len(set(whole.files)) + len(whole.policies) + bool(whole.permissions)
    if written < len(sides):
        message = f"the Terraform writes {written} policies, and the page has {len(sides)} sides that it should write"
        instead = "show the resource, or say in the side's `without_terraform` why it is left out"
        yield Problem(article.file, line, "body", message, instead)


def _of_template(piece: Piece) -> Iterator[_Written]:
    resources = resources_in(piece.text)
    for name, resource in resources.items():
        for document in documents_in(resource):
            yield _Written(piece, name, grants(document))
    permissions = [one["Properties"] for one in resources.values() if one["Type"] == _PERMISSION]
    if permissions:
        yield _Written(piece, _PERMISSION, grants(permission_policy(permissions)))


def _unlike(article: Article, written: list[_Written]) -> Iterator[Problem]:
    """Say which policies of other forms grant something else than the page's JSON.

    A form may also hold the statements that the proof has before the fix, since it replaces the whole policy.
    """
    shown = [
        grants(document)
        for heading, fences in json_fences(article).items()
        if heading != "before"
        for fence in fences
        for document in documents_in(fence)
    ]
    beside = _before(article)
    filled: dict[str, str] = {}
    for one in written:
        if same_effect(one.grants, shown, beside, filled) or _is_plain_trust(one.grants, shown):
            continue
        what = "grants something else than any policy that the page shows as JSON"
        if one.piece.name in article.meta["illustrations"]:
            continue
        message = f"`{one.name}` {what if shown else 'is a policy that the page does not show as JSON'}"
        yield Problem(article.file, one.piece.line, "body", message, "let both grant exactly the same")


def _before(article: Article) -> Grants:
    try:
        case = NamedPolicies(article).resolve([article.meta.get("denied"), article.meta.get("trials")])
    except MissingPolicyError:
        return frozenset()  # the decisions say so
    return frozenset(grant for document in documents_in(case) for grant in grants(document))


def _is_plain_trust(form: Grants, shown: list[Grants]) -> bool:
    """Tell whether a policy lets a service assume a role and no more, on a page that shows no trust policy.

    Who uses such a form gets the role whole; the page is about another policy.
    """
    assumes = "sts:assumerole"
    if any(grant[2] == assumes for one in shown for grant in one):
        return False
    return all(grant[0] == "Allow" and grant[1].startswith("Service ") and grant[2] == assumes for grant in form)


def pieces(article: Article, language: str) -> Iterator[Piece]:
    """Yield the fences of a language, as they are counted in `illustrations`."""
    fences = (token for token in tokens_of(article.body) if token.type == "fence" and token.info.strip() == language)
    for number, token in enumerate(fences, 1):
        yield Piece(f"{language} {number}", article.body_line + (token.map or [0])[0], token.content)
