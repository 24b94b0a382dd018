"""The AWS calls of questions: each is a read, and each expression over its output can be compiled."""

from collections.abc import Iterator

import jmespath
from jmespath.exceptions import JMESPathError

from whydenied.engine.messages.operations import action_for, service_named
from whydenied.engine.policy.names import Names
from whydenied.kb.article import Article
from whydenied.kb.problems import Problem

__all__ = ["question_problems"]

_READS = ("Read", "List")
# Reads that have no action of their own name: what they return is the caller's own.
_FREE = frozenset({"GetCallerIdentity", "GetRequestAuthorizationDetails"})
# Operations whose action the reference calls a write although they change nothing.
_HARMLESS = frozenset({"DecodeAuthorizationMessage"})


def question_problems(article: Article, names: Names) -> Iterator[Problem]:
    """Return what is wrong with the call of a question and with the readings of its output."""
    call = article.meta["call"]
    if call and call["operation"] not in _FREE | _HARMLESS:
        action = action_for(call["operation"], service_named(call["service"]) or call["service"])
        level = names.access_level(action) if action else None
        if level not in _READS:
            message = f"`{call['operation']}` needs `{action}`, which is of the kind {level or 'unknown'}"
            yield Problem(article.file, None, "call.operation", message, "use a call that only reads")
    for number, reading in enumerate(article.meta["reads"]):
        try:
            jmespath.compile(reading["jmespath"])
        except JMESPathError as error:
            text = str(error).splitlines()[0]
            yield Problem(article.file, None, f"reads[{number}].jmespath", text, "correct the expression")
