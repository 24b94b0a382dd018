"""No policy is printed without a proof: each takes part in one by its name, or says why it is only shown.

What a reader copies is what was decided. An article names a policy in its cases (`fix 1`, `side 2`), or in
`illustrations` with the reason why nothing can be decided about it.
"""

import re
from collections.abc import Iterator

import msgspec

from whydenied.checks.forms import form_names
from whydenied.checks.named_policies import json_fences
from whydenied.checks.policies import documents_in
from whydenied.kb.article import Article
from whydenied.kb.problems import Problem

__all__ = ["unproved"]

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# A document as Terraform, the CDK and the AWS CLI read it.
_READ = re.compile(r"\$\{path\.module\}/([\w.-]+\.json)|\bread\('([\w.-]+\.json)'\)|file://([\w.-]+\.json)")
# An action or a condition key.
_QUALIFIED = re.compile(r"\b[a-z][a-z0-9-]+:[A-Z][A-Za-z]+\b")


def unproved(article: Article) -> Iterator[Problem]:
    """Yield the printed policies that no case names, and sides that are not what is printed."""
    meta = article.meta
    used = set(_names({key: meta.get(key) for key in ("denied", "fixed", "trials")}))
    printed = {
        f"{heading} {number}"
        for heading, documents in json_fences(article).items()
        for number, document in enumerate(documents, 1)
        if list(documents_in(document)) and not (article.kind == "scenario" and heading == "after")
    }
    for name in sorted(printed - used - set(meta["illustrations"])):
        message = f"the policy `{name}` takes part in no proof"
        instead = "name it in a case that needs it; if it only shows something, say why in `illustrations`"
        yield Problem(article.file, None, "trials", message, instead)
    for name in meta["illustrations"]:
        if name in used or name not in (*printed, *form_names(article)):
            message = f"`{name}` takes part in a proof" if name in used else f"there is no policy `{name}` on the page"
            instead = "leave the line out" if name in used else f"the page has {', '.join(sorted(printed)) or 'none'}"
            yield Problem(article.file, None, f"illustrations.{name}", message, instead)
    if article.kind == "scenario":
        yield from _unlike_sides(article)
        yield from _unnamed(article)
    if article.kind == "cause":
        yield from _fix_of_another(article)


def _unnamed(article: Article) -> Iterator[Problem]:
    """Say which file the page's code reads, and nothing on the page says which document that is."""
    prose = _FENCE.sub("", article.body)
    read = dict.fromkeys(name for names in _READ.findall(article.body) for name in names if name)
    for name in read:
        if f"`{name}`" not in prose and f"> {name}" not in article.body:
            message = f"reads `{name}`, and does not say which document that is"
            yield Problem(article.file, None, "body", message, f"write (`{name}`) above the document")


def _fix_of_another(article: Article) -> Iterator[Problem]:
    """Say which action or condition key the fix's sentence names, and no policy of the page has."""
    policies = [one for fences in json_fences(article).values() for one in documents_in(fences)]
    held = " ".join(msgspec.json.encode(policy).decode().lower() for policy in policies)
    for name in dict.fromkeys(_QUALIFIED.findall(article.meta["fix"])) if policies else ():
        if f'"{name.lower()}"' not in held:
            message = f"names `{name}`, which no policy of the page has"
            yield Problem(article.file, None, "fix", message, "let the sentence and the policies say the same")


def _names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
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
