"""Policies: documents, statements, matching, variables, conditions. Pure: no I/O, knows no gate and no service."""

from whydenied.engine.policy.context import Context, read_context
from whydenied.engine.policy.document import Document, compile_document, read_document
from whydenied.engine.policy.kinds import Kind
from whydenied.engine.policy.principals import Caller, Grade, read_caller
from whydenied.engine.policy.resources import Resource
from whydenied.engine.policy.statement import Match, Statement

__all__ = [
    "Caller",
    "Context",
    "Document",
    "Grade",
    "Kind",
    "Match",
    "Resource",
    "Statement",
    "compile_document",
    "read_caller",
    "read_context",
    "read_document",
]
