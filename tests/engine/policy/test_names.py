"""The keys that a request of an action carries, by the Service Authorization Reference."""

import pytest

from whydenied.engine.policy.names import Names

NAMES = Names()


@pytest.mark.parametrize(
    ("action", "key", "carried"),
    [
        ("s3:ListBucket", "s3:prefix", True),
        ("s3:GetObject", "s3:prefix", False),
        ("s3:GetObject", "s3:ExistingObjectTag/team", True),
        ("s3:GetObject", "aws:SourceIp", True),
        ("kms:Decrypt", "kms:ViaService", True),
        ("kms:Decrypt", "kms:GranteePrincipal", False),
        ("kms:CreateGrant", "kms:GranteePrincipal", True),
        ("iam:PassRole", "iam:PassedToService", True),
        ("iam:CreateRole", "iam:PassedToService", False),
        ("lambda:InvokeFunction", "lambda:FunctionUrlAuthType", False),
        ("ec2:StopInstances", "ec2:ResourceTag/env", True),
        ("sts:AssumeRoleWithWebIdentity", "gitlab.com:sub", True),
        ("nosuch:Action", "nosuch:key", False),
        ("s3:NoSuchAction", "s3:prefix", False),
    ],
)
def test_a_key_is_carried_where_the_reference_lists_it(action: str, key: str, carried: bool) -> None:
    """Global keys and those of identity providers may always be there; a service's own only where they are listed."""
    assert NAMES.carries(action, key) is carried
