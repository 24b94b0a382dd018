"""Two sites: one over a small made-up content (`client`), one over the installed content (`reader`)."""

import fcntl
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from whydenied.engine.diagnosis import make_diagnoser
from whydenied.kb.catalogue import load_catalogue
from whydenied.kb.search import open_search
from whydenied.server.app import create_app
from whydenied.server.export.site import Exported, export_site
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service, load_service
from whydenied.server.wizard.steps import Wizard

CONTENT = Path(__file__).parent / "content"
TODAY = date(2026, 11, 25)

SCP_DENIAL = (
    "An error occurred (AccessDenied) when calling the RunInstances operation: User: "
    "arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: ec2:RunInstances on resource: "
    "arn:aws:ec2:eu-west-3:111122223333:instance/* with an explicit deny in a service control policy"
)
IDENTITY_DENIAL = (
    "User: arn:aws:iam::444455556666:user/ana is not authorized to perform: s3:GetObject "
    "because no identity-based policy allows the s3:GetObject action"
)


S3_BARE = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
S3_NAMED = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: "
    "arn:aws:sts::111122223333:assumed-role/Reader/ana is not authorized to perform: s3:GetObject on resource: "
    '"arn:aws:s3:::reports-prod/2026/q3.csv"'
)
# What one caller lacks twice, and one change mends.
TWO_OF_ONE_CALLER = "\n".join(
    f"User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: {action} on resource: "
    f"arn:aws:{rest} because no identity-based policy allows the {action} action"
    for action, rest in (
        ("sqs:SendMessage", "sqs:eu-west-1:111122223333:jobs"),
        ("kms:Decrypt", "kms:eu-west-1:111122223333:key/a"),
    )
)
# What no address may ever hold of the messages above.
NAMES = ("111122223333", "Reader", "reports-prod", "q3.csv", "arn:", "deploy")


class _Compiled(BytecodeCache):
    """Templates, compiled once for all the sites that tests make."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled of the same text; without it the template is compiled."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Let every site of the tests know what another has compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Compiled()})
        yield


@pytest.fixture(scope="session")
def service() -> Service:
    """The service over the made-up content."""
    catalogue = load_catalogue([CONTENT])
    assert catalogue.problems == []
    return Service(
        catalogue,
        lambda c: make_diagnoser(c.plain),
        lambda c: open_search(c, None),
        today=lambda: TODAY,
    )


@pytest.fixture(scope="session")
def app(service: Service) -> Flask:
    """The site over it."""
    return create_app(service)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who asks it."""
    return app.test_client()


@pytest.fixture(scope="session")
def real() -> Service:
    """The service over the installed content."""
    return load_service()


@pytest.fixture(scope="session")
def guide(real: Service) -> Wizard:
    """The guided wizard over the installed content."""
    return Wizard(real.catalogue, real.diagnoser)


@pytest.fixture(scope="session")
def real_app(real: Service) -> Flask:
    """The site over it."""
    return create_app(real)


@pytest.fixture
def reader(real_app: Flask) -> FlaskClient:
    """Somebody who asks it."""
    return real_app.test_client()


@pytest.fixture(scope="session")
def live_app() -> Flask:
    """The application that is exported."""
    return create_app(settings=Settings(public_url="https://denied.example"))


@pytest.fixture(scope="session")
def exported(live_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    """The folder of the whole site, exported once for all the processes that run tests, and what was said of it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, said = shared / "exported", shared / "exported.json"
    with (shared / "exported.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_bytes(msgspec.json.encode(export_site(live_app, folder)))
    return folder, msgspec.json.decode(said.read_bytes(), type=Exported)
