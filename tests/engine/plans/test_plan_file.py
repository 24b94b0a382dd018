"""What is no plan is said to be none, with what to do; what is one is read whole."""

import json
import tracemalloc

import pytest

from tests.engine.plans.written import change, plan_json, plan_of
from whydenied.engine.errors import InputError
from whydenied.engine.plans.plan_file import read_plan, read_plan_in_chunks


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04tfplan", "plan file itself"),
        (b"Terraform will perform the following actions:", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"", "the file is empty"),
        (b'{"format_version": "1.2", "resource_changes": [{"type"', "a part of it only"),
        (b'{"format_version": "1.2", "resource_changes": []}{}', "more than one JSON document"),
        (b'{"@level": "info", "@message": "Terraform 1.11.4"}\n{"@level": "info"}', "the log that"),
        (b'{"config": {}, "steps": []}', "preview of Pulumi's"),
        (b"[]", "no plan"),
        (b'{"resource_changes": []}', "format version"),
        (b'{"format_version": "2.0", "resource_changes": []}', "format version `2.0`"),
        (b'{"format_version": "1.0", "values": {}}', "JSON of a state"),
        (b'{"format_version": "1.2", "resource_changes": [], "errored": true}', "planning failed"),
        (
            b'{"format_version": "1.2", "resource_changes": [{"type": "aws_vpc", "address": "aws_vpc.x"}]}',
            "`aws_vpc.x` has no `actions`",
        ),
        (
            b'{"format_version": "1.2", "resource_changes": [{"type": "aws_vpc", "change": {"actions": [{}]}}]}',
            "has no `actions`",
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


@pytest.mark.slow
def test_a_plan_is_held_in_a_part_of_its_own_room() -> None:
    """Its values are packed as they are read."""
    values = {f"attribute_{at}": f"value {at}" * 4 for at in range(100)}
    raw = plan_json(*(change(f"aws_vpc.x[{at}]", before=values, after=values) for at in range(200)))
    tracemalloc.start()
    plan = read_plan_in_chunks(raw[at : at + 65_536] for at in range(0, len(raw), 65_536))
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(plan.resources) == 200
    assert plan.resources[-1].values == values
    assert held < len(raw) / 5
    assert peak < len(raw) / 2


def test_it_does_not_matter_where_the_parts_of_a_plan_stand() -> None:
    """Tools that sort the names put the state before the changes."""
    gone, kept = change("aws_vpc.x", before={"a": 1}), change("aws_vpc.y", before={"a": 2}, after={"a": 2})
    read = {**kept, "address": "data.aws_vpc.z", "mode": "data", "name": "z", "values": {"id": "vpc-1"}}
    raw = json.loads(plan_json(gone, kept, data=(read,)))
    found = read_plan(json.dumps(raw).encode())
    assert [(one.address, one.refreshed) for one in found.resources] == [
        ("aws_vpc.x", True),
        ("aws_vpc.y", True),
        ("data.aws_vpc.z", True),
    ]
    assert read_plan(json.dumps({name: raw[name] for name in sorted(raw)}).encode()) == found


def test_resources_of_other_providers_are_named_and_not_read() -> None:
    """They call no AWS API."""
    found = plan_of(change("null_resource.x", after={}, provider_name="registry.terraform.io/hashicorp/null"))
    assert found.resources == ()
    assert found.foreign == ("null_resource",)


def test_a_resource_in_a_module_has_its_path_without_indexes() -> None:
    """That is where its configuration stands."""
    (one,) = plan_of(change('module.a["x"].module.b.aws_vpc.main[0]', after={})).resources
    assert (one.module, one.kind, one.name) == ("module.a.module.b", "aws_vpc", "main")


@pytest.mark.parametrize(
    ("old", "new"), [("geheim1", "geheim1"), ("geheim1", "geheim2"), (None, "geheim2"), ("geheim1", None)]
)
def test_nothing_of_a_sensitive_value_is_kept_but_that_it_is_there_and_whether_it_changes(
    old: str | None, new: str | None
) -> None:
    """Whoever marked it does not want to see it in a log."""
    before = None if old is None else {"password": old, "name": "x"}
    after = None if new is None else {"password": new, "name": "x"}
    raw = change("aws_db_instance.x", before=before, after=after)
    raw["change"] |= {"before_sensitive": {"password": True}, "after_sensitive": {"password": True, "tags": {}}}
    (found,) = plan_of(raw).resources
    assert "geheim" not in str((found.before, found.after))
    assert (found.before.get("password") == found.after.get("password")) is (old == new)
    assert found.values["password"] == "*" or new is None
    assert found.values["name"] == "x"


def test_sensitive_values_of_the_state_are_not_kept_either() -> None:
    """What stays as it is stands there alone."""
    read = change("data.aws_db_instance.x", before={"password": "geheim"})
    read |= {"values": {"password": "geheim", "port": 1}, "sensitive_values": {"password": True}}
    (found,) = plan_of(data=(read,)).resources
    assert found.values == {"password": "*", "port": 1}


_PLAN = plan_json(change("aws_sqs_queue.x", after={"name": "x"}))


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + _PLAN + b"\r\n",
        _PLAN.decode().encode("utf-16"),
        b"[command]/opt/terraform-bin show -json p\n" + _PLAN + b"\n::debug::Terraform exited with code 0.\n",
        json.dumps(json.loads(_PLAN), indent=2).replace("\n", "\r\n").encode(),
    ],
)
def test_a_plan_is_read_in_whatever_a_shell_puts_it(data: bytes) -> None:
    """PowerShell's marks and line ends, and the lines of the wrapper of GitHub's setup-terraform."""
    assert read_plan(data) == read_plan(_PLAN)


def test_what_is_run_besides_the_changes_is_named() -> None:
    """Actions, and changes that are left for a later run."""
    raw = json.loads(_PLAN) | {
        "action_invocations": [{"type": "aws_lambda_invoke", "address": "action.aws_lambda_invoke.x"}, 3],
        "deferred_changes": [{"reason": "x", "resource_change": {"type": "aws_eks_addon"}}, {}],
    }
    assert read_plan(json.dumps(raw).encode()).foreign == ("action.aws_lambda_invoke", "deferred aws_eks_addon")
