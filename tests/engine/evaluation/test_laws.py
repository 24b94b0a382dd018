"""Laws that hold for every request: what adding, moving and splitting statements may change, and what it may not."""

import copy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.engine.evaluation.generated import DENIED, budget, cases, statements
from whydenied.engine.evaluation import evaluate_case, read_case

_FEW = settings(max_examples=budget(60), deadline=None)

_POLICIES = ("resource_policy", "session_policy")
_LISTS = ("identity_policies", "permissions_boundaries", "vpc_endpoint_policies")


def _decision(case: dict[str, Any]) -> tuple[str, list[str]]:
    answer = evaluate_case(case)
    return answer["decision"], answer["blocked_by"]


def _documents(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Every document of a case, in a fixed order."""
    found = [case[field] for field in _POLICIES if case[field]]
    for field in _LISTS:
        found += [one.get("document", one) for one in case[field] or []]
    for field in ("scps", "rcps"):
        found += [document for level in case[field] or [] for document in level]
    return found


def _changed(case: dict[str, Any], number: int, change: Any) -> dict[str, Any]:
    other = copy.deepcopy(case)
    documents = _documents(other)
    change(documents[number % len(documents)])
    return other


@_FEW
@given(cases(), st.integers(0, 20), statements(principal=True))
def test_adding_an_allow_never_denies(case: dict[str, Any], number: int, statement: dict[str, Any]) -> None:
    """More Allow never turns an allow into a denial, but for Block Public Access."""
    assume(_documents(case) and not case["settings"])
    allow = {**statement, "Effect": "Allow"}
    after, _ = _decision(_changed(case, number, lambda document: document["Statement"].append(allow)))
    assert after == "Allowed" or _decision(case)[0] != "Allowed"  # of an endpoint it may not be known what kind it is


@_FEW
@given(cases(), st.integers(0, 20), statements(principal=True))
def test_adding_a_deny_never_allows(case: dict[str, Any], number: int, statement: dict[str, Any]) -> None:
    """More Deny never turns a denial into an allow."""
    assume(_documents(case))
    deny = {**statement, "Effect": "Deny"}
    after, _ = _decision(_changed(case, number, lambda document: document["Statement"].append(deny)))
    assert after in DENIED or _decision(case)[0] not in DENIED


@_FEW
@given(cases(), st.randoms(use_true_random=False))
def test_order_never_matters(case: dict[str, Any], random: Any) -> None:
    """Neither the order of statements nor that of policies changes the answer."""
    other = copy.deepcopy(case)
    for document in _documents(other):
        random.shuffle(document["Statement"])
    random.shuffle(other["identity_policies"])
    for level in (other["scps"] or []) + (other["rcps"] or []):
        random.shuffle(level)
    assert _decision(other) == _decision(case)


@_FEW
@given(cases(), st.integers(0, 20))
def test_splitting_an_action_list_changes_nothing(case: dict[str, Any], number: int) -> None:
    """One statement an action says the same as one statement with all of them."""
    assume(_documents(case))

    def split(document: dict[str, Any]) -> None:
        found = []
        for statement in document["Statement"]:
            actions = statement.get("Action")
            if isinstance(actions, list):
                found += [{**statement, "Action": action} for action in actions]
            else:
                found.append(statement)
        document["Statement"] = found

    assert _decision(_changed(case, number, split)) == _decision(case)


@_FEW
@given(cases(), st.integers(0, 20), statements(principal=True))
def test_a_condition_that_fails_is_no_statement(case: dict[str, Any], number: int, statement: dict[str, Any]) -> None:
    """A statement whose condition does not hold might as well not be there."""
    assume(_documents(case) and not case["settings"])
    dead = {**statement, "Condition": {"StringEquals": {"x:nobody-has-this": "y"}}}
    assert _decision(_changed(case, number, lambda document: document["Statement"].append(dead))) == _decision(case)


@_FEW
@given(cases())
def test_explaining_changes_nothing(case: dict[str, Any]) -> None:
    """The thorough way decides as the quick way does."""
    explained = read_case(case, explain=True)
    assert (explained.decision, explained.blocked_by) == _decision(case)


@_FEW
@given(cases())
def test_a_denial_names_a_gate(case: dict[str, Any]) -> None:
    """Whoever is denied learns where, and whoever is allowed is not blocked."""
    decision, blocked_by = _decision(case)
    assert bool(blocked_by) is (decision in DENIED)


@_FEW
@given(cases(complete=False), st.data())
def test_unknown_is_neither_allow_nor_deny(case: dict[str, Any], data: st.DataObject) -> None:
    """A certain answer to an incomplete request stands, whatever the missing keys turn out to be."""
    open_decision, _ = _decision(case)
    assume(open_decision != "Unknown")
    whole = copy.deepcopy(case)
    whole["request"]["context_complete"] = True
    derived = read_case(case).request.context
    stated = {derived.names.get(key, key): value for key, value in derived.values.items()}
    whole["request"]["context"] = {**data.draw(_contexts()), **stated}
    decision, _ = _decision(whole)
    assert (decision == "Allowed") is (open_decision == "Allowed")


@st.composite
def _contexts(draw: st.DrawFn) -> dict[str, Any]:
    keys = {
        "aws:SourceIp": "10.0.0.1",
        "aws:PrincipalTag/team": "red",
        "aws:SecureTransport": "false",
        "aws:TagKeys": ["b"],
    }
    return {key: value for key, value in keys.items() if draw(st.booleans())}
