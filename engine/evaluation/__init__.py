"""Evaluation: a request through the gates. Pure: no I/O."""

from whydenied.engine.evaluation.accounts import evaluate_case
from whydenied.engine.evaluation.cases import read_case, read_policies, read_request
from whydenied.engine.evaluation.evaluate import Decision, Evaluation, evaluate
from whydenied.engine.evaluation.request import Policies, Request, Settings

__all__ = [
    "Decision",
    "Evaluation",
    "Policies",
    "Request",
    "Settings",
    "evaluate",
    "evaluate_case",
    "read_case",
    "read_policies",
    "read_request",
]
