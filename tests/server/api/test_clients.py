"""A client generated from the description compiles, has every operation, and understands the answers."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from flask import Flask

from whydenied.server.api.openapi import document
from whydenied.server.api.operations import OPERATIONS, TAGS

TEXT = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:iam::111122223333:user/ana "
    "is not authorized to perform: s3:GetObject because no identity-based policy allows the s3:GetObject action"
)


def test_names_are_one_each() -> None:
    """Two types of one name would leave a generator with half of them."""
    described = document("https://whydenied.example")
    schemas = described["components"]["schemas"]
    titles = [schema["title"] for schema in schemas.values()]
    assert sorted(titles) == sorted(set(titles))
    assert [name for name in schemas if "." in name] == []
    ids = [operation.name for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))
    assert {operation.tag for operation in OPERATIONS.values()} == set(TAGS)


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Yield each description of an object within a description."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for item in schema:
            yield from objects(item)


def test_every_object_says_whether_it_is_open() -> None:
    """A generator takes an object without fields and without a word for an empty one: no statement could be read."""
    schemas = document("https://whydenied.example")["components"]["schemas"]
    assert [one for one in objects(schemas) if "additionalProperties" not in one] == []
    assert schemas["NextStep"]["properties"]["statements"]["items"] == {"type": "object", "additionalProperties": True}
    assert schemas["EvaluateBody"]["additionalProperties"] is True  # the policies of each gate
    assert schemas["NextStep"]["additionalProperties"] is False


TYPESCRIPT = """
import type { paths } from "./api";
type Diagnose = paths["/api/v1/diagnose"]["post"];
type Step = Diagnose["responses"]["200"]["content"]["application/json"]["next_steps"][number];
type Case = paths["/api/v1/evaluate"]["post"]["requestBody"]["content"]["application/json"];
export function owner(step: Step): string {
  switch (step.kind) { case "apply": case "ask_owner": case "answer_question": case "stop": return step.owner; }
}
export const action = (step: Step): unknown => step.statements[0]?.Action;
const request = { principal: "p", action: "s3:GetObject", resource: "r" };
export const asked: Case = { request, identity_policies: [] };
// @ts-expect-error there is no such kind
export const wrong: Step["kind"] = "widen";
const statement: Step["statements"][number] = { Effect: "Allow" };
export default statement;
"""


@pytest.mark.slow
def test_typescript_made_of_it_compiles(tmp_path: Path) -> None:
    """Where `openapi-typescript` and `tsc` are on the PATH (npm: openapi-typescript, typescript): strictly."""
    for tool in ("openapi-typescript", "tsc"):
        if shutil.which(tool) is None:
            pytest.skip(f"`{tool}` is not installed (npm install --global openapi-typescript typescript)")
    (tmp_path / "openapi.json").write_text(json.dumps(document("http://whydenied.example")), encoding="utf-8")
    (tmp_path / "use.ts").write_text(TYPESCRIPT, encoding="utf-8")
    options = ["--strict", "--noEmit", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler"]
    for command in (["openapi-typescript", "openapi.json", "-o", "api.d.ts"], ["tsc", *options, "use.ts"]):
        made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client that openapi-python-client makes of the description."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document("http://whydenied.example")), encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none"]
    made = subprocess.run(
        [*command, "--output-path", "made_client"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "arning" not in made.stdout, made.stdout
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("made_client")
    finally:
        sys.path.remove(str(folder))


@pytest.mark.slow
def test_a_generated_client_works(generated: ModuleType, app: Flask) -> None:
    """Each operation is called through it, against the site itself."""
    module = importlib.import_module("made_client.client")
    client = module.Client(base_url="http://whydenied.example")
    client.set_httpx_client(httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://whydenied.example"))
    models = importlib.import_module("made_client.models")

    def call(tag: str, name: str, *arguments: object, **named: object) -> object:
        return importlib.import_module(f"made_client.api.{tag}.{name}").sync(*arguments, client=client, **named)

    diagnosis = call("denials", "diagnose", body=models.DiagnoseBody(text=TEXT))
    assert diagnosis.denials[0].error.action == "s3:GetObject"  # type: ignore[attr-defined]
    step = call("denials", "wizard_step", body=models.WizardBody.from_dict({"facts": {}}))
    assert step.findings  # type: ignore[attr-defined]
    case = {"request": {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject"}}
    case["request"]["resource"] = "arn:aws:s3:::reports/q1.csv"
    decided = call("policies", "evaluate", body=models.EvaluateBody.from_dict(case))
    assert "Denied" in str(decided.decision)  # type: ignore[attr-defined]
    found = call("articles", "search_articles", q="policy")
    assert found.total == len(found.results) or found.total > 20  # type: ignore[attr-defined]
    listed = call("articles", "list_articles")
    one = listed.articles[0]  # type: ignore[attr-defined]
    assert call("articles", "get_article", one.id).title == one.title  # type: ignore[attr-defined]
