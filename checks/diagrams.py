"""The diagrams that articles show: each is one that can be drawn, and its words are the drawing's own."""

from collections.abc import Iterator, Mapping

from whydenied.kb.article import Article
from whydenied.kb.outline import tokens_of
from whydenied.kb.problems import Problem, did_you_mean

__all__ = ["drawing_problems"]


def drawing_problems(article: Article, diagrams: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the fences that name no diagram, or tell another story than it; diagrams: what each tells, by name."""
    for token in tokens_of(article.body):
        words = token.info.split() if token.type == "fence" else []
        if words[:1] != ["diagram"]:
            continue
        line, name = article.body_line + (token.map or [0])[0], " ".join(words[1:])
        told = diagrams.get(name)
        if told is None:
            hint = did_you_mean(name, diagrams) or f"use one of {', '.join(diagrams)}"
            yield Problem(article.file, line, "body", f"there is no diagram `{name}`", hint)
        elif token.content.rstrip("\n") != told:
            yield Problem(article.file, line, "body", f"does not say what `{name}` shows", f"write:\n{told}")
