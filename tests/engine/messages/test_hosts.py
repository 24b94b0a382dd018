"""The Region in the name of a host that was not reached."""

import pytest

from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.messages.hosts import unknown_region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("lookup sts.eu-wst-1.amazonaws.com: no such host", "eu-wst-1"),
        ("https://iam.Ireland.amazonaws.com/", "Ireland"),
        ("https://dynamodb.eu-west-1a.amazonaws.com/", "eu-west-1a"),
        ("https://s3-eu-wst-2.amazonaws.com/orders", "eu-wst-2"),
        ("https://orders.s3.us-est-1.amazonaws.com/a.txt", "us-est-1"),
        ("https://a1b2c3.execute-api.eu-wset-1.amazonaws.com/live", "eu-wset-1"),
        ("orders.abc123.eu-wst-1.rds.amazonaws.com", "eu-wst-1"),
        # A Region of any partition, and hosts that name none.
        ("https://sqs.eu-west-1.amazonaws.com/", None),
        ("https://sts.cn-north-1.amazonaws.com.cn/", None),
        ("https://s3-eu-west-1.amazonaws.com/orders", None),
        ("0A1B.gr7.eu-central-1.eks.amazonaws.com", None),
        ("https://iam.amazonaws.com/ and https://iam.us-gov.amazonaws.com/", None),
        ("https://orders-raw-1.s3.amazonaws.com/a.txt", None),
        ("https://bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com", None),
        ("ec2-203-0-113-7.eu-west-1.compute.amazonaws.com", None),
        # Where another host is near whose Region is one, nobody can tell which was not reached.
        ("https://sqs.eu-west-1.amazonaws.com/ https://sqs.eu-wst-1.amazonaws.com/", None),
    ],
)
def test_a_region_that_is_none_is_seen_in_the_name_of_a_host(text: str, region: str | None) -> None:
    found = unknown_region(text, 0, len(text))
    assert (found[0] if found else None) == region
    assert not found or text[found[1] : found[2]] == region


@pytest.mark.parametrize(("region", "is_none"), [("eu-wst-1", True), ("eu-west-1", False)])
def test_only_a_host_that_was_not_reached_has_its_region_looked_at(
    region: str, is_none: bool, diagnoser: Diagnoser
) -> None:
    host = f"https://sts.{region}.amazonaws.com/"
    main = diagnoser.diagnose(f"Could not connect to the endpoint URL: {host}").main
    assert main
    assert (("host.region", "unknown") in {(fact.name, fact.value) for fact in main.facts}) == is_none
    refused = diagnoser.diagnose(f"POST {host}: AccessDenied: Access Denied, status code: 403").main
    assert refused
    assert "host.region" not in {fact.name for fact in refused.facts}
