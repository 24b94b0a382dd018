"""The diagrams that articles show: each is one that can be drawn, and its words are left to the drawing."""

from collections.abc import Collection, Iterator

from whydenied.kb.article import Article
from whydenied.kb.outline import tokens_of
from whydenied.kb.problems import Problem, did_you_mean

__all__ = ["drawing_problems"]


def drawing_problems(article: Article, diagrams: Collection[str]) -> Iterator[Problem]:
    """Yield the fences that name no diagram, or have words of their own; diagrams: the names of those there are."""
    for token in tokens_of(article.body):
        words = token.info.split() if token.type == "fence" else []
        if words[:1] != ["diagram"]:
            continue
        line, name = article.body_line + (token.map or [0])[0], " ".join(words[1:])
        if name not in diagrams:
            hint = did_you_mean(name, diagrams) or f"use one of {', '.join(diagrams)}"
            yield Problem(article.file, line, "body", f"there is no diagram `{name}`", hint)
        elif token.content:
            instead = "leave the fence empty: pages fill it with what the drawing shows"
            yield Problem(article.file, line, "body", f"says in words of its own what `{name}` shows", instead)
