"""SCPs over the caller's account and RCPs over the resource's, level by level.

Source: Organizations API, DescribeOrganization (any member may call it), ListParents, ListPoliciesForTarget,
DescribePolicy (the management account and delegated administrators only). The two policies that AWS attaches
everywhere are known by heart, so that most levels cost one call.
"""

from whydenied.engine.collectors.calls import Answer, Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target
from whydenied.engine.evaluation.gates.rcp import COVERED_SERVICES

__all__ = ["SOURCE", "describe", "membership"]

_MAX_LEVELS = 7
_SCP, _RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
_EVERYWHERE: dict[str, object] = {
    "p-FullAWSAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    },
    "p-RCPFullAWSAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    },
}


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the organization's policies for both accounts."""
    organization = describe(reader)
    piece = membership(organization, target)
    if organization.ok:
        if "scp" not in piece.policies:
            _read_levels(reader, target.account, "scp", piece)
        if "rcp" not in piece.policies:
            _read_levels(reader, target.owner or target.account, "rcp", piece)
    return piece


def describe(reader: Reader) -> Answer:
    """Ask which organization the account belongs to; every member may."""
    return reader.read(Call("organizations", "DescribeOrganization"))


def membership(organization: Answer, target: Target) -> Piece:
    """Say what membership alone tells: nothing binds outside an organization, no SCP its management account."""
    piece = Piece()
    if target.service not in COVERED_SERVICES or target.effect == "implicit":
        # RCPs bind some services only, and RCPFullAWSAccess cannot be detached, so they never deny by silence.
        piece.policies["rcp"] = []
    if organization.missing:
        piece.policies["scp"], piece.policies["rcp"] = [], []
        piece.context["aws:PrincipalOrgID"] = None
        piece.facts.append(("organization.member", "no"))
        return piece
    if not organization.ok:
        piece.fail("scp", "whether the account is in an organization, and its policies", [organization])
        return piece
    found = organization.get("Organization", {})
    management = str(found.get("MasterAccountId", ""))
    piece.context["aws:PrincipalOrgID"] = str(found.get("Id"))
    piece.facts.append(("organization.member", "yes"))
    piece.facts.append(("organization.management", "yes" if management == target.account else "no"))
    if target.account == management:
        piece.settings["principal_in_management_account"] = True
        piece.policies["scp"] = []
    if (target.owner or target.account) == management:
        piece.settings["resource_in_management_account"] = True
        piece.policies["rcp"] = []
    return piece


def _read_levels(reader: Reader, account: str, gate: str, piece: Piece) -> None:
    levels, failed = _levels(reader, account, _SCP if gate == "scp" else _RCP)
    if failed:
        piece.fail(gate, f"the {gate.upper()}s over account {account}", failed)
    else:
        piece.policies[gate] = levels


def _levels(reader: Reader, account: str, kind: str) -> tuple[list[list[dict[str, object]]], list[Answer]]:
    """Return the policies of each level, the root first, and the answers that brought none."""
    nodes = [account]
    while len(nodes) < _MAX_LEVELS and not nodes[-1].startswith("r-"):
        parents = reader.read(Call("organizations", "ListParents", {"ChildId": nodes[-1]}))
        if not parents.ok or not parents.get("Parents"):
            return [], [parents]
        nodes.append(str(parents.get("Parents")[0]["Id"]))
    answers = reader.read_many(
        [Call("organizations", "ListPoliciesForTarget", {"TargetId": node, "Filter": kind}) for node in reversed(nodes)]
    )
    failed = [answer for answer in answers if not answer.ok]
    levels = []
    for answer in answers:
        documents = []
        for summary in answer.get("Policies", []):
            name, body, problem = _policy(reader, summary)
            documents.append({"name": name, "document": body, "home": {"identifier": str(summary.get("Id"))}})
            failed += [problem] if problem else []
        levels.append(documents)
    return levels, failed


def _policy(reader: Reader, summary: dict[str, object]) -> tuple[str, object, Answer | None]:
    identifier = str(summary.get("Id"))
    name = str(summary.get("Name") or identifier)
    if identifier in _EVERYWHERE:
        return name, _EVERYWHERE[identifier], None
    answer = reader.read(Call("organizations", "DescribePolicy", {"PolicyId": identifier}))
    body = document(answer.get("Policy", {}).get("Content"))
    return name, body, None if answer.ok else answer


SOURCE = Source(
    "organization",
    ("scp", "rcp"),
    6,
    (
        ("organizations", "DescribeOrganization"),
        ("organizations", "ListParents"),
        ("organizations", "ListPoliciesForTarget"),
        ("organizations", "DescribePolicy"),
    ),
    lambda target: True,
    collect,
)
