"""The commands are run: afterwards the request is allowed, and everything that was allowed before still is."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from tests.engine.remedies.account import Account
from tests.engine.remedies.shell import needs_shell, open_shell
from whydenied.engine.evaluation.cases import read_case
from whydenied.engine.remedies import Remedy, plan

# The rest of the accounts takes a quarter of an hour: `WHYDENIED_ACCOUNTS=600` runs as many as it says.
_QUICK, _SLOW = range(20), range(20, int(os.environ.get("WHYDENIED_ACCOUNTS", "80")))
_PLACEHOLDER = re.compile(r"<[a-z-]+>")


@pytest.fixture
def _credentials() -> Iterator[None]:
    keys = {"AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-", "AWS_DEFAULT_REGION": "us-east-1"}
    with mock.patch.dict(os.environ, keys):
        yield


def _remedies(account: Account) -> list[Remedy]:
    """Return every remedy of the account's denial that has commands which can be run as they stand."""
    found = plan(read_case(account.read()(account.told()), explain=True))
    ways = [way for way in (found.remedy, *found.alternatives) if way is not None and way.changes]
    return [way for way in ways if all(change.commands for change in way.changes)]


def _filled(line: str, account: Account) -> str:
    """Fill in what only the account's owner knows, and make sure that nothing else is left blank."""
    known = {"<instance-arn>": account.sso.get("instance", ""), "<permission-set-arn>": account.sso.get("set", "")}
    for blank, value in known.items():
        line = line.replace(blank, value)
    assert not _PLACEHOLDER.search(line), line
    return line


def _run(seed: int, which: int, folder: Path) -> int:
    """Run one of an account's remedies, and tell how many it has; where it has not so many, nothing is run."""
    from moto import mock_aws

    with mock_aws(), open_shell() as shell:
        account = Account(seed)
        remedies = _remedies(account)
        if which >= len(remedies):
            return len(remedies)
        remedy = remedies[which]
        requests = list(account.requests())
        before = account.decide(requests)
        met = {meeting.key: meeting.value for meeting in remedy.meets}
        asked = account.request()
        asked["context"] = {key: value for key, value in {**asked["context"], **met}.items() if value is not None}
        lines = [_filled(line, account) for change in remedy.changes for line in change.commands]
        errors = shell.run(lines, folder)
        after = account.decide([asked, *requests])
        told = f"seed {seed}, remedy {which}:\n" + "\n".join(lines) + f"\n{errors}"
        assert after[0] == "Allowed", told
        lost = [
            request
            for request, was, now in zip(requests, before, after[1:], strict=True)
            if was == "Allowed" and now != "Allowed"
        ]
        assert not lost, f"{told}\nlost: {json.dumps(lost[0])}"
        return len(remedies)


@pytest.mark.slow
@needs_shell
@pytest.mark.usefixtures("_credentials")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_commands_of_some_accounts_do_what_they_say(tmp_path: Path) -> None:
    """Each remedy of a few accounts is run in a fresh account of its own."""
    pytest.importorskip("awscli")
    assert sum(_run(seed, which, tmp_path) > which for seed in _QUICK for which in range(2)) >= 15


@pytest.mark.slow
@needs_shell
@pytest.mark.usefixtures("_credentials")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seeds", [range(start, start + 20) for start in _SLOW[::20]], ids=str)
def test_the_commands_of_many_accounts_do_what_they_say(seeds: range, tmp_path: Path) -> None:
    """Further accounts, and every remedy of each."""
    pytest.importorskip("awscli")
    for seed in seeds:
        found = _run(seed, 0, tmp_path)
        for which in range(1, found):
            _run(seed, which, tmp_path)
