"""What a scan remembers of the statements that it went through, for an explanation."""

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.explanation import explain

_ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_TLS = {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("field", ["scps", "rcps"])
def test_a_deny_of_the_organization_that_does_not_apply_is_listed(field: str) -> None:
    """Where no policy of the organization denies, the Denies that were looked at are shown with what failed."""
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": _TLS}
    statements = [{**one, "Principal": "*"} for one in (_ALLOW, deny)] if field == "rcps" else [_ALLOW, deny]
    case = expand({"identity": [_ALLOW], field: [statements], "context": {"aws:SecureTransport": "true"}})
    gates = explain(read_case(case, explain=True)).gates
    (others,) = [gate.others for gate in gates if gate.gate == field[:-1]]
    assert [(one.effect, one.applies) for one in others if one.effect == "Deny"] == [("Deny", "no")]


def test_a_deny_of_an_rcp_that_may_apply_is_undecided() -> None:
    """It is shown as such, with the key that is not known."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": _TLS}
    gates = explain(read_case(expand({"identity": [_ALLOW], "rcps": [[deny]], "open": True}), explain=True)).gates
    (gate,) = [gate for gate in gates if gate.gate == "rcp"]
    assert (gate.decision, gate.blocks, len(gate.undecided), len(gate.others)) == ("unknown", "unknown", 1, 0)


def test_what_an_endpoint_of_unknown_kind_leaves_open_is_said() -> None:
    """A Principal that means somebody else at a gateway endpoint is neither a match nor a failure."""
    named = {**_ALLOW, "Principal": {"AWS": "111122223333"}}
    gates = explain(read_case(expand({"identity": [_ALLOW], "vpce": [named]}), explain=True)).gates
    (report,) = next(gate.undecided for gate in gates if gate.gate == "vpce")
    assert (report.applies, report.why) == (
        "unknown",
        "it cannot be told without what was not given about the caller or the VPC endpoint",
    )
    at_gateway = expand({"identity": [_ALLOW], "vpce": [named], "settings": {"vpc_endpoint_kind": "gateway"}})
    gates = explain(read_case(at_gateway, explain=True)).gates
    (report,) = next(gate.others for gate in gates if gate.gate == "vpce")
    assert (report.applies, report.principal) == ("no", "no")
