"""The wizard over the installed content: its pages, its API and its command are tried on what people meet."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.app import create_app
from server.service import Service, load_service

S3_BARE = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
S3_NAMED = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: "
    "arn:aws:sts::111122223333:assumed-role/Reader/ana is not authorized to perform: s3:GetObject on resource: "
    '"arn:aws:s3:::reports-prod/2026/q3.csv"'
)
SCP_DENIAL = (
    "An error occurred (AccessDenied) when calling the RunInstances operation: User: "
    "arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: ec2:RunInstances on resource: "
    "arn:aws:ec2:eu-west-3:111122223333:instance/* with an explicit deny in a service control policy"
)
# What no address may ever hold of the messages above.
NAMES = ("111122223333", "Reader", "reports-prod", "q3.csv", "arn:", "deploy")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service over the installed content."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYDENIED_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("WHYDENIED_CONTENT", raising=False)
        yield load_service()


@pytest.fixture(scope="session")
def real_app(real: Service) -> Flask:
    """The site over it."""
    return create_app(real)


@pytest.fixture
def reader(real_app: Flask) -> FlaskClient:
    """Somebody who asks it."""
    return real_app.test_client()
