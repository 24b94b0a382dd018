"""Each way of working finds its own: the console's path, commands, Terraform and CloudFormation or the CDK."""

import re
from collections.abc import Iterator

from whydenied.kb.article import Article
from whydenied.kb.problems import Problem

__all__ = ["tool_problems"]

_WAYS = (
    ("console", re.compile(r"console", re.IGNORECASE), "say where it is in the console, in a line `**Console**: …`"),
    (
        "Terraform",
        re.compile(r"terraform|```hcl", re.IGNORECASE),
        "show it in a fence `hcl`, or say why there is nothing to write",
    ),
    ("commands", re.compile(r"```bash"), "show the commands in a fence `bash`, or in `commands`"),
    (
        "CloudFormation or the CDK",
        re.compile(r"cloudformation|\bCDK\b|Type: AWS::", re.IGNORECASE),
        "show it in a fence `yaml`, or say how it is done",
    ),
)


def tool_problems(article: Article) -> Iterator[Problem]:
    """Yield the ways of working that an article leaves out; a warning for a scenario without a template."""
    if article.kind in ("cause", "scenario"):
        for name, pattern, instead in _WAYS:
            if pattern.search(article.body) or (name == "commands" and article.meta.get("commands")):
                continue
            message = f"does not say how it is done with {name}" if name != "console" else "has no path of the console"
            lesser = article.kind == "scenario" and name == _WAYS[-1][0]
            yield Problem(article.file, article.body_line, "body", message, instead, "warning" if lesser else "error")
