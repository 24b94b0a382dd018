"""Addresses of things in AWS as their ARNs: what programs print, and policies do not take.

Source: Amazon S3 User Guide, "Methods for accessing a general purpose bucket" (virtual-hosted and path style, s3://)
and "Accessing access points"; Amazon ECR User Guide, "Amazon ECR private registry" (an image's name); OCI Distribution
Specification, "Endpoints" (an image's URL); Amazon SQS Developer Guide, "Queue and message identifiers" (a queue's
URL); the ARNs as the Service Authorization Reference has them.
"""

import re
from urllib.parse import unquote

from whydenied.engine.arn import Arn, parse_arn

__all__ = ["resource_arn"]

_HOST = r"s3(?P<kind>[.-][\w.-]{0,60}?)?\.?amazonaws\.com(?P<cn>\.cn)?"
# A bucket, or what stands in the place of its name: `[bucket]`.
_BUCKET = r"(?P<bucket>[A-Za-z0-9*][\w.*-]{1,62}|[\[<{][\w -]{1,40}[\]>}])"
_KEY = r"(?:/(?P<key>[^?#\s]*))?"
_S3 = tuple(
    re.compile(expression)
    for expression in (
        rf"s3[an]?://{_BUCKET}{_KEY}",
        rf"https?://(?P<name>[a-z0-9][a-z0-9-]{{1,49}})-(?P<account>\d{{12}})\.s3-accesspoint\."
        rf"(?P<region>[a-z0-9-]{{5,30}})\.amazonaws\.com(?P<cn>\.cn)?{_KEY}",
        rf"https?://{_HOST}/{_BUCKET}{_KEY}",
        rf"https?://{_BUCKET}\.(?!s3-control)(?!s3-accesspoint){_HOST}{_KEY}",
    )
)
_IMAGE = re.compile(
    r"(?:https?://)?(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]{5,30})\.amazonaws\.com(?P<cn>\.cn)?"
    r"(?:/v2/(?P<called>[a-z0-9][\w./-]{0,255}?)/(?:manifests|blobs|tags)\b|/(?P<name>[a-z0-9][\w./-]{0,255})?)?"
)
_QUEUE = re.compile(
    r"https?://(?:sqs\.)?(?P<region>[a-z]{2}-[a-z0-9-]{5,28})(?:\.queue)?\.amazonaws\.com(?P<cn>\.cn)?"
    r"/(?P<account>\d{12})/(?P<name>[\w-]{1,80}(?:\.fifo)?)"
)
# A key without what would be a wildcard, a variable or a break in a policy.
_HARMLESS = re.compile(r"[\w !.'()+,;:@=&/~-]*")
# Which of S3's actions are about an object; the others are about its bucket.
_ABOUT_OBJECTS = re.compile(
    r"s3:(?:ObjectOwner|Replicate|InitiateReplication|Bypass|(?!\w{0,60}Bucket)\w{0,60}(?:Object|MultipartUpload))",
    re.I,
)
_OF_S3 = re.compile(r"s3:", re.I)


def resource_arn(text: str, action: str = "") -> Arn | None:
    """Return the ARN of what an ARN or an address names; None for a text that is neither.

    text: an ARN, an address of S3 (`s3://`, `https://`), an image of ECR by its name or URL, or the URL of a queue.
    action: what is asked of it (`s3:ListBucket`), which tells whether an address of S3 is about an object or a bucket.
    """
    if (arn := parse_arn(text)) is not None:
        return arn
    if (image := _IMAGE.match(text)) is not None:
        name = f"repository/{image['called'] or image['name'] or '*'}"
        return Arn(_partition(image), "ecr", image["region"], image["account"], name)
    if (queue := _QUEUE.match(text)) is not None:
        return Arn(_partition(queue), "sqs", queue["region"], queue["account"], queue["name"])
    found = next((match for one in _S3 if (match := one.match(text))), None)
    return _of_s3(found, action) if found else None


def _of_s3(match: re.Match[str], action: str) -> Arn:
    key = match["key"] or ""
    if match[0].startswith("http") and _HARMLESS.fullmatch(plain := unquote(key)):
        key = plain
    is_point = "account" in match.re.groupindex
    if _OF_S3.match(action):
        key = (key or "*") if _ABOUT_OBJECTS.match(action) else ""
    if is_point:
        name = f"accesspoint/{match['name']}" + (f"/object/{key}" if key else "")
        return Arn(_partition(match), "s3", match["region"], match["account"], name)
    bucket = match["bucket"]
    if bucket[0] in "[<{":
        bucket = f"<{bucket[1:-1]}>"
    return Arn(_partition(match), "s3", "", "", f"{bucket}/{key}" if key else bucket)


def _partition(match: re.Match[str]) -> str:
    """Tell China's partition by its domain; a name of a bucket alone tells none, and is taken for one of `aws`."""
    groups = match.re.groupindex
    region = match["region"] if "region" in groups else match["kind"] or "" if "kind" in groups else ""
    if "cn" in groups and match["cn"]:
        return "aws-cn"
    return "aws-us-gov" if "us-gov-" in region else "aws"
