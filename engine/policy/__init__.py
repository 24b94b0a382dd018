"""Policies: documents, statements, matching, variables, conditions. Pure: no I/O, knows no gate and no service."""

from engine.policy.context import Context, read_context
from engine.policy.document import Document, compile_document, read_document
from engine.policy.kinds import Kind
from engine.policy.principals import Caller, Grade, read_caller
from engine.policy.resources import Resource
from engine.policy.statement import Match, Statement

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
