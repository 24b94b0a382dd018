"""What a person is told: every gate, the statements that decided with their lines, and what did not match."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.explanation import Explanation, GateReport, explain, explanation_text
from whydenied.engine.evaluation.gates import GATES
from whydenied.engine.evaluation.lines import pretty, statement_lines

_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _explain(short: dict[str, Any], *, everything: bool = True) -> Explanation:
    return explain(read_case(expand(short), explain=True), everything=everything)


def _gate(explanation: Explanation, name: str) -> GateReport:
    return next(gate for gate in explanation.gates if gate.gate == name)


def test_every_gate_answers() -> None:
    """Also those that do not apply."""
    explanation = _explain({})
    names = [gate.gate for gate in explanation.gates]
    assert names == [gate.name for gate in GATES]
    usual = ["scp", "rcp", "vpce", "resource", "identity", "boundary", "session", "s3-bpa"]
    assert [name for name in names if name in usual] == usual
    assert _gate(explanation, "identity").decision == "implicit-deny"
    assert _gate(explanation, "scp").decision == "not-applicable"
    assert explanation.summary == "Denied by a missing Allow; blocked by Identity policies."


def test_the_statement_that_denied_is_shown_with_its_lines() -> None:
    """The policy, the Sid and the very lines."""
    deny = {"Sid": "NoReports", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"}
    explanation = _explain({"identity": [_EVERYTHING, deny]})
    (found,) = _gate(explanation, "identity").determining
    assert (found.policy, found.statement, found.index, found.effect) == ("identity", "NoReports", 1, "Deny")
    assert '"Sid": "NoReports"' in found.lines.text
    text = explanation_text(explanation)
    assert "Deny `NoReports` of `identity` (lines 9-14): every element matches" in text
    assert '  "Sid": "NoReports",' in text


def test_what_did_not_match_is_said_for_each_statement() -> None:
    """Resource, Principal and Condition, each with the request's own value."""
    statements = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"},
        {**_EVERYTHING, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}},
        {**_EVERYTHING, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
    ]
    bucket = [{**_EVERYTHING, "Principal": {"Service": "sns.amazonaws.com"}}]
    explanation = _explain({"identity": statements, "resource": bucket, "context": {"aws:PrincipalTag/team": "blue"}})
    gate = _gate(explanation, "identity")
    wheres = {report.index: report.why for report in gate.others}
    assert wheres[0] == "it does not apply: its Resource does not cover arn:aws:s3:::reports/q1.csv"
    assert "`aws:PrincipalTag/team is red` does not hold (the request has blue)" in wheres[1]
    assert "(the request has no such key)" in wheres[2]
    assert gate.other_actions == 1
    (other,) = _gate(explanation, "resource").others
    assert "its Principal does not name arn:aws:iam::111122223333:user/ana" in other.why


def test_the_brief_form_leaves_out_what_does_not_block() -> None:
    """Gates that let the request pass list only what decided."""
    short = {"identity": [_EVERYTHING, {**_EVERYTHING, "Resource": "arn:aws:s3:::other/*"}]}
    assert _gate(_explain(short), "identity").others
    assert not _gate(_explain(short, everything=False), "identity").others


def test_what_would_decide_is_data_too() -> None:
    """The wizard can ask for exactly that key."""
    allow = {**_EVERYTHING, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    explanation = _explain({"identity": [allow], "open": True})
    (need,) = explanation.needs
    assert (need.gate, need.what, need.name) == ("identity", "key", "aws:SourceIp")
    assert explanation.summary == "Allowed if aws:SourceIp is in 10.0.0.0/8."


def test_derived_keys_are_marked() -> None:
    """Nobody is told that a key was sent when it was worked out."""
    explanation = _explain({"open": True, "identity": [_EVERYTHING]})
    assert explanation.derived["aws:username"] == "ana"
    assert "Derived from the caller: aws:username = ana" in explanation_text(explanation)
    assert _explain({"identity": [_EVERYTHING]}).derived == {}


def test_a_service_denial_has_its_own_words() -> None:
    """The resource gate goes by the name that the service gives its policy."""
    key = {"action": "kms:Decrypt", "target": "arn:aws:kms:eu-west-1:111122223333:key/k"}
    assert _gate(_explain(key), "resource").title == "Key policy"
    role = {"action": "sts:AssumeRole", "target": "arn:aws:iam::111122223333:role/r"}
    assert _gate(_explain(role), "resource").title == "Role trust policy"


def test_notes_say_what_surprises() -> None:
    """S3 answers 403 for what is not there."""
    assert any("403" in note for note in _explain({}).notes)


def test_many_statements_are_cut_and_counted() -> None:
    """A page stays readable, and nothing is hidden without saying so."""
    statements = [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::b{n}/*"} for n in range(100)]
    gate = _gate(_explain({"identity": statements}), "identity")
    assert len(gate.others) + gate.hidden == 100
    assert gate.hidden > 0


def test_lines_are_those_of_the_printed_document() -> None:
    """First and last line point at the statement in the document as it is printed."""
    document = {"Version": "2012-10-17", "Id": {"a": [1]}, "Statement": [{"a": {}}, {"b": [1, 2]}, {"c": "x"}]}
    printed = pretty(document).splitlines()
    for index, statement in enumerate(document["Statement"]):
        lines = statement_lines(document, index)
        shown = "\n".join(line.removeprefix("    ") for line in printed[lines.first - 1 : lines.last])
        assert shown.rstrip(",") == pretty(statement) == lines.text
    alone = {"Statement": {"a": 1}}
    assert (statement_lines(alone, 0).first, statement_lines(alone, 0).last) == (2, 4)


@pytest.mark.parametrize(
    ("action", "resource", "is_said"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/q1.csv", True),
        ("s3:GetObjectVersion", "arn:aws:s3:::reports/q1.csv", True),
        ("s3:PutObject", "arn:aws:s3:::reports/q1.csv", False),
        ("s3:ListBucket", "arn:aws:s3:::reports", False),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object/q1.csv", False),
    ],
)
def test_a_missing_object_is_spoken_of_where_one_is_read(action: str, resource: str, is_said: bool) -> None:
    """S3 answers 403 in place of 404 to who may not list; no other call has that."""
    notes = _explain({"action": action, "target": resource}).notes
    assert any("answers 403 also for an object that does not exist" in note for note in notes) is is_said


def test_long_texts_and_lists_are_cut_and_counted() -> None:
    """Fifty values and a thousand characters are shown whole; of one more, it is said that there is more."""
    for count, more in ((50, ()), (51, ("(1 more)",))):
        tags = {"ForAnyValue:StringEquals": {"aws:TagKeys": [f"t{number}" for number in range(count)]}}
        explanation = _explain({"identity": [{**_EVERYTHING, "Condition": tags}], "context": {"aws:TagKeys": ["x"]}})
        (condition,) = _gate(explanation, "identity").others[0].conditions
        assert condition.values[50:] == more
        assert len(condition.values) == 50 + len(more)
    for length, end in ((1_000, ""), (1_001, "... (1 more characters)")):
        report = _gate(_explain({"identity": [{**_EVERYTHING, "Sid": "S" * length}]}), "identity").determining[0]
        assert report.statement == "S" * 1_000 + end


def test_not_principal_names_the_caller_unless_it_has_a_boundary() -> None:
    """A Deny with NotPrincipal hits whoever has one; without, it is shown as one that spares the caller."""
    listed = {"AWS": ["arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:root"]}
    deny = {"Effect": "Deny", "NotPrincipal": listed, "Action": "s3:*", "Resource": "*"}
    case = {"identity": [_EVERYTHING], "resource": [deny]}
    (report,) = _gate(_explain(case), "resource").others
    assert (report.applies, report.principal) == ("no", "no")
    (report,) = _gate(_explain({**case, "boundary": [_EVERYTHING]}), "resource").determining
    assert (report.applies, report.principal) == ("yes", "yes")


def test_what_applies_is_reported_with_its_conditions() -> None:
    """The request's own value beside each."""
    asked = {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}, "Null": {"aws:MultiFactorAuthAge": "true"}}
    context = {"aws:PrincipalTag/team": "blue"}
    explanation = _explain({"identity": [{**_EVERYTHING, "Condition": asked}], "context": context})
    (report,) = _gate(explanation, "identity").determining
    assert (report.applies, report.action, report.resource, report.principal) == ("yes",) * 4
    assert [(one.key, one.actual, one.holds) for one in report.conditions] == [
        ("aws:PrincipalTag/team", "blue", "yes"),
        ("aws:MultiFactorAuthAge", None, "yes"),
    ]


def test_a_policy_without_a_name_is_called_by_its_kind_and_its_number_where_there_are_several() -> None:
    case = expand({})
    document = {"Version": "2012-10-17", "Statement": [_EVERYTHING]}
    for count, names in ((1, ["identity policy"]), (2, ["identity policy 1", "identity policy 2"])):
        case["identity_policies"] = [document] * count
        explanation = explain(read_case(case, explain=True))
        assert [report.policy for report in _gate(explanation, "identity").determining] == names


def test_the_owner_is_read_out_of_the_resource() -> None:
    """Where nobody says it, the ARN does, and aws:ResourceAccount follows from it."""
    queue = "arn:aws:sqs:eu-west-1:444455556666:jobs"
    explanation = _explain({"action": "sqs:SendMessage", "target": queue, "account": None, "open": True})
    assert explanation.derived["aws:ResourceAccount"] == "444455556666"


def test_statements_of_all_levels_are_counted() -> None:
    """Those about other actions, at the root and below."""
    other = {**_EVERYTHING, "Action": "ec2:*"}
    explanation = _explain({"identity": [_EVERYTHING], "scps": [[_EVERYTHING, other], [_EVERYTHING, other, other]]})
    gate = _gate(explanation, "scp")
    assert (len(gate.determining), gate.other_actions) == (2, 3)


def test_what_a_setting_goes_by_is_shown_as_it_is() -> None:
    """Block Public Access looks at statements that may or may not be about the request."""
    public = {**_EVERYTHING, "Principal": "*"}
    about_others = {**public, "Resource": "arn:aws:s3:::reports/other"}
    settings = {"s3_block_public_access": True}
    case = {
        "account": "444455556666",
        "identity": [_EVERYTHING],
        "resource": [public, about_others],
        "settings": settings,
    }
    first, second = _gate(_explain(case), "s3-bpa").determining
    assert (first.applies, first.why) == ("yes", "every element matches")
    assert (second.applies, second.resource) == ("no", "no")
    assert second.why.startswith("it does not apply: its Resource does not cover")


def test_the_lines_of_what_allows_are_not_printed() -> None:
    """Only those of a statement because of which the request is denied."""
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Sid": "No"}
    text = explanation_text(_explain({"identity": [{**_EVERYTHING, "Sid": "Yes"}], "boundary": [_EVERYTHING, deny]}))
    assert '"Sid": "No"' in text
    assert '"Sid": "Yes"' not in text


def test_what_follows_from_a_service_that_calls() -> None:
    """It is one, by its name, and of no organization."""
    explanation = _explain({"caller": {"service": "events.amazonaws.com"}, "open": True})
    assert explanation.derived["aws:PrincipalIsAWSService"] == "true"
    assert explanation.derived["aws:PrincipalServiceName"] == "events.amazonaws.com"
    assert "aws:PrincipalOrgID" not in explanation.derived


def test_what_is_odd_about_a_request_is_said_where_everything_is() -> None:
    case = {"action": "s3:GetObjct", "identity": [_EVERYTHING]}
    assert any("Did you mean" in note for note in _explain(case).notes)
    assert not any("Did you mean" in note for note in _explain(case, everything=False).notes)
