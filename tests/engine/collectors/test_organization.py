"""What membership of an organization tells about SCPs and RCPs, and what it leaves unknown."""

import pytest

from whydenied.engine.collectors.calls import Answer, Call
from whydenied.engine.collectors.sources.organization import membership
from whydenied.engine.collectors.target import Target
from whydenied.engine.evaluation.gates.rcp import COVERED_SERVICES

DESCRIBE = Call("organizations", "DescribeOrganization")
MEMBER = Answer(DESCRIBE, {"Organization": {"Id": "o-1", "MasterAccountId": "444455556666"}})
REFUSED = Answer(DESCRIBE, None, "AccessDeniedException", "no")


def target(action: str, effect: str = "explicit") -> Target:
    return Target("arn:aws:sts::111122223333:assumed-role/app/one", action, effect=effect)


@pytest.mark.parametrize("answer", [MEMBER, REFUSED], ids=["member", "refused"])
@pytest.mark.parametrize("service", sorted(COVERED_SERVICES))
def test_unread_rcps_are_unknown_for_each_service_they_bind(service: str, answer: Answer) -> None:
    """What could not be read is not "none": not for S3, and not for the sixty other services either."""
    assert "rcp" not in membership(answer, target(f"{service}:DoSomething")).policies


def test_rcps_bind_no_other_service() -> None:
    """Where RCPs have no say there are none, whatever may be read; nor do they ever deny by silence."""
    assert membership(REFUSED, target("ec2:StartInstances")).policies["rcp"] == []
    assert membership(REFUSED, target("s3:GetObject", effect="implicit")).policies["rcp"] == []
