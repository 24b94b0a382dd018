"""Addresses of S3, ECR and SQS, and the ARNs of what stands there."""

import pytest

from whydenied.engine.messages.addresses import resource_arn
from whydenied.engine.policy.names import Names
from whydenied.engine.policy.reference import service


@pytest.mark.parametrize(
    ("text", "action", "arn"),
    [
        ("s3://orders-raw/in/a.csv", "", "arn:aws:s3:::orders-raw/in/a.csv"),
        ("s3a://orders-raw/in/", "s3:GetObject", "arn:aws:s3:::orders-raw/in/"),
        ("s3://orders-raw", "s3:PutObject", "arn:aws:s3:::orders-raw/*"),
        ("s3://orders-raw/in/a.csv", "s3:ListBucket", "arn:aws:s3:::orders-raw"),
        ("https://orders-raw.s3.amazonaws.com/a%20b.csv?x-id=GetObject", "", "arn:aws:s3:::orders-raw/a b.csv"),
        ("https://orders-raw.s3.amazonaws.com/%2A%24%7Ba%7D", "", "arn:aws:s3:::orders-raw/%2A%24%7Ba%7D"),
        ("https://orders.raw.s3.eu-west-1.amazonaws.com", "", "arn:aws:s3:::orders.raw"),
        ("https://orders-raw.s3.dualstack.eu-west-1.amazonaws.com/a", "", "arn:aws:s3:::orders-raw/a"),
        ("https://s3-eu-west-1.amazonaws.com/orders-raw/", "", "arn:aws:s3:::orders-raw"),
        ("https://s3.us-gov-west-1.amazonaws.com/orders-raw/a", "", "arn:aws-us-gov:s3:::orders-raw/a"),
        ("https://orders-raw.s3.cn-north-1.amazonaws.com.cn/a", "", "arn:aws-cn:s3:::orders-raw/a"),
        ("https://[bucket].s3.amazonaws.com/a.txt", "", "arn:aws:s3:::<bucket>/a.txt"),
        (
            "https://shop-111122223333.s3-accesspoint.eu-west-1.amazonaws.com/a",
            "s3:GetObject",
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/shop/object/a",
        ),
        ("https://111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/jobs", "", None),
        (
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2",
            "ecr:BatchGetImage",
            "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
        ),
        *(
            (
                f"https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/team/app/{rest}",
                "ecr:BatchGetImage",
                "arn:aws:ecr:eu-west-1:111122223333:repository/team/app",
            )
            for rest in ("manifests/1.2", "blobs/sha256:0f1e2d", "blobs/uploads/", "tags/list")
        ),
        (
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/app:1",
            "",
            "arn:aws:ecr:eu-west-1:111122223333:repository/v2/app",
        ),
        (
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders.fifo",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:111122223333:orders.fifo",
        ),
        ("arn:aws:sns:eu-west-1:111122223333:orders", "s3:GetObject", "arn:aws:sns:eu-west-1:111122223333:orders"),
        ("role orders-worker", "", None),
        ("https://orders-raw.example.org/a", "", None),
    ],
)
def test_an_address_is_an_arn(text: str, action: str, arn: str | None) -> None:
    found = resource_arn(text, action)
    assert (str(found) if found else None) == arn


def test_an_object_and_its_bucket_are_told_apart_as_in_the_reference() -> None:
    names, s3 = Names(), service("s3")
    assert s3
    for one in s3.actions:
        shapes = names.resources(f"s3:{one.name}") or ()
        if {"arn:*:s3:::*", "arn:*:s3:::*/*"}.isdisjoint(shapes):
            continue
        found = resource_arn("s3://orders-raw/in/a.csv", f"s3:{one.name}")
        assert found
        assert ("/" in found.resource) is ("arn:*:s3:::*/*" in shapes), one.name
