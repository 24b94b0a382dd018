"""Requests that no change of a policy can help, said before anything is looked for."""

from whydenied.engine.evaluation import services
from whydenied.engine.evaluation.checks import impossible
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.secrets.sign import is_masked

__all__ = ["refusal"]

# Asterisks are how other tools mask; as a name they would be a pattern (`arn:aws:s3:::***` is every bucket).
_STARS = "***"


def refusal(evaluation: Evaluation) -> str:
    """Say why nothing is proposed for a request, in sentences; "" where something may be."""
    request = evaluation.request
    why = services.refusal(request, evaluation.policies)
    if why:
        return f"No change of a policy helps: {why}."
    for what, text in (("resource", request.resource.text), ("principal", request.caller.text)):
        if is_masked(text) or _STARS in text:
            return (
                f"The name of the {what} was masked, and a mask is no name: an Allow for it would be for other "
                f"{what}s. Put the real name in its place."
            )
    return impossible(request)
