"""The commands that articles and questions print run in the real AWS CLI, against moto's server, and are read back.

One account holds a thing of every kind that the commands name. The CLI runs in this process: a process each would take
minutes.
"""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import boto3
import jmespath
import pytest
from awscli.clidriver import create_clidriver
from moto.server import ThreadedMotoServer

from whydenied.engine.collectors.calls import Call, command_of
from whydenied.engine.collectors.questions import make_questions
from whydenied.kb.catalogue import load_catalogue

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
# What moto 5.2.5 does not play; for these the CLI's own parser is the judge (server's claims check that).
NOT_PLAYED = re.compile(
    r"not been implemented|not yet implemented|NotYetImplemented|not implemented|Internal ?(?:Server|Failure)"
    r"|<!doctype|Unable to parse response|InternalError|\(500\)|\(404\)|UnknownOperation|Could not connect"
    r"|UnrecognizedClient",
    re.I,
)


# The service understood, and says that there is no such thing.
THING_IS_NOT_THERE = re.compile(
    r"An error occurred \([\w.]*(?:NotFound|NoSuch|NotExist|NotInUse|DoesNot|Missing|Unknown)[\w.]*\)"
    r"|Unable to describe task definition|The config profile \([\w-]+\) could not be found"
)
# Blanks that the reader fills, where the service checks their form.
BLANKS = {"access-key-id": "AKIAIOSFODNN7EXAMPLE"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A moto server with an account in it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_PAGER": "",
        }.items():
            patch.setenv(name, value)
        yield url
    server.stop()


@pytest.fixture(scope="module")
def names(endpoint: str) -> dict[str, str]:
    """An account with one of everything, and the values of the placeholders."""

    def client(service: str) -> Any:
        return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1")

    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
        }
    )
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    iam = client("iam")
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust)
    iam.create_user(UserName="ana")
    managed = iam.create_policy(PolicyName="all", PolicyDocument=policy)["Policy"]["Arn"]
    client("s3").create_bucket(Bucket="reports")
    client("s3").put_object(Bucket="reports", Key="a.csv", Body=b"1")
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("ecr").create_repository(repositoryName="web")
    vpc = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    image = client("ec2").describe_images()["Images"][0]["ImageId"]
    instance = client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    return {
        "principal.name": "app",
        "principal.arn": ROLE,
        "principal.account": ACCOUNT,
        "identity.arn": ROLE,
        "role.name": "app",
        "role.arn": ROLE,
        "user.name": "ana",
        "action": "s3:GetObject",
        "operation": "GetObject",
        "resource": "arn:aws:s3:::reports/a.csv",
        "resource.name": "a.csv",
        "resource.account": ACCOUNT,
        "bucket": "reports",
        "object.key": "a.csv",
        "key.id": key,
        "policy.arn": managed,
        "region": "us-east-1",
        "service": "s3",
        "function": "f",
        "repository.name": "web",
        "vpc.id": vpc,
        "instance.id": instance,
    }


def run(words: list[str]) -> tuple[int, str, str]:
    """Run the AWS CLI in this process; return its exit code and what it printed."""
    out, errors = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            code = create_clidriver().main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue(), errors.getvalue()


def fill(value: Any, names: dict[str, str]) -> Any:
    """Fill placeholders; those without a value get a plain word."""
    if isinstance(value, str):
        return re.sub(r"(?<!\$)\{([a-z]+(?:\.[a-z]+)?)\}", lambda match: names.get(match[1], "x"), value)
    if isinstance(value, list):
        return [fill(one, names) for one in value]
    if isinstance(value, dict):
        return {name: fill(one, names) for name, one in value.items()}
    return value


def commands() -> list[str]:
    """Return every reading command line of every cause, once. What would change something is left to the parser."""
    lines: dict[str, None] = {}
    for cause in load_catalogue().plain("cause"):
        for command in cause["commands"]:
            words = command["run"].split()
            if words[:1] == ["aws"] and len(words) > 2 and words[2].startswith(("get-", "list-", "describe-", "head-")):
                lines[command["run"]] = None
    return list(lines)


@pytest.mark.slow
def test_the_commands_of_articles_run(endpoint: str, names: dict[str, str]) -> None:
    """Each is understood by the CLI, and by the service: it answers, or says that the thing is not there."""
    ran, odd = [], []
    for line in commands():
        filled = re.sub(r"<([a-z-]+)>", lambda match: BLANKS.get(match[1], "example-name"), fill(line, names))
        code, out, errors = run(shlex.split(filled.split(" | ")[0])[1:])
        if code == 0:
            ran.append(line)
        elif not NOT_PLAYED.search(errors + out) and not THING_IS_NOT_THERE.search(errors):
            odd.append((line, errors.strip()[:200]))
    assert odd == []
    assert len(ran) >= 10


@pytest.mark.slow
def test_the_calls_of_questions_run_and_are_read_back(endpoint: str, names: dict[str, str]) -> None:
    """What the CLI prints is what the question's expressions read."""
    read = 0
    for question in make_questions(load_catalogue().plain("question")):
        parameters = fill(dict(question.parameters), names)
        line = command_of(Call(question.service, question.operation, parameters))
        code, out, errors = run([*shlex.split(line)[1:], "--output", "json"])
        if code:
            assert not re.search(r"usage: aws|Unknown options|Invalid choice", errors), (line, errors)
            continue
        data = json.loads(out) if out.strip() else {}
        values = [value for expression, value in question.reads if expression.search(data)]
        assert jmespath.compile("@").search(data) == data
        read += bool(values)
    assert read >= 8
