"""A good guest in a terminal: colours, encodings, slips, what is not there, and what is taken."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from whydenied.server.cli import main
from whydenied.server.cli.manners import wants_colour

MESSAGE = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)
COMMAND = [sys.executable, "-c", "from whydenied.server.cli import main; main(prog_name='whydenied')"]


def run(*arguments: str, given: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the command line as a process of its own."""
    return subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, env={**os.environ, **environment})


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, None),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, None),
        ({"TERM": "dumb"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_as_the_environment_asks(environment: dict[str, str], wanted: bool | None) -> None:
    assert wants_colour(environment) is wanted


@pytest.mark.slow
def test_a_pipe_has_colours_only_where_they_are_forced() -> None:
    assert b"\x1b" not in run("diagnose", MESSAGE).stdout
    assert b"\x1b" in run("diagnose", MESSAGE, FORCE_COLOR="1").stdout


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp437"])
def test_an_encoding_that_lacks_our_marks_has_plain_ones(encoding: str) -> None:
    """Nothing fails, and the answer begins with a mark that can be read."""
    done = run("diagnose", MESSAGE, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding)[0] in "*+-●◐○"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["eror.txt", "/no/such/file", "./here", "~/error.log", "/tmp", "trail.json.gz"])
def test_a_file_that_is_not_there_is_told_as_one(name: str) -> None:
    """And not taken for an error's text."""
    result = CliRunner().invoke(main, ["diagnose", name])
    assert result.exit_code == 3
    assert f"there is no file `{name}`" in result.output


@pytest.mark.parametrize(
    "text", ["AccessDenied", "Client.UnauthorizedOperation", "arn:aws:s3:::reports/q1.txt", "s3:GetObject"]
)
def test_one_word_of_an_error_is_text(text: str) -> None:
    assert "there is no file" not in CliRunner().invoke(main, ["diagnose", text]).output


@pytest.mark.slow
@pytest.mark.parametrize("given", ["", " \n\t"])
def test_nothing_is_told_as_nothing(given: str) -> None:
    result = CliRunner().invoke(main, ["diagnose"], input=given)
    assert result.exit_code == 3
    assert "nothing was given" in result.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["diagnos", "x"], "there is no command `diagnos`: did you mean `diagnose`?"),
        (["serch"], "did you mean `search`?"),
        (["Access Denied when calling GetObject"], "say `whydenied diagnose` before it"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(words: list[str], says: str) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert says in result.output


def test_every_command_is_in_one_group_of_the_help() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    for name in main.list_commands(None):  # type: ignore[arg-type]
        assert sum(line.split()[:1] == [name] for line in output.splitlines()) == 1, name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_completes(shell: str) -> None:
    output = CliRunner().invoke(main, ["completion", shell]).output
    assert "_WHYDENIED_COMPLETE" in output


@pytest.mark.slow
def test_a_taken_port_is_told_before_anything_is_promised() -> None:
    """One line and exit code 3, instead of an address that somebody else answers at."""
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert done.returncode == 3
    assert done.stderr.decode().splitlines() == [
        f"Error: `127.0.0.1:{port}` cannot be served on: somebody else serves there: take another --port"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["diagnose", "--live", MESSAGE], ["collect", "--out", "snapshot.json"]])
def test_without_credentials_nothing_is_looked_up(arguments: list[str], tmp_path: Path) -> None:
    """Exit code 3 and what to do, instead of an answer made of refusals."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    clean |= {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run([*COMMAND, *arguments], cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert done.returncode == 3
    assert "there are no AWS credentials" in done.stderr
    assert "--profile" in done.stderr
    assert list(tmp_path.glob("*.json")) == []


def test_a_case_may_be_the_argument_itself() -> None:
    case = {"request": {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject"}}
    case["request"]["resource"] = "arn:aws:s3:::reports/q1.csv"
    assert "Denied" in CliRunner().invoke(main, ["evaluate", json.dumps(case)]).output


@pytest.mark.slow
def test_the_warning_of_a_secret_stays_out_of_the_output() -> None:
    """A script that reads the answer does not meet it."""
    done = run("diagnose", f"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYZZZZKEY123 {MESSAGE}")
    assert b"rotate it" in done.stderr
    assert b"rotate it" not in done.stdout


@pytest.mark.slow
def test_an_empty_folder_of_logs_is_told(tmp_path: Path) -> None:
    assert b"nothing was read" in run("triage", str(tmp_path)).stderr


def test_articles_are_listed_and_lead_on_by_their_ids() -> None:
    """A terminal cannot follow `../guides/x.md`."""
    listed = CliRunner().invoke(main, ["article", "--list"]).output
    assert "scp-explicit-deny" in listed
    printed = CliRunner().invoke(main, ["article", "scp-explicit-deny"]).output
    assert "(`whydenied article " in printed
    assert ".md)" not in printed
