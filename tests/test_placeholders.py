"""Placeholders stand in one table, and whoever reads, fills or describes them goes by it."""

import re
from pathlib import Path

import pytest

from tests.kb.test_skeleton import TODAY
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.messages.templates import PLACEHOLDERS
from whydenied.kb.placeholders import IN_COMMANDS, IN_TEMPLATES
from whydenied.kb.skeleton import new_article
from whydenied.server.diagnosis.placeholders import fill, names_of, plain

DOCS = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
# Denials that between them tell everything that a command may hold.
TELLING = [
    ParsedError(
        principal="arn:aws:iam::111122223333:role/deployer",
        action="s3:GetObject",
        resource="arn:aws:s3:::reports/a.csv",
        policy_arn="arn:aws:iam::111122223333:policy/deploy",
        region="eu-west-1",
    ),
    ParsedError(
        principal="arn:aws:iam::111122223333:user/ana",
        action="kms:Decrypt",
        resource="arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    ParsedError(action="iam:PassRole", operation="CreateFunction", service="lambda"),
    ParsedError(action="lambda:InvokeFunction", resource="arn:aws:lambda:eu-west-1:111122223333:function:orders"),
]


def test_the_engine_reads_what_the_table_names() -> None:
    """No template placeholder is described that cannot be read, and none is read that nobody is told of."""
    assert set(PLACEHOLDERS) == set(IN_TEMPLATES)


@pytest.mark.parametrize("name", IN_TEMPLATES)
def test_authors_are_told_of_each(name: str, tmp_path: Path) -> None:
    """In the documentation with what it reads, and in the comment of a new pattern."""
    assert f"`{{{name}}}` ({IN_TEMPLATES[name]})" in DOCS
    assert name in new_article("pattern", "new-one", tmp_path, TODAY).read_text(encoding="utf-8").split("templates:")[0]


def test_the_documentation_names_the_commands_placeholders_and_no_other() -> None:
    """The list beside `commands` is the table's."""
    _, _, rest = DOCS.partition("`run` is an AWS CLI line that may hold ")
    told = rest.partition(": filled from what was read")[0]
    assert re.findall(r"`\{([a-z.]+)\}`", told) == list(IN_COMMANDS)


def test_each_can_be_filled_from_some_denial() -> None:
    """What may stand in a command is something that a message can tell, and nothing else is told."""
    told = {name for error in TELLING for name in names_of(error)}
    assert told == set(IN_COMMANDS)


@pytest.mark.parametrize("name", IN_COMMANDS)
def test_a_sample_can_stand_in_a_command(name: str) -> None:
    """A sample is taken by a shell as it stands."""
    assert plain(fill(f"aws x --y {{{name}}}", IN_COMMANDS)) == f"aws x --y {IN_COMMANDS[name]}"
