"""Callers that may do a part of what a module needs, for real: Terraform is refused what was foreseen, and goes through
at its first try with the change that was proposed from its plan."""

import subprocess
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
    gave up. green: the apply went through. printed: what it printed where not."""

    module: str
    kind: str
    foreseen: frozenset[str]
    refused: tuple[str, ...]
    green: bool
    printed: str


def enforced(
    runs: Iterable[Observed], kind: str, top: Path, aws: Aws, *, mended: bool, at_once: int = 6
) -> Iterator[Enforced]:
    """Run the caller of a kind for each module; runs: as the modules were observed when they were made. mended: it has
    the change that was proposed. A run that is refused leaves half of its resources, and the next one has to take them
    away first: so a caller with the change begins where nothing is there, as it does in use."""
    base = prepare(top, aws)
    chosen = [(one, module_folder(one.module, top / one.module, base)) for one in runs]
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda one: _round(one[0], one[1], kind, aws, mended), chosen)


def _round(run: Observed, folder: Path, kind: str, aws: Aws, mended: bool) -> Enforced:
    (policies,) = (one for one in generated(run.seen, f"{run.module} {run.phase}") if one.kind == kind)
    role = f"deployer-{run.module}"
    aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    key = aws.key_of(role)
    found = foreseen(run, policies)
    _put(aws, role, mended_policies(found, policies) if mended else policies)
    try:
        applied = terraform(folder, aws, key, *_APPLY, timeout=900)
        green, printed = applied.returncode == 0, applied.stderr
    except subprocess.TimeoutExpired as error:
        # Some refusals are tried again for minutes.
        green, printed = False, f"took more than {error.timeout} s"
    refused = tuple(call.action for call in aws.refused if call.key == key)
    said = frozenset(verdict.asked.action for verdict in found.refused)
    return Enforced(run.module, kind, said, refused, green, printed)


def _put(aws: Aws, role: str, policies: Policies) -> None:
    """Make these the policies of a role; the caller's name in them is the role's."""
    iam = aws.client("iam")
    for number, document in enumerate(policies.identity):
        text = msgspec.json.encode(document).decode().replace(":role/deployer", f":role/{role}")
        iam.put_role_policy(RoleName=role, PolicyName=f"p{number}", PolicyDocument=text)
