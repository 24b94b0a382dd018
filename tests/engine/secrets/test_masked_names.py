"""A masked name is nobody's: no evaluation, no fix and no command may take one."""

import pytest

from whydenied.engine.collectors import make_target
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import read_case
from whydenied.engine.inquiry.policies import Known
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.policy.matching import glob
from whydenied.engine.secrets.masking import mask
from whydenied.engine.secrets.sign import MASK, is_masked, shown

ANA = "arn:aws:iam::111122223333:user/ana"
KEY = "arn:aws:s3:::reports/exports/AKIAIOSFODNN7EXAMPLE.csv"
LONG_KEY = "arn:aws:s3:::data-lake/" + "part00XYZabc3/" * 18 + "x.parquet"


def test_the_sign_is_no_wildcard() -> None:
    assert not glob(f"reports/{MASK * 3}")("reports/abc")
    assert MASK not in "*?${}"


def test_a_long_key_of_a_bucket_is_a_name() -> None:
    text = f"User: {ANA} is not authorized to perform: s3:GetObject on resource: {LONG_KEY}"
    assert mask(text).text == text


@pytest.mark.parametrize("field", ["principal", "resource", "action"])
def test_a_masked_request_is_not_evaluated(field: str) -> None:
    request = {"principal": ANA, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/x"}
    request[field] = mask(KEY).text
    with pytest.raises(InputError, match=f"`{field}` holds .* masked"):
        read_case({"request": request})


def test_a_masked_value_of_the_context_is_not_evaluated() -> None:
    request = {"principal": ANA, "action": "s3:GetObject", "context": {"aws:Referer": [MASK * 12]}}
    with pytest.raises(InputError, match="`context`"):
        read_case({"request": request})


def test_nothing_is_looked_up_or_proved_about_a_masked_name() -> None:
    error = ParsedError(principal=ANA, action="s3:GetObject", resource=mask(KEY).text)
    assert make_target(error) is None
    assert not Known(ANA, "s3:GetObject", mask(KEY).text).is_complete
    assert Known(ANA, "s3:GetObject", "arn:aws:s3:::reports/x").is_complete


def test_a_masked_blob_is_shown_as_one_word() -> None:
    assert shown(f"a {MASK * 700} b") == f"a {MASK * 8} b"
    assert shown(f"{MASK * 60}\n│ {MASK * 60}") == MASK * 8
    assert is_masked(mask(KEY).text)
    assert not is_masked(KEY)
    assert not is_masked(None)


def test_a_policy_that_holds_a_mask_is_not_known() -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": mask(KEY).text}
    request = {"principal": ANA, "action": "s3:GetObject", "resource": KEY}
    found = read_case({"request": request, "identity_policies": [{"Statement": [statement]}]})
    assert found.decision == "Unknown"
    denied = {"Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    found = read_case({"request": request, "identity_policies": [{"Statement": [statement]}, denied]})
    assert found.decision == "ExplicitlyDenied"
