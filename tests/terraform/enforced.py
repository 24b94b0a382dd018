"""Callers that may do a part of what a module needs, for real: Terraform is refused, gets the change that was proposed
from its plan, and runs again."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.terraform.callers import Policies, foreseen, generated, mended_policies
from tests.terraform.enforcing import Aws
from tests.terraform.observe import Observed, module_folder, prepare
from tests.terraform.runs import terraform

__all__ = ["KINDS", "Enforced", "enforced"]

KINDS = ("lacks-some", "lacks-one", "lacks-service", "reads-only", "denied")
"""Callers of tests.terraform.callers that the server enforces; it knows no boundaries."""
_APPLY = ("apply", "-auto-approve", "-no-color", "-input=false", "-var", "stage=1")


class Enforced(NamedTuple):
    """What a caller met. foreseen: the actions that were said to be refused. refused: those that were, until Terraform
    gave up. green: the next apply went through. printed: what it printed where not."""

    module: str
    kind: str
    foreseen: frozenset[str]
    refused: tuple[str, ...]
    green: bool
    printed: str


def enforced(runs: Iterable[Observed], kind: str, top: Path, aws: Aws, at_once: int = 6) -> Iterator[Enforced]:
    """Run the caller of a kind for each module; runs: as the modules were observed when they were made."""
    base = prepare(top, aws)
    chosen = [(one, module_folder(one.module, top / one.module, base)) for one in runs]
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda one: _round(one[0], one[1], kind, aws), chosen)


def _round(run: Observed, folder: Path, kind: str, aws: Aws) -> Enforced:
    (policies,) = (one for one in generated(run.seen, f"{run.module} {run.phase}") if one.kind == kind)
    role = f"deployer-{run.module}"
    aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    key = aws.key_of(role)
    _put(aws, role, policies)
    found = foreseen(run, policies)
    terraform(folder, aws, key, *_APPLY)
    refused = tuple(call.action for call in aws.refused if call.key == key)
    _put(aws, role, mended_policies(found, policies))
    again = terraform(folder, aws, key, *_APPLY)
    said = frozenset(verdict.asked.action for verdict in found.refused)
    return Enforced(run.module, kind, said, refused, again.returncode == 0, again.stderr)


def _put(aws: Aws, role: str, policies: Policies) -> None:
    """Make these the policies of a role; the caller's name in them is the role's."""
    iam = aws.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    for number, document in enumerate(policies.identity):
        text = msgspec.json.encode(document).decode().replace(":role/deployer", f":role/{role}")
        iam.put_role_policy(RoleName=role, PolicyName=f"p{number}", PolicyDocument=text)
