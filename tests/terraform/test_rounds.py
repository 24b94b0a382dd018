"""A caller that lacks one thing: `terraform apply` is refused, what it printed is diagnosed, the change goes into the
folder that defines the caller, and `terraform apply` goes through."""

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from tests.case_files import cases_in
from tests.terraform.enforcing import ADMIN, Aws, fake_aws
from tests.terraform.installed import missing
from tests.terraform.runs import PROVIDER, terraform
from whydenied.server.cli import main

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

_ROUNDS: list[dict[str, Any]] = cases_in(Path(__file__).parent / "rounds.yaml")
# Most of an apply is waiting.
_AT_ONCE = 4
_APPLY = ("apply", "-auto-approve", "-no-color", "-input=false")


class Outcome(NamedTuple):
    """What a round came to. first, second: what `terraform apply` returned and printed; refused: the actions that were
    refused the first time; diagnosed: what `whydenied` printed."""

    first: subprocess.CompletedProcess[str]
    refused: list[str]
    diagnosed: str
    second: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    """Run all rounds beside each other: the folder of the callers is one, and is applied as a whole."""
    top = tmp_path_factory.mktemp("rounds")
    iam = _write_iam(top / "iam")
    with fake_aws() as aws:
        assert terraform(iam, aws, ADMIN, "init", "-no-color").returncode == 0
        _admin(iam, aws)
        for one in _ROUNDS:
            _write_round(top / one["round"], one, iam)
        first = _apply_all(top, aws)
        refused = {name: _refused(aws, name) for name in first}
        diagnosed = {name: _diagnose(iam, run.stdout + run.stderr) for name, run in first.items()}
        _admin(iam, aws)
        second = _apply_all(top, aws)
        yield {name: Outcome(first[name], refused[name], diagnosed[name], second[name]) for name in first}


@pytest.mark.parametrize("name", [one["round"] for one in _ROUNDS])
def test_the_change_in_the_source_lets_terraform_through(name: str, outcomes: dict[str, Outcome]) -> None:
    """Refused for the one thing that the caller lacks, and green after the change that was written."""
    (lacks,) = (one["lacks"] for one in _ROUNDS if one["round"] == name)
    found = outcomes[name]
    assert found.first.returncode != 0
    assert set(found.refused) == {lacks}, found.first.stderr
    assert "written: " in found.diagnosed, found.first.stderr + found.diagnosed
    assert found.second.returncode == 0, found.second.stderr


def _write_iam(folder: Path) -> Path:
    calls = [PROVIDER]
    for one in _ROUNDS:
        for path, content in one["iam"].items():
            file = folder / one["round"] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        calls.append(f'module "{one["round"]}" {{\n  source = "./{one["round"]}"\n}}\n')
    (folder / "main.tf").write_text("\n".join(calls))
    (folder / ".gitignore").write_text(".terraform*\n*.tfstate*\n")
    for command in (("init", "-q", "."), ("add", "-A"), ("commit", "-qm", "callers")):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *command], cwd=folder, check=True)
    return folder


def _write_round(folder: Path, one: dict[str, Any], iam: Path) -> None:
    """Write what is made; the provider that was found for one folder serves all."""
    folder.mkdir()
    (folder / "main.tf").write_text(f"{PROVIDER}\n{one['makes']}")
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass\n")
    shutil.copytree(iam / ".terraform/providers", folder / ".terraform/providers", symlinks=True)
    shutil.copy(iam / ".terraform.lock.hcl", folder)


def _admin(iam: Path, aws: Aws) -> None:
    done = terraform(iam, aws, ADMIN, *_APPLY)
    assert done.returncode == 0, done.stderr


def _apply_all(top: Path, aws: Aws) -> dict[str, subprocess.CompletedProcess[str]]:
    names = [one["round"] for one in _ROUNDS]
    keys = [aws.key_of(f"deployer-{name}") for name in names]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = pool.map(lambda name, key: terraform(top / name, aws, key, *_APPLY), names, keys)
        return dict(zip(names, runs, strict=True))


def _refused(aws: Aws, name: str) -> list[str]:
    caller = f":assumed-role/deployer-{name}/"
    return [call.action for call in aws.refused if caller in aws.caller(call)]


def _diagnose(iam: Path, printed: str) -> str:
    return CliRunner().invoke(main, ["diagnose", "-", "--source", str(iam), "--write"], input=printed).output
