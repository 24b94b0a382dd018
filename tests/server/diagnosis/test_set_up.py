"""Which set-up a refusal leads to, over our own articles."""

from pathlib import Path

import pytest

from tests.case_files import cases_in
from whydenied.engine.messages.parsed import ParsedError
from whydenied.kb.catalogue import load_catalogue
from whydenied.server.diagnosis.set_up import set_up_of
from whydenied.server.service import Service, load_service

_MESSAGES = cases_in(Path(__file__).parent / "set_ups.yaml")


@pytest.mark.parametrize(
    ("error", "text", "scenario"),
    [
        pytest.param(ParsedError(patterns=("efs-mount-refused",)), "", "efs-mount", id="the pattern names it"),
        pytest.param(ParsedError(action="s3express:createsession"), "", "s3-directory-bucket", id="the action"),
        pytest.param(
            ParsedError(action="bedrock:CallWithBearerToken"),
            "with an explicit deny in a service control policy",
            "bedrock-with-an-api-key",
            id="the action before the words",
        ),
        pytest.param(
            ParsedError(),
            "Oops:\n Invalid Access  Role in AuthenticationConfiguration.",
            "app-runner-and-beanstalk",
            id="the words",
        ),
        pytest.param(
            ParsedError(action="dynamodb:Query"),
            "because no resource-based policy allows the dynamodb:Query action",
            None,
            id="words of another service's set-up",
        ),
        pytest.param(
            ParsedError(action="ecr:BatchImportUpstreamImage", patterns=("ecs-cannot-pull",)),
            "",
            "ecr-replication-and-cache",
            id="the action before the pattern",
        ),
        pytest.param(ParsedError(), "the execution role", None, id="two words are no piece of a message"),
        pytest.param(ParsedError(action="s3:GetObject"), "", None, id="an action of many set-ups"),
        pytest.param(ParsedError(patterns=("gone",)), "", None, id="a pattern that is not there"),
    ],
)
def test_a_refusal_leads_to_its_set_up(error: ParsedError, text: str, scenario: str | None) -> None:
    found = set_up_of(error, text, load_catalogue())
    assert (found.id if found else None) == scenario


@pytest.fixture(scope="module")
def real() -> Service:
    """The engine over our own articles."""
    return load_service()


@pytest.mark.parametrize("case", [pytest.param(one, id=one["set_up"]) for one in _MESSAGES])
def test_a_message_leads_to_its_set_up(real: Service, case: dict[str, str]) -> None:
    assert case["set_up"] in [one.set_up.id for one in real.report(case["text"]).results if one.set_up]
