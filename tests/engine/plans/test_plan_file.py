"""What is no plan is said to be none, with what to do; what is one is read whole."""

import pytest

from tests.engine.plans.written import change, plan_of
from whydenied.engine.errors import InputError
from whydenied.engine.plans.plan_file import read_plan


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04tfplan", "plan file itself"),
        (b"Terraform will perform the following actions:", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no plan"),
        (b'{"resource_changes": []}', "format version"),
        (b'{"format_version": "2.0", "resource_changes": []}', "format version `2.0`"),
        (b'{"format_version": "1.0", "values": {}}', "JSON of a state"),
        (b'{"format_version": "1.2", "resource_changes": [], "errored": true}', "planning failed"),
        (
            b'{"format_version": "1.2", "resource_changes": [{"type": "aws_vpc", "address": "aws_vpc.x"}]}',
            "`aws_vpc.x` has no `actions`",
        ),
    ],
)
def test_what_is_no_plan_is_refused_with_what_to_give(data: bytes, words: str) -> None:
    """A plan file, a state, another version: each is named, and the command that prints a plan."""
    with pytest.raises(InputError, match=words):
        read_plan(data)


def test_parts_of_the_wrong_shape_are_left_out() -> None:
    """Nothing of a plan is trusted to have the shape that it should have."""
    raw = b'{"format_version": "1.2", "resource_changes": [1, null], "prior_state": [], "configuration": 3}'
    assert read_plan(raw).resources == ()


def test_resources_of_other_providers_are_named_and_not_read() -> None:
    """They call no AWS API."""
    found = plan_of(change("null_resource.x", after={}, provider_name="registry.terraform.io/hashicorp/null"))
    assert found.resources == ()
    assert found.foreign == ("null_resource",)


def test_a_resource_in_a_module_has_its_path_without_indexes() -> None:
    """That is where its configuration stands."""
    (one,) = plan_of(change('module.a["x"].module.b.aws_vpc.main[0]', after={})).resources
    assert (one.module, one.kind, one.name) == ("module.a.module.b", "aws_vpc", "main")
