"""S3 Block Public Access: a bucket whose policy is public is closed to all but its account and AWS services.

Source: S3 User Guide, "Blocking public access to your Amazon S3 storage" (RestrictPublicBuckets).
"""

from whydenied.engine.evaluation.answer import ALLOW, EXPLICIT, Answer, not_applicable
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.services.s3 import public_statements
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for RestrictPublicBuckets."""
    request = situation.request
    if request.service != "s3" or not request.settings.block_public_access:
        return not_applicable("s3-bpa", "S3 Block Public Access is not in effect")
    if request.caller.kind == "service" or situation.same_account:
        reason = "Block Public Access does not restrict AWS services and the bucket's own account"
        return not_applicable("s3-bpa", reason)
    public = tuple(
        (document, statement)
        for document in situation.policies.documents("resource")
        for statement in public_statements(document)
    )
    if public:
        return Answer("s3-bpa", EXPLICIT, True, "the bucket policy is public and RestrictPublicBuckets is on", public)
    return Answer("s3-bpa", ALLOW, False, "the bucket policy is not public")


GATE = Gate(
    name="s3-bpa",
    place=80,
    title="S3 Block Public Access",
    owner="who owns the bucket (account {theirs})",
    answer=answer,
    kind="resource",
    judges="resource",
    guardrail="Block Public Access is a guardrail: without it the bucket policy opens the bucket to everyone it names.",
)
