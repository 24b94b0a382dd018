"""One more of everything, added to a copy of the tree: in no other files than CONTRIBUTING names, and it works.

What is added is made up; each addition is as small as its kind allows. A program run in the copy shows that it works
where people meet it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("whydenied", "checks", "content", "docs", "engine", "kb", "server", "tests")
TABLE = re.compile(r"^\| ([a-zA-Z ]+) \| (\d+) \| (.*) \|$", re.MULTILINE)

pytestmark = pytest.mark.slow


class More(NamedTuple):
    """row: of CONTRIBUTING's table. add: makes the change. shows: a program that fails where it does not work.
    tests: arguments of pytest, for tests that the change has to pass."""

    row: str
    add: Callable[[Path], None]
    shows: str
    tests: tuple[str, ...] = ()


def insert(root: Path, path: str, before: str, text: str) -> None:
    """Put a text before a line of a file; "" is its end."""
    file = root / path
    content = file.read_text(encoding="utf-8")
    assert before in content, f"`{path}` has no `{before}`"
    content = content.replace(before, text + before, 1) if before else content + text
    file.write_text(content, encoding="utf-8")


def write(root: Path, path: str, text: str) -> None:
    """Write a new file."""
    assert not (root / path).exists()
    (root / path).write_text(text, encoding="utf-8")


# --- patterns, causes, questions

COMMON = """\
title: {title}
summary: A made-up article.
services: [glacier]
sources:
  - title: Glacier Developer Guide
reviewed_on: 2026-11-24
review_in: 365
"""
SEALED = "User arn:aws:iam::111122223333:user/ana found the vault sealed"
PATTERN = f"""\
---
{COMMON.format(title="A vault is sealed")}templates:
  - "User {{principal}} found the vault sealed"
asserts:
  message.kind: denial
  vault.state: sealed
examples:
  - text: "{SEALED}"
    reads:
      principal: arn:aws:iam::111122223333:user/ana
near_misses:
  - "The envelope was sealed"
---

Glacier says that the vault is sealed.
"""
CAUSE = f"""\
---
{COMMON.format(title="A job on a vault that is not yours")}gate: resource
prior: 0.001
cost: 2
owner: Whoever owns the vault
rules:
  - when:
      action: glacier:initiatejob
    then: confirmed
    because: The call starts a job on a vault.
fix: Ask the owner of the vault to start the job.
verify: Start the job again.
not_evaluated: It is made up.
example:
  text: "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: glacier:InitiateJob"
  reads:
    action: glacier:InitiateJob
near_miss: "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject"
---

## What it means

It is made up.

## How to be sure

It is not.

## Fix

Ask.

## Verify

Try.

## Traps

None.
"""
QUESTION = f"""\
---
{COMMON.format(title="Is the vault locked?")}values:
  - {{value: "yes", label: "Yes"}}
  - {{value: "no", label: "No"}}
why: A locked vault takes no new policy.
cost: 1
call:
  service: glacier
  operation: GetVaultLock
  known_by: "State && CreationDate"
  parameters: {{accountId: "-", vaultName: "{{resource.name}}"}}
reads:
  - jmespath: "State == 'Locked'"
    value: "yes"
  - jmespath: "State == 'InProgress'"
    value: "no"
console: Glacier, Vaults.
ask: The owner of the vault.
find_out: Run the command.
---

A lock is for ever.
"""

SHOWS_PATTERN = f"""
from whydenied.engine.diagnosis import make_diagnoser
from whydenied.server.articles.content import load_content
catalogue = load_content()
assert not catalogue.problems, catalogue.problems
denial = make_diagnoser(catalogue.plain).diagnose({SEALED!r}).main
assert ("vault.state", "sealed") in {{(fact.name, fact.value) for fact in denial.facts}}
assert denial.error.principal == "arn:aws:iam::111122223333:user/ana"
"""
SHOWS_CAUSE = """
from whydenied.engine.diagnosis import make_diagnoser
from whydenied.server.app import create_app
from whydenied.server.articles.content import load_content
catalogue = load_content()
assert not catalogue.problems, catalogue.problems
article = catalogue.get("cause", "vault-of-another")
diagnoser = make_diagnoser(catalogue.plain)
assert diagnoser.diagnose(article.meta["example"]["text"]).main.findings[0].cause == "vault-of-another"
assert diagnoser.diagnose(article.meta["near_miss"]).main.findings[0].cause != "vault-of-another"
page = create_app().test_client().get("/articles/vault-of-another")
assert page.status_code == 200
assert "Ask the owner of the vault" in page.text
"""
SHOWS_QUESTION = """
from whydenied.engine.inquiry.outputs import Outputs
from whydenied.server.app import create_app
from whydenied.server.articles.content import load_content
catalogue = load_content()
assert not catalogue.problems, catalogue.problems
read = Outputs(catalogue.plain("question")).read('{"State": "Locked", "CreationDate": "2026"}', "vault.locked")
assert [(fact.name, fact.value) for fact in read.facts] == [("vault.locked", "yes")]
page = create_app().test_client().get("/articles/vault.locked")
assert page.status_code == 200
assert "get-vault-lock" in page.text
"""

# --- an operator

OPERATOR = """\
    Operator("StringEndsWith", lambda value: lambda actual: actual.endswith(plain(value)), "ends with"),
"""
ROW = "  - {condition: {StringEndsWith: {aws:userid: x}}, context: {aws:userid: ax}, holds: true}\n"
SHOWS_OPERATOR = """
from whydenied.engine.evaluation import evaluate_case
from whydenied.engine.policy.validation import validate
condition = {"StringEndsWith": {"aws:userid": "x"}}
statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}
policy = {"Version": "2012-10-17", "Statement": [statement]}
assert "unknown-operator" not in [problem.code for problem in validate(policy, "identity")]
request = {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
request |= {"resource_account": "111122223333", "context": {"aws:userid": "ax"}}
decided = evaluate_case({"request": request, "identity_policies": [{"document": policy}]})
assert decided["decision"] == "Allowed", decided
"""

# --- a gate

GATE = '''"""Perimeter policies: made up."""

from whydenied.engine.evaluation.answer import Answer, not_applicable, not_given, settle
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.scan import scan
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for the perimeter."""
    if "perimeter" in situation.policies.unknown:
        return not_given("perimeter", "the perimeter policies were not given", "the perimeter policies")
    documents = situation.policies.documents("perimeter")
    if not documents:
        return not_applicable("perimeter", "there is no perimeter")
    tally = scan(documents, situation.request, thorough=situation.thorough)
    return settle("perimeter", tally, True, "perimeter policy")


GATE = Gate(
    name="perimeter",
    place=35,
    title="Perimeter policies",
    owner="who draws the perimeter of account {ours}",
    answer=answer,
    kind="identity",
    field="perimeter_policies",
    words="perimeter policy",
    policies="perimeter policies",
    may_stay_open="no perimeter policy refuses it",
)
'''
WORDS = """\
    Gate(
        "perimeter",
        "Perimeter policy",
        "What may pass the perimeter.",
        "arch",
        question="Does the perimeter allow it?",
        refusal="the perimeter stops it",
        box="The policies of the perimeter.",
    ),
"""
GATE_CASE = """
- name: a perimeter that leaves the action out
  identity: [{Effect: Allow, Action: "*", Resource: "*"}]
  perimeter: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]
  decision: ImplicitlyDenied
  blocked_by: [perimeter]
- name: a perimeter that lets it pass
  identity: [{Effect: Allow, Action: "*", Resource: "*"}]
  perimeter: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
  decision: Allowed
  blocked_by: []
"""
SECOND_OPINION = """\
    if case.get("perimeter_policies") and not grants("perimeter", case["perimeter_policies"]):
        missing.add("perimeter")

"""
SHOWS_GATE = """
import json
from click.testing import CliRunner
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.explanation import explain
from whydenied.engine.evaluation.facts import evaluation_facts
from whydenied.engine.remedies import plan
from whydenied.server.app import create_app
from whydenied.server.cli import main
from whydenied.server.articles.content import load_content
from tests.engine.evaluation.shorthand import expand
from tests.reference_evaluator import decide
statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
for action, blocked in (("sqs:*", ["perimeter"]), ("s3:*", [])):
    case = expand({"identity": [statement], "perimeter": [{**statement, "Action": action}]})
    evaluation = read_case(case, explain=True)
    assert evaluation.blocked_by == blocked
    assert decide(case) == (evaluation.decision, frozenset(blocked))
    assert "Perimeter policies" in [gate.title for gate in explain(evaluation).gates]
    assert "gate.perimeter" in [fact.name for fact in evaluation_facts(evaluation)]
    if blocked:
        ran = CliRunner().invoke(main, ["evaluate", "-"], input=json.dumps(case))
        assert "Perimeter policies" in ran.output, ran.output
        remedy = plan(evaluation).remedy
        assert remedy.after == "Allowed"
        assert [change.gate for change in remedy.changes] == ["perimeter"]
        assert not any("put-bucket-policy" in line for change in remedy.changes for line in change.commands)
unknown = read_case(expand({"identity": [statement], "unknown": ["perimeter"]}))
assert unknown.decision == "Unknown"
page = create_app().test_client().get("/evaluate")
assert 'name="perimeter_policies"' in page.text
assert "The policies of the perimeter." in page.text
catalogue = load_content()
assert not catalogue.problems, catalogue.problems
order = create_app().test_client().get("/articles/evaluation-order").text
assert order.count("Does the perimeter allow it?") == len(("in the picture", "in its words"))
"""

# --- a service's exception

SERVICE = '''"""Glacier: made up."""

from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.service import Service

__all__ = ["SERVICE"]


def _notes(request: Request) -> tuple[str, ...]:
    return ("A locked vault stays locked.",) if request.key == "glacier:abortvaultlock" else ()


SERVICE = Service("glacier", resource_policy="vault policy", notes=_notes)
'''
SERVICE_CASE = """
- name: a vault of another account without a policy
  action: glacier:AbortVaultLock
  target: arn:aws:glacier:eu-west-1:444455556666:vaults/v
  account: "444455556666"
  identity: [{Effect: Allow, Action: "*", Resource: "*"}]
  decision: ImplicitlyDenied
  blocked_by: [resource]
"""
SHOWS_SERVICE = """
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.explanation import explain, explanation_text
from tests.engine.evaluation.shorthand import expand
short = {"action": "glacier:AbortVaultLock", "target": "arn:aws:glacier:eu-west-1:111122223333:vaults/v"}
text = explanation_text(explain(read_case(expand(short), explain=True)))
assert "A locked vault stays locked." in text
assert "Vault policy" in text
"""

# --- a collector

SOURCE = '''"""Glacier: the vault's policy. Made up."""

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the vault's policy."""
    piece = Piece()
    answer = reader.read(Call("glacier", "GetVaultAccessPolicy", {"vaultName": target.resource}, target.account))
    if answer.ok:
        body = document(answer.get("policy", {}).get("Policy"))
        piece.policies["resource"] = {"name": "vault policy", "document": body}
    piece.fail("resource", "the vault's policy", [answer])
    return piece


SOURCE = Source(
    "vault",
    ("resource",),
    1,
    (("glacier", "GetVaultAccessPolicy"),),
    lambda target: target.service == "glacier",
    collect,
)
'''
ACCOUNT = '''

def vault_policy() -> dict[str, Any]:
    """What Glacier answers for a vault with a policy."""
    return {"policy": {"Policy": document(deny("glacier:*", Principal="*"))}}
'''
POLICY = """
import json
from whydenied.engine.collectors.policy import minimal_policy
print(json.dumps(minimal_policy(), indent=2))
"""
SHOWS_SOURCE = """
from whydenied.engine.collectors.calls import Answer
from whydenied.engine.collectors.case import Case
from whydenied.engine.collectors.policy import minimal_policy
from whydenied.engine.collectors.sources import find_sources
from whydenied.engine.collectors.target import Target
from whydenied.engine.evaluation import read_case
from tests.engine.collectors.accounts import vault_policy
vault = "arn:aws:glacier:eu-west-1:111122223333:vaults/v"
target = Target("arn:aws:iam::111122223333:user/ana", "glacier:ListJobs", vault)
(source,) = [one for one in find_sources() if one.name == "vault" and one.applies(target)]
class Stub:
    accounts, asked = (), []
    def read(self, call):
        return Answer(call, vault_policy())
case = Case(target)
case.add(source.collect(Stub(), target))
assert read_case(case.as_case()).blocked_by == ["resource"]
assert "glacier:GetVaultAccessPolicy" in minimal_policy()["Statement"][0]["Action"]
"""

# --- a field of a finding, a command

SHOWS_FIELD = """
import json
from click.testing import CliRunner
from whydenied.server.app import create_app
from whydenied.server.cli import main
client = create_app().test_client()
text = "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject"
answer = client.post("/api/v1/diagnose", json={"text": text}).get_json()
assert answer["denials"][0]["findings"][0]["minutes"] >= 1
described = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]["Finding"]
assert "minutes" in described["properties"]
assert "minutes" in described["required"]
printed = CliRunner().invoke(main, ["diagnose", "--json", text]).stdout
assert json.loads(printed)["denials"][0]["findings"][0]["minutes"] >= 1
"""
COMMAND = '''"""`whydenied greet`: made up."""

import click

__all__ = ["greet"]


@click.command()
def greet() -> None:
    """Greet."""
    click.echo("good morning")
'''
SHOWS_COMMAND = """
from click.testing import CliRunner
from whydenied.server.cli import main
assert "Say good morning." in CliRunner().invoke(main, ["--help"]).output
assert CliRunner().invoke(main, ["greet"]).output == "good morning\\n"
"""


def _pattern(root: Path) -> None:
    write(root, "content/patterns/vault-sealed.md", PATTERN)


def _cause(root: Path) -> None:
    write(root, "content/causes/vault-of-another.md", CAUSE)


def _question(root: Path) -> None:
    write(root, "content/questions/vault.locked.md", QUESTION)


def _operator(root: Path) -> None:
    insert(root, "engine/policy/conditions/string.py", '    Operator("StringLike"', OPERATOR)
    insert(root, "tests/engine/policy/cases/conditions.yaml", "  - {condition: {StringEquals:", ROW)


def _gate(root: Path) -> None:
    write(root, "engine/evaluation/gates/perimeter.py", GATE)
    insert(root, "kb/gates.py", '    Gate("trust"', WORDS)
    insert(root, "tests/engine/evaluation/cases/gates.yaml", "", GATE_CASE)
    insert(root, "tests/reference_evaluator.py", '    policy = case.get("resource_policy")', SECOND_OPINION)


def _service(root: Path) -> None:
    write(root, "engine/evaluation/services/glacier.py", SERVICE)
    insert(root, "tests/engine/evaluation/cases/services.yaml", "", SERVICE_CASE)


def _collector(root: Path) -> None:
    write(root, "engine/collectors/sources/vault.py", SOURCE)
    insert(root, "engine/collectors/reads.py", '        "iam": (', '        "glacier": "GetVaultAccessPolicy",\n')
    (root / "engine/collectors/policy.json").write_text(run(root, "-c", POLICY), "utf-8")
    insert(root, "tests/engine/collectors/accounts.py", "", ACCOUNT)


def _field(root: Path) -> None:
    insert(root, "server/data/shapes.py", "    gate: str\n    because: list[Reason]", "    minutes: int\n")
    insert(
        root,
        "server/data/findings.py",
        '        "gate": cause.gate.id,',
        '        "minutes": cause.article.meta["cost"],\n',
    )


def _command(root: Path) -> None:
    write(root, "server/cli/greet.py", COMMAND)
    insert(root, "server/cli/__init__.py", '    "mcp":', '    "greet": "Say good morning.",\n')


MORE = (
    More("error pattern", _pattern, SHOWS_PATTERN),
    More("cause", _cause, SHOWS_CAUSE),
    More("question", _question, SHOWS_QUESTION),
    More("condition operator", _operator, SHOWS_OPERATOR, ("tests/engine/policy/test_conditions.py",)),
    More(
        "gate",
        _gate,
        SHOWS_GATE,
        (
            "tests/test_gates.py",
            "tests/kb/test_facts.py",
            "tests/engine/evaluation",
            # What an account's details hold of a gate is told to their reader apart.
            "--ignore=tests/engine/evaluation/test_accounts_agree.py",
            "tests/server/evaluation/test_form.py",
            "tests/server/articles/test_diagrams.py",
        ),
    ),
    More("service exception", _service, SHOWS_SERVICE, ("tests/engine/evaluation/test_cases.py",)),
    More("collector", _collector, SHOWS_SOURCE, ("tests/engine/collectors/test_guard.py",)),
    More("field of a finding", _field, SHOWS_FIELD),
    More("command", _command, SHOWS_COMMAND, ("tests/server/cli/test_commands.py",)),
)


def run(root: Path, *arguments: str) -> str:
    """Run Python in the copy and return what it prints; the copy's modules go before the installed ones."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root), "WHYDENIED_CACHE": str(root / ".cache")}
    done = subprocess.run([sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def contents(root: Path) -> dict[str, bytes]:
    """Return every file of a tree, by its path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A copy of the tree."""
    root = tmp_path / "tree"
    root.mkdir()
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(ROOT / file, root / file)
    yield root
    shutil.rmtree(root)


def rows() -> dict[str, tuple[int, str]]:
    """Return CONTRIBUTING's first table: by what is added the number of files, and which."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("`tests/test_one_more.py`")[0]
    return {name: (int(count), which) for name, count, which in TABLE.findall(text)}


def named_files(row: str) -> list[re.Pattern[str]]:
    """Return the files that the table names for a row; `<id>` and the like stand for any name."""
    paths = [path for path in re.findall(r"`([^` ]+)`", rows()[row][1]) if "/" in path]
    return [re.compile("[^/]+".join(map(re.escape, re.split("<[a-z]+>", path)))) for path in paths]


@pytest.mark.parametrize("more", MORE, ids=lambda more: more.row.replace(" ", "-"))
def test_one_more_takes_the_files_that_are_named_and_works(more: More, copy: Path) -> None:
    """As many files as the table says, and the very ones."""
    before = contents(copy)
    more.add(copy)
    after = contents(copy)
    touched = sorted(name for name in after if before.get(name) != after[name])
    named = named_files(more.row)
    assert len(touched) == len(named) == rows()[more.row][0]
    assert [name for name in touched if not any(path.fullmatch(name) for path in named)] == []
    run(copy, "-c", more.shows)
    if more.tests:
        run(
            copy,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            f"--basetemp={copy.parent / 'base'}",
            *more.tests,
        )


def test_each_row_of_the_table_was_tried() -> None:
    """Scenarios and guides are articles like the others, and the checks of the content try each of ours."""
    assert set(rows()) - {"scenario", "guide"} == {more.row for more in MORE}
