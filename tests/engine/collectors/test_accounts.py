"""One account for each common cause: the cause comes first, the fix is proved, and the fix works."""

import json
import re
import statistics
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from tests.engine.collectors.accounts import CASES, Built
from tests.engine.collectors.conftest import investigate, open_reader, target_of
from tests.engine.remedies.shell import needs_shell, open_shell
from whydenied.engine.collectors.sources import find_sources
from whydenied.engine.investigation import Outcome

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take

# How many calls each account took.
CALLS: dict[str, int] = {}


def put_in_place(outcome: Outcome, folder: Path) -> None:
    """Run the commands of a remedy in a real shell, one change after the other."""
    assert outcome.plan is not None
    assert outcome.plan.remedy is not None
    with open_shell() as shell:
        for change in outcome.plan.remedy.changes:
            assert shell.run(change.commands, folder) == ""


def is_runnable(outcome: Outcome) -> bool:
    """Tell whether every change comes with commands that name everything."""
    assert outcome.plan is not None
    remedy = outcome.plan.remedy
    return remedy is not None and all(
        change.commands and not any(re.search(r"<[a-z-]+>", line) for line in change.commands)
        for change in remedy.changes
    )


@pytest.mark.parametrize("name", CASES)
def test_the_cause_comes_first_and_the_fix_is_proved(name: str) -> None:
    """Whatever the message leaves open, looking settles it."""
    case = CASES[name]
    error = case.build().error
    target = target_of(error)
    reader = open_reader(target.account)
    outcome = investigate(error, reader)
    CALLS[name] = len(reader.asked)
    assert outcome.findings[0].cause == case.cause
    assert outcome.findings[0].certainty in ("confirmed", "likely")
    assert outcome.evaluation is not None
    assert case.gate in outcome.evaluation.blocked_by
    assert outcome.is_proved
    assert outcome.provided == ()
    assert outcome.unknown == ()


def applicable() -> list[str]:
    """The cases whose owner is the caller's own account, so that the default credentials can mend them."""
    elsewhere = ("another_account", "scp", "rcp", "endpoint", "public_bucket", "external_id")
    return [name for name in CASES if not any(word in name for word in elsewhere)]


@needs_shell
@pytest.mark.parametrize("name", applicable())
def test_the_fix_put_in_place_is_a_fix(name: str, tmp_path: Path) -> None:
    """The commands of the fix are run, the account is read again, and then the request is allowed."""
    error = CASES[name].build().error
    outcome = investigate(error, open_reader())
    assert outcome.plan is not None
    assert outcome.plan.remedy is not None
    if outcome.plan.remedy.meets:
        pytest.skip("the request is sent otherwise, and no policy changes")
    if not is_runnable(outcome):
        pytest.skip("its commands hold a placeholder")
    put_in_place(outcome, tmp_path)
    after = investigate(error, open_reader())
    assert after.evaluation is not None
    assert after.evaluation.decision == "Allowed"


def attempt(built: Built, keys: dict[str, str]) -> str:
    """Make the refused call with moto enforcing identity policies; return the error's code, '' for success."""

    @set_initial_no_auth_action_count(0)
    def call() -> str:
        assert built.call is not None
        try:
            built.call(keys)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return ""

    return call()


# Where moto has a say: it knows identity policies without conditions (a narrowed Deny has one), and resources for S3.
ENFORCED = (
    "role_without_allow",
    "user_without_s3",
    "user_in_group_without_allow",
    "allow_on_another_resource",
    "bare_access_denied",
)


@needs_shell
@pytest.mark.parametrize("name", ENFORCED)
def test_the_real_call_is_refused_before_and_works_after(name: str, tmp_path: Path) -> None:
    """Where moto enforces policies, it has the last word."""
    built = CASES[name].build()
    assert built.credentials is not None
    keys = built.credentials()
    assert attempt(built, keys) in ("AccessDenied", "403")
    outcome = investigate(built.error, open_reader())
    put_in_place(outcome, tmp_path)
    assert attempt(built, keys) == ""


def test_few_calls_are_made() -> None:
    """Only what is needed is read: far less than everything that could be."""
    if len(CALLS) < len(CASES):
        pytest.skip("the test of every account did not run before")
    counts = list(CALLS.values())
    everything = sum(source.cost for source in find_sources())
    assert statistics.median(counts) <= 12
    assert statistics.median(counts) < everything
    assert max(counts) <= 20


def test_the_outcome_is_plain_data() -> None:
    """A plan can be printed as JSON."""
    import msgspec

    outcome = investigate(CASES["role_without_allow"].build().error, open_reader())
    assert json.loads(msgspec.json.encode(outcome.plan))["remedy"]["after"] == "Allowed"
