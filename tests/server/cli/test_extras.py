"""What a command lacks is named with the command that installs it."""

import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from click.testing import CliRunner

from whydenied.server.cli import main
from whydenied.server.cli.extras import EXTRAS, MissingExtra, say_missing

ROOT = Path(__file__).parents[3]
# Modules of what one of the packages brings along.
BROUGHT = {
    "botocore": "boto3",
    "docutils": "sphinx",
    "markupsafe": "flask",
    "pydantic-core": "pydantic",
    "werkzeug": "flask",
}


def wanted(extra: str) -> set[str]:
    """Return the distributions of an extra, those of extras in it included."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    found: set[str] = set()
    for line in extras[extra]:
        name = line.split(";")[0].split(">=")[0].split("==")[0].strip().lower()
        within = name.removeprefix("whydenied[").removesuffix("]")
        found |= {name} if within == name else {one for part in within.split(",") for one in wanted(part)}
    return found


@pytest.fixture(scope="module")
def distributions() -> Mapping[str, list[str]]:
    """The installed distributions by the modules they bring."""
    return packages_distributions()


@pytest.mark.slow
@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_each_module_is_in_the_extra_that_is_named(
    module: str, extra: str, distributions: Mapping[str, list[str]]
) -> None:
    """The table says what pyproject.toml says."""
    names = {name.lower().replace("_", "-") for name in distributions.get(module, [module])}
    names = {BROUGHT.get(name, name) for name in names}
    assert names & wanted(extra), names


def test_what_is_missing_is_named_with_what_installs_it() -> None:
    """The message holds the command; what is none of the extras' stays an error of ours."""
    with pytest.raises(MissingExtra, match=r"pip install 'whydenied\[live\]'"):
        say_missing(ModuleNotFoundError("No module named 'boto3.session'", name="boto3.session"))
    with pytest.raises(ModuleNotFoundError):
        say_missing(ModuleNotFoundError("No module named 'elsewhere'", name="elsewhere"))


@pytest.mark.parametrize(
    ("command", "module", "extra"),
    [(["mcp"], "mcp", "mcp"), (["triage", ".", "--engine", "spark"], "pyspark", "spark")],
)
def test_a_command_without_its_extra_says_so_in_a_line(
    monkeypatch: pytest.MonkeyPatch, command: list[str], module: str, extra: str
) -> None:
    """And ends with the exit code of what is missing."""
    for ours in ("whydenied.server.mcp", "whydenied.engine.triage.spark"):
        monkeypatch.delitem(sys.modules, ours, raising=False)
    # What another test has loaded of it is found without it.
    for loaded in [name for name in sys.modules if name.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    ran = CliRunner().invoke(main, command)
    assert ran.exit_code == MissingExtra.exit_code
    assert (
        ran.output.strip() == f"Error: this needs `{module}`, which is not installed: pip install 'whydenied[{extra}]'"
    )
