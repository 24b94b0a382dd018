"""An account in moto for each test, our engine over our content, and what moto leaves out of S3."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from moto.s3.models import s3_backends

from tests.engine.collectors.accounts import ACCOUNT, OTHER, READER
from whydenied.engine.collectors import make_target
from whydenied.engine.collectors.aws import Aws
from whydenied.engine.collectors.calls import Reader
from whydenied.engine.collectors.target import Target
from whydenied.engine.diagnosis import Denial, make_diagnoser
from whydenied.engine.investigation import Investigator, Outcome
from whydenied.kb.catalogue import load_catalogue

__all__ = ["denial_of", "investigate", "investigator", "open_reader", "target_of"]


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fresh moto; no credentials of anybody's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield


@cache
def investigator() -> Investigator:
    """The engine over our content."""
    catalogue = load_catalogue()
    return Investigator(make_diagnoser(catalogue.plain), catalogue.plain("cause"), catalogue.plain("question"))


def denial_of(error: str) -> Denial:
    """The denial that an error tells."""
    denial = investigator().diagnoser.diagnose(error).main
    assert denial is not None
    return denial


def target_of(error: str) -> Target:
    """The refused request of an error."""
    target = make_target(denial_of(error).error)
    assert target is not None
    return target


def investigate(error: str, reader: Reader) -> Outcome:
    """Investigate an error."""
    return investigator().investigate(denial_of(error), target_of(error), reader)


def open_reader(account: str = ACCOUNT, **options: Any) -> Aws:
    """Open AWS as moto plays it, with credentials for the other account, and for a member of the organization."""
    accounts = {OTHER: READER}
    if account not in (ACCOUNT, OTHER):
        accounts[account] = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    reader = Aws(accounts=accounts, **options)
    opened = reader._open

    def guarded(profile: str | None, role: str | None) -> Any:
        session = opened(profile, role)
        session.events.register("before-call.s3", _expect_owner)
        return session

    reader._open = guarded  # type: ignore[method-assign]
    reader._sessions[""].events.register("before-call.s3", _expect_owner)
    return reader


def _expect_owner(params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
    """Refuse, as S3 does and moto does not, where the bucket belongs to another account than was expected."""
    expected = params["headers"].get("x-amz-expected-bucket-owner")
    bucket = params["context"].get("s3_redirect", {}).get("bucket")
    owners = [account for account, regions in s3_backends.items() if bucket in regions["aws"].buckets]
    if expected is None or expected in owners:
        return None
    error = {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return AWSResponse("", 403, {}, None), error


Opener = Callable[..., Aws]
