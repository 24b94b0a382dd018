"""The policies that a case names instead of repeating them: `fix 1`, `before 2`, `side 3`.

What is executed is then what the reader is shown: the first JSON document under `## Fix`, the second under
`### Before`, the third of a scenario's sides.
"""

import re
from typing import Any

import msgspec

from whydenied.kb.article import Article
from whydenied.kb.outline import tokens_of

__all__ = ["MissingPolicyError", "NamedPolicies", "json_fences"]

_NAME = re.compile(r"(fix|before|side) ([1-9][0-9]?)")


class MissingPolicyError(Exception):
    """A case names a policy that its article does not show."""


class NamedPolicies:
    """The documents of one article that a case may name; used: the names asked for so far."""

    def __init__(self, article: Article) -> None:
        self._documents = {f"side {n}": side["document"] for n, side in enumerate(article.meta.get("sides", []), 1)}
        for heading, documents in json_fences(article).items():
            if heading in ("fix", "before"):
                self._documents.update({f"{heading} {n}": document for n, document in enumerate(documents, 1)})
        self.used: set[str] = set()

    @property
    def names(self) -> list[str]:
        """Every name there is."""
        return sorted(self._documents)

    def resolve(self, value: Any) -> Any:
        """Put the documents in place of their names, at any depth. Raises MissingPolicyError."""
        if isinstance(value, dict):
            return {key: self.resolve(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            return value
        if value not in self._documents:
            raise MissingPolicyError(f"there is no `{value}`; the article has {', '.join(self.names) or 'none'}")
        self.used.add(value)
        return self._documents[value]


def json_fences(article: Article) -> dict[str, list[Any]]:
    """Return the JSON documents of a body by the first word of the part that they stand in, in lower case.

    A part is what stands under a second heading, or in a set-up under `### Before` and `### After`.
    """
    found: dict[str, list[Any]] = {}
    heading, tokens = "", tokens_of(article.body)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            word = tokens[index + 1].content.partition(" ")[0].strip(":").lower()
            if token.tag == "h2" or word in ("before", "after"):
                heading = word
        elif token.type == "fence" and token.info.strip() == "json":
            try:
                document = msgspec.json.decode(token.content)
            except msgspec.DecodeError:
                continue  # the check of the policies says so
            found.setdefault(heading, []).append(document)
    return found
