"""The tools for assistants, asked through the SDK's own client, say what the site and the command line say."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.server.conftest import SCP_DENIAL
from whydenied.server.app import create_app
from whydenied.server.data.brief import brief_evaluation, brief_step, with_addresses
from whydenied.server.mcp import make_server
from whydenied.server.service import Service, load_service

ROOT = Path(__file__).parents[2]
# Messages as people paste them; the second file is no part of the project, so not everywhere there.
CORPORA = [ROOT / "tests" / "corpus" / "field.jsonl", ROOT.parent / "shared" / "corpus" / "errors.jsonl"]
WHYDENIED = str(Path(sys.executable).with_name("whydenied"))
CASE = {
    "request": {
        "principal": "arn:aws:iam::111122223333:user/ana",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::reports/q1.csv",
        "resource_account": "111122223333",
    }
}

Asks = Callable[[Client], Awaitable[None]]


def ask(server: Any, asks: Asks) -> None:
    """Connect the SDK's client to a server and ask."""

    async def session() -> None:
        async with Client(server) as client:
            await asks(client)

    # In a thread of its own: in this one the browser of other tests may keep an event loop running.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, session()).result()


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that must answer; its text and its structure say the same."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    assert json.loads(answer.content[0].text) == answer.structured_content
    return dict(answer.structured_content)


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """Call a tool that must refuse, and return what it says."""
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content[0].text)


def samples() -> list[str]:
    """Every message that our articles and the corpora hold."""
    catalogue = load_service().catalogue
    texts = [example["text"] for pattern in catalogue.of("pattern") for example in pattern.meta["examples"]]
    texts += [cause.meta["example"]["text"] for cause in catalogue.of("cause")]
    lines = [line for path in CORPORA if path.exists() for line in path.read_text(encoding="utf-8").splitlines()]
    return texts + [json.loads(line)["raw"] for line in lines]


def by_command_line(texts: list[str]) -> list[dict[str, Any]]:
    """What the command line says of each text."""
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    run = subprocess.run([WHYDENIED, "diagnose", "--jsonl"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def denials(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what any form says of each denial, in order: the fields read, the causes, how sure and how probable."""
    found = data["denials"] or ([data] if data.get("error") else [])
    return [
        {
            "error": one["error"],
            "findings": [(f["cause"], f["certainty"], f["probability"]) for f in one["findings"]],
        }
        for one in found
    ]


@pytest.mark.slow
def test_over_stdio_a_diagnosis_is_the_sites_and_the_command_lines() -> None:
    texts = samples()
    by_line = by_command_line(texts)
    site = create_app(load_service()).test_client()

    async def asks(client: Client) -> None:
        for text, line in zip(texts, by_line, strict=True):
            answer = await call(client, "diagnose", text=text)
            assert answer == with_addresses(site.post("/api/v1/diagnose", json={"text": text}).get_json(), "")
            assert answer["recognised"] == line["recognised"]
            assert denials(answer) == denials(line)

    ask(StdioServerParameters(command=WHYDENIED, args=["mcp"], env=dict(os.environ)), asks)


def test_tools_say_in_few_words_what_they_do_and_that_they_only_read(service: Service) -> None:
    async def asks(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"diagnose", "next_question", "evaluate", "search", "get_article"}
        for tool in tools.values():
            assert 20 <= len((tool.description or "").split()) <= 120
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert all("description" in field for field in tool.input_schema["properties"].values())

    ask(make_server(service), asks)


def test_search_and_articles_are_the_sites(service: Service, client: FlaskClient) -> None:
    async def asks(mcp: Client) -> None:
        for query in ("guardrail", "cross account", "nothing of that kind at all"):
            site = client.get("/api/v1/search", query_string={"q": query}).get_json()
            assert await call(mcp, "search", query=query, limit=20) == with_addresses(site, "")
        for article in service.catalogue.articles.values():
            answer = await call(mcp, "get_article", id=article.id)
            assert answer["markdown"] == client.get(f"/articles/{article.id}.md").text
        part = await call(mcp, "get_article", id="scp-deny", section="fix")
        assert part["markdown"].startswith("## Fix\n")

    ask(make_server(service), asks)


@pytest.mark.slow
def test_a_step_of_the_wizard_is_the_sites() -> None:
    service = load_service()
    site = create_app(service).test_client()

    async def asks(client: Client) -> None:
        facts: dict[str, str] = {}
        for text in ("", SCP_DENIAL, "Access Denied"):
            facts = {}
            for _ in range(12):
                step = await call(client, "next_question", text=text, facts=facts)
                whole = site.post("/api/v1/wizard", json={"text": text, "facts": facts}).get_json()
                assert step == brief_step(whole)
                assert [one["cause"] for one in step["findings"]] == [one["cause"] for one in whole["findings"][:4]]
                assert len(json.dumps(step, separators=(",", ":"))) <= 3_000
                if step["question"] is None:
                    break
                facts[step["question"]["id"]] = step["question"]["values"][0]["value"]
            assert step["findings"]
        assert "use one of" in await refused(client, "next_question", facts={"boundary.attached": "perhaps"})
        assert (await call(client, "next_question", facts={"boundary": "no"}))["passed_over"] == ["boundary"]

    ask(make_server(service), asks)


def test_an_evaluation_is_the_sites_with_its_plan(service: Service, client: FlaskClient) -> None:
    async def asks(mcp: Client) -> None:
        answer = await call(mcp, "evaluate", case=CASE)
        whole = client.post("/api/v1/evaluate", json=CASE).get_json()
        assert answer == brief_evaluation(whole)
        assert answer["decision"] == "ImplicitlyDenied"
        assert answer["changes"][0]["statement"] == whole["changes"][0]["statement"]
        assert len(json.dumps(answer, separators=(",", ":"))) <= 3_000

    ask(make_server(service), asks)


@pytest.mark.slow
def test_what_cannot_be_answered_is_said_with_what_to_do(service: Service) -> None:
    async def asks(client: Client) -> None:
        assert "`text` is empty" in await refused(client, "diagnose", text=" ")
        assert "keep the lines around the error" in await refused(client, "diagnose", text="x" * 300_000)
        assert "`query` is empty" in await refused(client, "search", query="")
        assert "did you mean `scp-deny`" in await refused(client, "get_article", id="scp-dny")
        assert "use one of" in await refused(client, "get_article", id="scp-deny", section="nothing")
        assert "`request` is missing" in await refused(client, "evaluate", case={})
        assert "leave out" in await refused(client, "evaluate", case={"request": {"context": {"a": "x" * 5_000_000}}})

    ask(make_server(service), asks)


def test_what_breaks_is_told_and_logged_without_what_was_sent(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(text: str) -> None:
        raise ValueError(f"could not read {text}")

    monkeypatch.setattr(service, "diagnose", fail)

    async def asks(client: Client) -> None:
        assert "on our side" in await refused(client, "diagnose", text=SCP_DENIAL)

    with caplog.at_level("DEBUG"):
        ask(make_server(service), asks)
    assert "ValueError" in caplog.text
    assert "could not read" not in caplog.text
    assert "111122223333" not in caplog.text


@pytest.mark.slow
def test_it_speaks_streamable_http() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([WHYDENIED, "mcp", "--http", "--port", str(port)], stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)

        async def asks(client: Client) -> None:
            answer = await call(client, "diagnose", text=SCP_DENIAL)
            assert answer["denials"][0]["findings"][0]["cause"] == "scp-explicit-deny"

        ask(f"http://127.0.0.1:{port}/mcp", asks)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_a_program_knows_what_to_do_next() -> None:
    """The steps are typed, articles are resources, and a prompt says how to go about it."""

    async def asks(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        schema = tools["diagnose"].output_schema
        assert schema is not None
        assert schema["properties"]["next_steps"]["items"]["properties"]["kind"]["enum"][-1] == "stop"
        assert all(tool.title and len((tool.description or "").split()) <= 120 for tool in tools.values())
        steps = (await call(client, "diagnose", text=SCP_DENIAL))["next_steps"]
        assert [step["kind"] for step in steps] == ["ask_owner", "stop"]
        article = (await client.read_resource("whydenied://articles/kms-key")).contents[0]
        assert article.text.startswith("# ")  # type: ignore[union-attr]
        with pytest.raises(Exception, match="did you mean `kms-key`"):
            await client.read_resource("whydenied://articles/kms-kye")
        secret = "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        prompt = (await client.get_prompt("diagnose", {"output": secret})).messages[0].content
        assert "wJalr" not in str(prompt)

    ask(make_server(load_service()), asks)
