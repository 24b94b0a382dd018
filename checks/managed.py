"""The AWS managed policies that articles name: each is one that AWS has, by its whole ARN or its name.

Known: what `whydenied managed` prints (`engine.policy.managed`). EKS calls its access policies alike; they are no IAM
policies (EKS User Guide, "Review access policy permissions").
"""

import re
from collections.abc import Iterator

from whydenied.engine.policy.managed import managed_policy, similar_managed_policies
from whydenied.kb.article import Article
from whydenied.kb.problems import Problem

__all__ = ["managed_names_in", "managed_problems"]

_NAMED = re.compile(
    r"arn:aws:iam::aws:policy/[\w+=,.@/-]*[\w]"
    r"|(?<![\w/:-])(?:AWS|Amazon)[A-Za-z0-9]*?(?:_CNI_)?(?:Policy|Access|ReadOnly|Core)(?:_?[vV]\d)?(?![\w*-])"
)
_OF_EKS = re.compile(
    r"AmazonEKS\w*(?:View|Edit|Admin|ClusterAdmin|AdminView|AutoNode)Policy|AmazonSagemakerHyperpod\w*Policy"
)


def managed_names_in(article: Article) -> dict[str, int]:
    """Return the managed policies that an article names, with the line of its body; 0 in the front matter."""
    found: dict[str, int] = {}
    for number, line in enumerate(article.body.split("\n")):
        for name in _NAMED.findall(line):
            found.setdefault(name, article.body_line + number)
    for text in (
        str(article.meta.get(field, "")) for field in ("fix", "summary", "denied", "fixed", "trials", "sides")
    ):
        for name in _NAMED.findall(text):
            found.setdefault(name, 0)
    return {name: line for name, line in found.items() if not _OF_EKS.fullmatch(name)}


def managed_problems(article: Article) -> Iterator[Problem]:
    """Yield the names of managed policies that AWS does not have."""
    for name, line in managed_names_in(article).items():
        if managed_policy(name) is None:
            near = similar_managed_policies(name)
            instead = f"did you mean `{near[0]}`" if near else "look it up with `whydenied managed`"
            yield Problem(article.file, line or None, "body", f"AWS has no managed policy `{name}`", instead)
