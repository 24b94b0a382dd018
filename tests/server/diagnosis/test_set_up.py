"""Which set-up a refusal leads to, over our own articles."""

import pytest

from whydenied.engine.messages.parsed import ParsedError
from whydenied.kb.catalogue import load_catalogue
from whydenied.server.diagnosis.set_up import set_up_of


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
        pytest.param(ParsedError(), "the execution role", None, id="two words are no piece of a message"),
        pytest.param(ParsedError(action="s3:GetObject"), "", None, id="an action of many set-ups"),
        pytest.param(ParsedError(patterns=("gone",)), "", None, id="a pattern that is not there"),
    ],
)
def test_a_refusal_leads_to_its_set_up(error: ParsedError, text: str, scenario: str | None) -> None:
    found = set_up_of(error, text, load_catalogue())
    assert (found.id if found else None) == scenario
