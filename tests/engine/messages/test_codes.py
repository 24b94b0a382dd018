"""Which names are error codes, and what a code means in general."""

import json
from pathlib import Path

import pytest

from scripts.refresh_codes import build
from whydenied.engine.messages import codes


@pytest.mark.slow
def test_the_list_is_what_the_script_builds_now() -> None:
    stored = json.loads((Path(codes.__file__).parent / "data" / "codes.json").read_text())
    assert stored == build(), "run scripts/refresh_codes.py"


@pytest.mark.parametrize(
    "name",
    [
        "AccessDenied",
        "InvalidClientTokenId",
        "VcpuLimitExceeded",
        "InvalidGroup.NotFound",
        "KMS.DisabledException",
        "BrandNewException",
    ],
)
def test_codes_are_codes(name: str) -> None:
    assert codes.is_code(name)


@pytest.mark.parametrize(
    "name", ["ClientError", "AmazonS3Exception", "Warning", "Reconciler", "RuntimeException", "TypeScript"]
)
def test_other_names_are_none(name: str) -> None:
    assert not codes.is_code(name)


@pytest.mark.parametrize(
    ("code", "general"),
    [
        ("DBInstanceNotFoundFault", "NotFoundException"),
        ("InvalidInstanceID.NotFound", "NotFoundException"),
        ("NoSuchDistribution", "NotFoundException"),
        ("TooManyDistributions", "LimitExceededException"),
        ("SnapshotQuotaExceeded", "LimitExceededException"),
        ("ClusterAlreadyExistsFault", "EntityAlreadyExists"),
        ("InvalidPermission.Duplicate", "EntityAlreadyExists"),
        ("KMSNotFoundException", "NotFoundException"),
        ("MaxNumberOfThingsReached", "LimitExceededException"),
        ("Ec2ThrottledException", "ThrottlingException"),
        ("DirectConnectServerException", "InternalError"),
        ("StatementTimeoutException", "RequestTimeout"),
        ("IdempotentParameterMismatch", "ResourceInUseException"),
        ("OrganizationsNotInUseException", None),
        ("InvalidDBProxyStateFault", "InvalidStateException"),
        ("ClientRequestTokenRequiredException", "ValidationError"),
        ("InvalidClientTokenId", None),
        ("ChannelInsufficientPermission", "AccessDeniedException"),
        ("UnmatchedPolicyPermissionException", None),
        ("InvalidInput", None),
        ("AccessDenied", None),
        ("NotFound", None),
    ],
)
def test_a_services_own_code_says_in_its_end_what_it_means(code: str, general: str | None) -> None:
    assert codes.general_code(code) == general


@pytest.mark.parametrize(
    ("code", "general"),
    [
        ("InvalidInput", "ValidationException"),
        ("CommitMessageLengthExceededException", "ValidationException"),
        ("ActiveSessionsExceededException", "LimitExceededException"),
        ("DirectoryUnavailableException", "ResourceNotReadyException"),
        ("ThrottledException", "ThrottlingException"),
        ("MetadataException", None),
    ],
)
def test_what_a_code_may_mean_where_the_text_does_not_say(code: str, general: str | None) -> None:
    assert codes.perhaps_code(code) == general
