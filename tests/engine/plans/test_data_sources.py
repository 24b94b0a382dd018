"""What data sources call."""

import pytest

from tests.engine.plans.written import change, plan_of
from whydenied.engine.plans import data_sources
from whydenied.engine.plans.calls import calls_of
from whydenied.engine.plans.data_sources import is_known_data, operations_of_data
from whydenied.engine.plans.operations import read_line


@pytest.mark.parametrize(
    ("kind", "given", "called"),
    [
        ("aws_vpclattice_service", {"name"}, {"GetService", "ListServices", "ListTagsForResource"}),
        ("aws_vpclattice_service", {"service_identifier"}, {"GetService", "ListTagsForResource"}),
        ("aws_iam_policy", {"arn"}, {"GetPolicy", "GetPolicyVersion"}),
        ("aws_iam_policy", {"name"}, {"ListPolicies", "GetPolicy", "GetPolicyVersion"}),
        ("aws_arn", {"arn"}, set()),
        # What no recording tells: a key by its alias, which is looked for among all.
        ("aws_kms_alias", {"name"}, {"DescribeKey", "ListAliases"}),
    ],
)
def test_what_is_called_depends_on_how_it_is_looked_for(kind: str, given: set[str], called: set[str]) -> None:
    """By its id, or by what has to be looked for in a list."""
    assert {one.name for one in operations_of_data(kind, frozenset(given))} == called
    assert is_known_data(kind)


@pytest.mark.parametrize(("identifier", "listed"), [("svc-1", False), (None, True)])
def test_the_arguments_are_those_of_the_configuration(identifier: str | None, listed: bool) -> None:
    """One that is null is not given."""
    data = change("data.aws_vpclattice_service.x", after={}, actions=["read"])
    written = {"name": {"references": ["var.name"]}, "service_identifier": {"constant_value": identifier}}
    plan = plan_of(data, expressions={"aws_vpclattice_service.x": written})
    assert ("ListServices" in {one.operation.name for one in calls_of(plan)}) is listed


def test_nothing_stands_in_both_files() -> None:
    """What was recorded is not written by hand as well."""
    recorded = data_sources.recording().calls
    for kind, line in data_sources._table().items():
        assert all(set(read_line(line)) != set(read_line(way)) for way in recorded.get(kind, {}).values()), kind
