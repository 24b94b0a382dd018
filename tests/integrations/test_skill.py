"""The Agent Skill is in the open format, and the commands that it names are ours."""

import re
from pathlib import Path

import yaml
from click.testing import CliRunner

from whydenied.server.cli import main

_FOLDER = Path(__file__).parents[2] / "integrations" / "skills" / "whydenied"
_TEXT = (_FOLDER / "SKILL.md").read_text(encoding="utf-8")
# Of the open format (agentskills.io, "Specification").
_FIELDS = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}


def test_the_front_matter_is_what_the_format_asks() -> None:
    """A name that is the folder's, and a description that fits."""
    front = yaml.safe_load(_TEXT.split("---\n")[1])
    assert set(front) <= _FIELDS
    assert front["name"] == _FOLDER.name
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", front["name"])
    assert len(front["description"]) <= 1_024
    assert len(front["compatibility"]) <= 500
    assert len(_TEXT.splitlines()) < 500


def test_its_commands_and_options_are_there() -> None:
    """As `--help` has them."""
    commands = re.findall(r"whydenied ([a-z]+)([^\n`]*)", _TEXT)
    assert {name for name, _ in commands} == {"run", "diagnose", "wizard"}
    for name, rest in commands:
        text = CliRunner().invoke(main, [name, "--help"]).output
        assert "Usage: " in text
        for option in re.findall(r"--[a-z]+", rest.partition(" -- ")[0]):
            assert option in text


def test_every_kind_of_step_is_told_of() -> None:
    """Those of the JSON, and no other."""
    from typing import get_args

    from whydenied.server.data.shapes import StepKind

    assert set(re.findall(r"^   - `(\w+)`:", _TEXT, re.M)) == set(get_args(StepKind))
