"""How much is too much for a plan: what nobody would read, and what takes more time than an answer may.

A plan evaluates again for each thing it tries, so its time grows with the product of what it changes and how long the
policies are. AWS's own quotas are far below both limits (IAM quotas: a policy has at most 32 KB, that of a KMS key)."""

import msgspec

from whydenied.engine.evaluation.answer import EXPLICIT
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.evaluation.gates import POLICY_GATES

__all__ = ["MAX_DENIES", "MAX_DOCUMENT", "MAX_SIZE", "too_much"]

MAX_DENIES = 40
"""Denies that match one request and are narrowed one by one."""

MAX_DOCUMENT = 50_000
"""Characters of one policy."""

MAX_SIZE = 400_000
"""Characters of all policies of a case together."""


def too_much(evaluation: Evaluation) -> str:
    """Say in a sentence why no plan is made, "" where one can be."""
    denies = sum(len(answer.determining) for answer in evaluation.answers if answer.decision == EXPLICIT)
    if denies > MAX_DENIES:
        return (
            f"{denies} Denies match this request, more than can be narrowed one by one (at most {MAX_DENIES}): "
            "look at what writes so many, and take away those that say the same."
        )
    size = 0
    for gate in POLICY_GATES:
        for document in evaluation.policies.documents(gate.name):
            length = len(msgspec.json.encode(document.raw)) if document.size else 0
            size += length
            if length > MAX_DOCUMENT or size > MAX_SIZE:
                return (
                    f"The policies are far longer than AWS takes (here at most {MAX_DOCUMENT} characters each, and "
                    f"{MAX_SIZE} together): no change was worked out. Leave out the statements that have nothing to do "
                    "with the request."
                )
    return ""
