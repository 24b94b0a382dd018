"""S3: the bucket's policy and owner, and Block Public Access where the policy is public.

Source: S3 API, GetBucketPolicy (`ExpectedBucketOwner` makes S3 refuse where the owner is another account),
GetPublicAccessBlock of bucket and account: the stricter counts.
"""

from whydenied.engine.collectors.calls import Answer, Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.services.s3 import is_public
from whydenied.engine.policy.document import compile_document

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Collect what the bucket says."""
    piece = Piece()
    if not target.bucket:
        piece.policies["resource"] = None
        return piece
    answer = _policy(reader, target, piece)
    if not answer.known:
        piece.fail("resource", f"the bucket policy of `{target.bucket}`", [answer])
        return piece
    body = document(answer.get("Policy"))
    piece.facts.append(("bucket.policy", "yes" if body else "no"))
    piece.policies["resource"] = {"name": f"bucket policy of {target.bucket}", "document": body} if body else None
    if body and _is_public(body):
        _block_public_access(reader, target, piece)
    return piece


def _policy(reader: Reader, target: Target, piece: Piece) -> Answer:
    """Read the bucket policy, and learn whose bucket it is: of the accounts that can be asked, who is expected."""
    for owner in dict.fromkeys(account for account in (target.account, *reader.accounts) if account):
        parameters = {"Bucket": target.bucket, "ExpectedBucketOwner": owner}
        answer = reader.read(Call("s3", "GetBucketPolicy", parameters, owner))
        if answer.known:
            piece.owner = owner
            return answer
        owned = reader.read(Call("s3", "ListBuckets", {"Prefix": target.bucket}, owner))
        if any(bucket.get("Name") == target.bucket for bucket in owned.get("Buckets", [])):
            piece.owner = owner
            return answer
    return reader.read(Call("s3", "GetBucketPolicy", {"Bucket": target.bucket}))


def _is_public(body: object) -> bool:
    try:
        return is_public(compile_document(body, "resource"))
    except InputError:
        return False


def _block_public_access(reader: Reader, target: Target, piece: Piece) -> None:
    account = piece.owner or target.account
    calls = [Call("s3", "GetPublicAccessBlock", {"Bucket": target.bucket}, piece.owner)]
    if account:
        calls.append(Call("s3control", "GetPublicAccessBlock", {"AccountId": account}, account))
    answers = reader.read_many(calls)
    switches = [answer.get("PublicAccessBlockConfiguration", {}) for answer in answers]
    restricted = any(one.get("RestrictPublicBuckets") for one in switches)
    if restricted:
        piece.settings["s3_block_public_access"] = True
    if any(any(one.values()) for one in switches):
        piece.facts.append(("bucket.bpa", "yes"))
    elif all(answer.known for answer in answers):
        piece.facts.append(("bucket.bpa", "no"))
    else:
        piece.fail("s3-bpa", f"S3 Block Public Access of `{target.bucket}` and its account", answers)


SOURCE = Source(
    "bucket",
    ("resource",),
    1,
    (
        ("s3", "GetBucketPolicy"),
        ("s3", "ListBuckets"),
        ("s3", "GetPublicAccessBlock"),
        ("s3control", "GetPublicAccessBlock"),
    ),
    lambda target: target.service == "s3",
    collect,
)
