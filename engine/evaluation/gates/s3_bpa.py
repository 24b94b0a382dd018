"""S3 Block Public Access: a bucket whose policy is public is closed to all but its account and AWS services.

Source: S3 User Guide, "Blocking public access to your Amazon S3 storage" (RestrictPublicBuckets).
"""

from engine.evaluation.answer import ALLOW, EXPLICIT, NOT_APPLICABLE, Answer
from engine.evaluation.scan import Determining
from engine.evaluation.services.s3 import public_statements
from engine.evaluation.situation import Situation

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for RestrictPublicBuckets."""
    request = situation.request
    if request.service != "s3" or not request.settings.block_public_access:
        return Answer("s3-bpa", NOT_APPLICABLE, False, "S3 Block Public Access is not in effect")
    if request.caller.kind == "service" or situation.same_account:
        return Answer(
            "s3-bpa",
            NOT_APPLICABLE,
            False,
            "Block Public Access does not restrict AWS services and the bucket's own account",
        )
    public: list[Determining] = [
        (document, statement) for document in situation.policies.resource for statement in public_statements(document)
    ]
    if public:
        return Answer(
            "s3-bpa", EXPLICIT, True, "the bucket policy is public and RestrictPublicBuckets is on", determining=public
        )
    return Answer("s3-bpa", ALLOW, False, "the bucket policy is not public")
