"""What the data say of data sources is what the provider calls."""

import pytest

from scripts.refresh_data_sources import recorded
from tests.terraform.installed import missing
from whydenied.engine.plans.data_sources import operations_of_data
from whydenied.engine.plans.operations import read_line

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

_SOME = ("aws_iam_policy", "aws_vpclattice_service", "aws_sqs_queue")


def test_data_sources_call_what_the_data_say() -> None:
    """By each argument that makes a difference: protocols of three kinds."""
    calls = recorded(f"^({'|'.join(_SOME)})$").calls
    assert set(calls) == set(_SOME)
    for kind, ways in calls.items():
        assert "" in ways
        for argument, line in ways.items():
            said = set(operations_of_data(kind, frozenset({argument} - {""})))
            assert said == set(read_line(line)), (kind, argument)
