"""A secret that somebody pastes comes out nowhere: no answer, header, log, file or metric holds it."""

import asyncio
import importlib
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from mcp.client import Client

from tests.engine.plans.written import ROLE, change, plan_json
from tests.pastes import Paste, leaks, pastes, some_of_each
from tests.server.api import test_chat
from whydenied.engine.collectors.calls import Answer, Call
from whydenied.engine.collectors.snapshot import Snapshot, write_snapshot
from whydenied.engine.diagnosis import Diagnoser, make_diagnoser
from whydenied.kb.catalogue import Catalogue
from whydenied.server.app import create_app
from whydenied.server.articles.content import load_content
from whydenied.server.cli import main
from whydenied.server.http.settings import Settings
from whydenied.server.mcp import make_server
from whydenied.server.service import Service

pytestmark = pytest.mark.slow

SEED = 20261127
DENIAL = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:iam::111122223333:user/ana "
    "is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::reports/q1.csv because no identity-based "
    "policy allows the s3:GetObject action"
)
# Some of each family: that every spelling is masked is tried at the mask (tests/engine/secrets/test_spellings.py); here
# it is every way in and out.
CASES = some_of_each(pastes(SEED), 9)
REQUEST = {
    "principal": "arn:aws:iam::111122223333:user/ana",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q1.csv",
    "context_complete": False,
}


def event(paste: Paste) -> str:
    """An event of CloudTrail with the secret in all that a caller chooses."""
    return json.dumps(
        {
            "eventName": "GetObject",
            "eventSource": "s3.amazonaws.com",
            "eventTime": "2026-11-26T00:00:00Z",
            "errorCode": "AccessDenied",
            "errorMessage": f"Access Denied {paste.text}",
            "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/{paste.text}"},
            "requestParameters": {"bucketName": "reports", "key": f"exports/{paste.text}"},
        }
    )


def policy(paste: Paste) -> dict[str, Any]:
    """A policy with the secret in a condition, which is where people keep one."""
    statement = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:Referer": paste.text}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture(scope="module")
def watched(service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, Path]:
    """Somebody who asks a site with an access log and a file of what was not found; and that file's folder."""
    folder = tmp_path_factory.mktemp("gaps")
    return create_app(service, Settings(access_log=True, gaps=str(folder / "gaps.jsonl"))).test_client(), folder


def asked(client: FlaskClient, paste: Paste) -> Iterator[tuple[str, Any]]:
    """Yield every way in over HTTP, with the site's answer."""
    text, long = paste.text, f"{paste.text}\n{DENIAL}"
    case = {"request": {**REQUEST, "context": {"aws:Referer": text}}, "identity_policies": [policy(paste)]}
    yield "page", client.post("/diagnose", data={"text": long})
    yield "page, alone", client.post("/diagnose", data={"text": text})
    yield "page, last line", client.post("/diagnose", data={"text": f"hello\n{text}", "as": "error"})
    yield "page, event", client.post("/diagnose", data={"text": event(paste)})
    yield "page, two events", client.post("/diagnose", data={"text": f"{event(paste)}\n{event(paste)}"})
    yield "search by POST", client.post("/search", data={"q": text})
    yield "search", client.get("/search", query_string={"q": text})
    yield "suggestions", client.get("/suggest", query_string={"q": text})
    yield "API", client.post("/api/v1/diagnose", json={"text": long})
    yield "API, event", client.post("/api/v1/diagnose", json={"text": event(paste)})
    yield "API, search", client.get("/api/v1/search", query_string={"q": text})
    yield "API, evaluation", client.post("/api/v1/evaluate", json=case)
    yield "API, bad evaluation", client.post("/api/v1/evaluate", json={**case, "unknown": [text]})
    yield "API, wizard", client.post("/api/v1/wizard", json={"text": long})
    policies = json.dumps(policy(paste))
    yield "evaluation", client.post("/evaluate", data={**REQUEST, "identity_policies": policies, "message": long})
    yield (
        "evaluation, mistakes",
        client.post(
            "/evaluate",
            data={"principal": text, "resource": text, "context": text, "identity_policies": f'{{"a": {text}'},
        ),
    )
    yield "wizard", client.post("/wizard", data={"text": long}, follow_redirects=True)
    yield "wizard, output", client.post("/wizard", data={"pasted": policies, "output": policies, "text": DENIAL})
    yield "wizard, bad output", client.post("/wizard", data={"pasted": f"{{ {text}", "output": text})
    yield "wizard, result", client.post("/wizard/result", data={"text": long, "output": policies})


@pytest.mark.parametrize("paste", CASES, ids=lambda paste: paste.family)
def test_no_answer_address_or_log_of_the_site_holds_a_secret(
    watched: tuple[FlaskClient, Path], caplog: pytest.LogCaptureFixture, paste: Paste
) -> None:
    client, folder = watched
    with caplog.at_level(logging.DEBUG):
        for way, answer in asked(client, paste):
            assert answer.status_code < 500, way
            assert leaks(paste, answer.get_data(as_text=True)) == [], way
            assert leaks(paste, str(answer.headers)) == [], way
    assert leaks(paste, caplog.text) == []
    assert leaks(paste, client.get("/metrics").get_data(as_text=True)) == []
    written = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert leaks(paste, written) == []


def test_no_answer_to_an_assistant_holds_a_secret(service: Service) -> None:
    async def ask() -> list[tuple[Paste, str]]:
        found = []
        async with Client(make_server(service)) as client:
            for paste in CASES:
                long = f"{paste.text}\n{DENIAL}"
                case = {"request": {**REQUEST, "resource": paste.text}, "identity_policies": [policy(paste)]}
                for tool, arguments in (
                    ("diagnose", {"text": long}),
                    ("diagnose", {"text": [paste.text]}),
                    ("next_question", {"text": long}),
                    ("next_question", {"facts": {"boundary.attached": paste.text}}),
                    ("evaluate", {"case": case}),
                    ("evaluate", {"case": paste.text}),
                    ("search", {"query": paste.text}),
                    ("search", {"query": "s3", "limit": paste.text}),
                ):
                    answer = await client.call_tool(tool, arguments)
                    found.append((paste, f"{answer.content} {answer.structured_content}"))
        return found

    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(asyncio.run, ask()).result()
    assert [leaks(paste, text) for paste, text in answers if leaks(paste, text)] == []


def test_no_line_of_the_command_line_holds_a_secret() -> None:
    texts = [text for paste in CASES for text in (f"{paste.text}\n{DENIAL}", event(paste), paste.text)]
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    ran = CliRunner().invoke(main, ["diagnose", "--jsonl"], input=lines)
    assert ran.exit_code == 0
    answers = ran.stdout.splitlines()
    assert len(answers) == len(texts)
    assert [one for number, one in enumerate(answers) if leaks(CASES[number // 3], one)] == []


@cache
def _compiled() -> tuple[Catalogue, Diagnoser]:
    catalogue = load_content()
    return catalogue, make_diagnoser(catalogue.plain)


@pytest.fixture
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules compiled once for all: a network is kept until its process ends, and a command makes one."""
    for name in ("diagnose", "report"):
        module = importlib.import_module(f"whydenied.server.cli.{name}")
        monkeypatch.setattr(module, "load_content", lambda: _compiled()[0])
        monkeypatch.setattr(module, "make_diagnoser", lambda plain: _compiled()[1])


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("paste", CASES, ids=lambda paste: paste.family)
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_no_diagnosis_in_the_terminal_holds_a_secret(options: list[str], paste: Paste) -> None:
    for text in (f"{paste.text}\n{DENIAL}", event(paste)):
        ran = CliRunner().invoke(main, ["diagnose", *options, "-"], input=text)
        assert leaks(paste, ran.output) == []


def test_no_report_of_a_triage_holds_a_secret(tmp_path: Path) -> None:
    logs = tmp_path / "logs.json"
    logs.write_text(json.dumps({"Records": [json.loads(event(paste)) for paste in CASES]}), encoding="utf-8")
    for form in ("table", "csv", "json", "html"):
        ran = CliRunner().invoke(main, ["triage", str(logs), "--format", form, "--processes", "1", "--limit", "500"])
        assert ran.exit_code == 0, ran.output
        assert [(form, leaks(paste, ran.output), paste.text) for paste in CASES if leaks(paste, ran.output)] == []


def test_no_answer_in_a_chat_holds_a_secret() -> None:
    site = test_chat.client.__wrapped__()  # type: ignore[attr-defined]
    for paste in CASES:
        for text in (f"{paste.text}\n{DENIAL}", paste.text, event(paste)):
            assert leaks(paste, test_chat.slack(site, text=text).get_data(as_text=True)) == []


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("paste", CASES, ids=lambda paste: paste.family)
def test_no_report_for_a_pipeline_holds_a_secret(tmp_path: Path, paste: Paste) -> None:
    """The same files are what a comment on a merge request is made of."""
    for text in (f"{paste.text}\n{DENIAL}", event(paste)):
        ran = CliRunner().invoke(main, ["report", "-", str(tmp_path)], input=text)
        written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
        assert "GetObject" in written
        assert leaks(paste, written + ran.output) == []


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown"])
def test_no_answer_to_a_plan_holds_a_secret(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "policies" / "identity"
    folder.mkdir(parents=True)
    for paste in CASES:
        made = {"bucket": "acme-x", "tags": {"x": paste.text}, "policy": json.dumps(policy(paste))}
        (tmp_path / "plan.json").write_bytes(plan_json(change("aws_s3_bucket.x", after=made)))
        (folder / "a.json").write_text(json.dumps(policy(paste)), encoding="utf-8")
        options = ["--principal", ROLE, "--policies", str(folder.parent), "--format", form]
        ran = CliRunner().invoke(main, ["plan", str(tmp_path / "plan.json"), *options])
        assert ran.exit_code == 1, ran.output
        assert leaks(paste, ran.output) == []


def test_no_snapshot_holds_a_secret() -> None:
    call = Call("s3", "GetBucketPolicy", {"Bucket": "reports"})
    for paste in CASES:
        as_text = Answer(call, {"Policy": json.dumps(policy(paste))})
        as_data = Answer(call, {"PolicyVersion": {"Document": policy(paste)}})
        assert leaks(paste, write_snapshot(Snapshot(answers=[as_text, as_data])).decode()) == []
