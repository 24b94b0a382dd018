"""Whatever comes in, the answer is a decision or a reason; nothing else is raised."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.evaluation.generated import budget
from whydenied.engine.evaluation import evaluate_case, read_case
from whydenied.engine.evaluation.explanation import explain, explanation_text
from whydenied.engine.evaluation.picture import picture
from whydenied.engine.policy.validation import validate
from whydenied.engine.remedies import plan, plan_text

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_WORDS = st.sampled_from(
    [
        "*",
        "Allow",
        "Deny",
        "s3:*",
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        "${aws:username}",
        "${",
        "10.0.0.0/8",
        "111122223333",
    ]
)
_KEYS = st.sampled_from(
    "Version Statement Effect Action NotAction Resource NotResource Principal NotPrincipal Condition Sid AWS "
    "StringLike IpAddress Null ForAllValues:ArnLike DateEquals aws:SourceIp aws:username document name".split()
)
_JSON = st.recursive(
    _SCALARS | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)
_LISTED = _JSON.map(lambda one: [one]) | _JSON.map(lambda one: [[one]])
_FIELDS = (
    "identity_policies resource_policy permissions_boundaries session_policy scps rcps vpc_endpoint_policies "
    "settings unknown"
).split()


@pytest.mark.slow
@settings(max_examples=budget(150), deadline=None)
@given(
    st.dictionaries(st.sampled_from(_FIELDS), _JSON | _JSON.map(lambda one: [one]) | _JSON.map(lambda one: [[one]])),
    _JSON,
)
def test_arbitrary_policies(fields: dict[str, Any], context: Any) -> None:
    """Any JSON as a policy gives a decision or an error in words."""
    request = {
        "principal": "arn:aws:iam::111122223333:user/ana",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
    }
    case = {**fields, "request": {**request, "context": context}}
    answer = evaluate_case(case)
    assert ("error" in answer) is not ("decision" in answer)
    if "decision" in answer:
        evaluation = read_case(case, explain=True)
        explanation = explain(evaluation)
        assert explanation_text(explanation)
        assert picture(explanation).endswith("</svg>")
        plan_text(plan(evaluation))


@pytest.mark.slow
@settings(max_examples=budget(100), deadline=None)
@given(_JSON)
def test_arbitrary_cases_and_requests(raw: Any) -> None:
    """Any JSON as a whole case, or as its request, gives a decision or an error in words."""
    for case in (raw, {"request": raw}, {"request": {"principal": raw, "action": "s3:x", "resource": raw}}):
        answer = evaluate_case(case)
        assert ("error" in answer) is not ("decision" in answer)


@pytest.mark.slow
@settings(max_examples=budget(60), deadline=None)
@given(_JSON)
def test_arbitrary_documents_validate(raw: Any) -> None:
    """Any JSON as a document gives a list of problems."""
    for document in (raw, {"Statement": raw}, {"Statement": [raw]}):
        assert isinstance(validate(document, "identity"), list)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"action": "GetObject"}, "service prefix"),
        ({"action": None}, "`action` is missing"),
        ({"principal": "ana"}, "not an ARN"),
        ({"resource": ""}, "`resource` is empty"),
        ({"resource": 5}, "`resource` must be"),
        ({"resource_account": 111122223333}, "as text"),
        ({"resource_account": "12"}, "`resource_account` must be the twelve digits"),
        ({"resource_account": "11112222333x"}, "`resource_account` must be the twelve digits"),
        ({"context": "x"}, "`context` must be"),
    ],
)
def test_the_error_says_what_to_do(change: dict[str, Any], words: str) -> None:
    """A request that cannot be read is answered with what is wrong with it."""
    request = {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject", "resource": "*", **change}
    assert words in evaluate_case({"id": "x", "request": request})["error"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"settings": {"s3_block_public_access": "true"}}, "`s3_block_public_access` must be true or false"),
        ({"settings": {"vpc_endpoint_kind": "Gateway"}}, "`vpc_endpoint_kind` must be `gateway` or `interface`"),
        ({"resource_policy": {"statement": []}}, "`statement`; did you mean `Statement`?"),
        ({"identity_policies": [{"name": "p", "document": {"Statments": []}}]}, "did you mean `Statement`?"),
    ],
)
def test_nothing_that_is_misspelt_reads_as_absent(fields: dict[str, Any], words: str) -> None:
    """A policy or setting under another name is an error; passed over, it would change the decision in silence."""
    request = {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject", "resource": "*"}
    assert words in evaluate_case({"id": "x", "request": request, **fields})["error"]


def test_deep_nesting_is_refused_or_shown_short() -> None:
    """Depth is no way to bring the evaluator down."""
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"a": deep}}}
    case = {
        "request": {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject", "resource": "*"},
        "resource_policy": {"Statement": [statement]},
    }
    assert explanation_text(explain(read_case(case, explain=True)))
