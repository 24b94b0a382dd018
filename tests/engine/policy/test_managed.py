"""AWS's managed policies by name: all are there, parse, compile and allow what they plainly say."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from whydenied.engine.evaluation import evaluate_case
from whydenied.engine.policy import compile_document
from whydenied.engine.policy.managed import (
    managed_changes,
    managed_names,
    managed_policies_as_of,
    managed_policy,
    similar_managed_policies,
)
from whydenied.engine.policy.names import Names

_ACCOUNT = "111122223333"
_AUTH_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "vpc-lattice-svcs:Invoke", "Resource": "*"}],
}
_KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": _ACCOUNT}, "Action": "kms:*", "Resource": "*"},
}
_PREFIX = "arn:aws:iam::aws:policy/"


def test_a_policy_is_found_by_arn_and_by_name() -> None:
    """The bare name in any case, or the whole ARN; an ARN without its path is another policy's."""
    policy = managed_policy("readonlyaccess")
    assert policy is not None
    assert (policy.arn, policy.listed) == (f"{_PREFIX}ReadOnlyAccess", True)
    assert int(policy.version[1:]) >= 190
    assert managed_policy(policy.arn) == policy
    assert managed_policy(f"{_PREFIX}service-role/AWSGlueServiceRole") is not None
    for other in (
        f"{_PREFIX}AWSGlueServiceRole",
        "arn:aws-cn:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::111122223333:policy/ReadOnlyAccess",
        "",
        "/",
        "*" * 100_000,
    ):
        assert managed_policy(other) is None


def test_somebody_who_mistypes_is_told_what_was_meant() -> None:
    """The nearest names, as ARNs; nothing for what resembles none."""
    assert similar_managed_policies("ReadOnlyAcess")[0] == f"{_PREFIX}ReadOnlyAccess"
    assert similar_managed_policies(f"{_PREFIX}AWSGlueServiceRole") == (f"{_PREFIX}service-role/AWSGlueServiceRole",)
    assert similar_managed_policies("qqqqqqqqqqqq") == ()


def test_what_aws_changed_is_told_by_day() -> None:
    """A change names the actions that came and went; `since` leaves out what is older."""
    policy = managed_policy("AWSLambda_FullAccess")
    assert policy is not None
    changes = managed_changes(policy)
    assert [one.dated for one in changes] == sorted((one.dated for one in changes), reverse=True)
    assert changes[0].version == policy.version
    assert any(one.came for one in changes)
    assert managed_changes(policy, "2999-01-01") == ()
    assert managed_changes(policy, changes[0].dated)[0] == changes[0]


def test_every_change_has_a_day_or_the_day_by_which_it_was_there() -> None:
    """Days never run backwards, the newest is the policy's own, and none after the first is the policy's birthday."""
    for name in managed_names():
        policy = managed_policy(name)
        assert policy is not None
        changes = managed_changes(policy)
        days = [one.dated for one in changes if one.dated]
        assert days == sorted(days, reverse=True), name
        assert all(one.by == one.dated for one in changes if one.dated), name
        assert all(one.by for one in changes), name
        assert [one.dated for one in changes[:1] if one.version == policy.version] == [policy.dated][: len(changes[:1])]
    backup = managed_policy("AWSBackupFullAccess")
    assert backup is not None
    assert backup.dated == "2026-02-12"  # the policy is of 2019-11-18
    assert managed_changes(backup, "2026-01-01")[0].version == backup.version


def test_a_withdrawn_policy_is_said_to_be_withdrawn() -> None:
    """AWS no longer offers it, and where it is attached it stays in force."""
    policy = managed_policy("AWSOpsWorks_FullAccess")
    assert policy is not None
    assert not policy.listed


def test_the_data_is_small_and_read_only_when_it_is_needed() -> None:
    """At most 300,000 bytes of texts, and an evaluation without such a name opens none of them."""
    data = Path(sys.modules["whydenied.engine.policy.managed"].__file__ or "").parent / "data"
    assert (data / "managed.xz").stat().st_size <= 300_000
    code = "import sys, whydenied.engine.evaluation, whydenied.server.cli; sys.exit('lzma' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_policy_compiles() -> None:
    """Each of some 1,600 texts is a policy that the evaluator can read."""
    names = managed_names()
    assert len(names) > 1_590
    assert re.fullmatch(r"2\d{3}-\d{2}-\d{2}", managed_policies_as_of())
    for name in names:
        policy = managed_policy(name)
        assert policy is not None
        assert compile_document(policy.document, "identity", name).statements


@pytest.mark.slow
def test_what_a_policy_plainly_allows_is_allowed() -> None:
    """For each policy, each Allow without a condition, variable or Deny beside it: its first action is Allowed."""
    reference, tried, denied = Names(), 0, []
    for name in managed_names():
        policy = managed_policy(name)
        assert policy is not None
        for action, resource in _plain(policy.document, reference):
            tried += 1
            # Only services, by roles of this kind, delete roles of this kind.
            caller = "role/aws-service-role/x.amazonaws.com/X" if "/aws-service-role/" in resource else "user/ana"
            case: dict[str, Any] = {
                "request": {
                    "principal": f"arn:aws:iam::{_ACCOUNT}:{caller}",
                    "action": action,
                    "resource": resource,
                    "resource_account": _ACCOUNT,
                    "context": {},
                },
                "identity_policies": [{"name": name, "document": policy.document}],
            }
            if action.startswith("kms:"):  # a key's policy has to let the account's own policies count
                case["resource_policy"] = _KEY_POLICY
            if action.startswith("vpc-lattice-svcs:"):  # a service's auth policy has to allow as well
                case["resource_policy"] = _AUTH_POLICY
            if evaluate_case(case)["decision"] != "Allowed":
                denied.append(f"{name} {action} {resource}")
    assert tried > 4_000
    assert not denied, "\n".join(denied)


def _plain(document: Any, reference: Names) -> Iterator[tuple[str, str]]:
    statements = document["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    if any(one["Effect"] == "Deny" for one in statements):
        return
    for one in statements:
        if one.get("Condition") or "Action" not in one or "Resource" not in one:
            continue
        action = _concrete(_first(one["Action"]), reference)
        resource = _first(one["Resource"])
        # What only AWS's own services may change is refused whatever a policy says.
        if action and "${" not in resource and "role/aws-reserved/" not in resource:
            yield action, _named(resource)


def _first(value: Any) -> str:
    return value if isinstance(value, str) else value[0]


def _concrete(pattern: str, reference: Names) -> str | None:
    """An action that the pattern covers; None where the reference knows none."""
    prefix, _, name = pattern.partition(":")
    expression = re.compile(re.escape(name).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
    if not reference.service(prefix):
        return None
    found = [one for one in reference.actions(prefix) if expression.fullmatch(one)]
    return f"{prefix}:{found[0]}" if found else None


def _named(pattern: str) -> str:
    """An ARN that the pattern covers, in the account of the caller."""
    if pattern == "*":
        return pattern
    parts = pattern.split(":", 5)
    for place, value in ((1, "aws"), (3, "us-east-1"), (4, _ACCOUNT)):
        if len(parts) > place and parts[place] == "*":
            parts[place] = value
    return ":".join(parts).replace("*", "x").replace("?", "x")
