"""Policies and a request in, the decision, the picture and the proved fix out: as a page."""

import json
import logging
import re

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL
from whydenied.server.evaluation.examples import EXAMPLES

_REQUEST = {
    "principal": "arn:aws:iam::111122223333:role/reporting",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::example-reports/q1.csv",
    "resource_account": "111122223333",
}
_KINDS = ("resource_policy", "permissions_boundaries", "session_policy", "scps", "rcps", "vpc_endpoint_policies")
_NONE = {f"{name}.none": "on" for name in _KINDS}
_EMPTY = '{"Version": "2012-10-17", "Statement": []}'


def send(client: FlaskClient, status: int = 200, **fields: str) -> str:
    answer = client.post("/evaluate", data={**_REQUEST, **_NONE, **fields})
    assert answer.status_code == status
    return answer.text


def _policy(effect: str) -> str:
    return json.dumps({"Statement": {"Effect": effect, "Action": "*", "Resource": "*"}})


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def example(client: FlaskClient, name: str) -> str:
    answer = client.post("/evaluate", data=dict(EXAMPLES)[name])
    assert answer.status_code == 200
    return answer.text


def test_the_form_asks_for_everything_and_is_the_same_for_all(client: FlaskClient) -> None:
    answer = client.get("/evaluate")
    assert answer.status_code == 200
    for name in ("principal", "action", "resource", "context", "case", "details", "identity_policies", *_KINDS):
        assert f'name="{name}"' in answer.text
    assert "ETag" in answer.headers
    assert '<a href="/evaluate"' in client.get("/").text


def test_an_allowed_request(client: FlaskClient) -> None:
    html = example(client, "an allowed request")
    assert "<h1" in html
    assert "Allowed</h1>" in html
    assert "The smallest fix" not in html


def test_a_denied_request_gets_its_gate_its_lines_and_a_proved_fix(client: FlaskClient) -> None:
    html = example(client, "one gate blocks")
    text = words(html)
    assert "Implicitly denied</h1>" in html
    assert "Identity policies : no allow, blocks" in text
    assert "Needs 1 change, by this owner: the IAM administrator of account 111122223333." in text
    assert "Evaluated again with this change: implicitly denied before, allowed after." in text
    assert re.search(r'<span class="plus">\+ +&#34;Action&#34;: &#34;s3:GetObject&#34;,', html)
    assert re.search(r"<pre[^>]* data-copy[^>]*><code>aws iam put-role-policy --role-name reporting", html)


def test_every_blocking_gate_is_named_with_guardrails_marked_as_such(client: FlaskClient) -> None:
    html = example(client, "three gates block")
    text = words(html)
    assert "Explicitly denied</h1>" in html
    assert html.count(", <strong>blocks</strong>") == 3
    assert "Needs 3 changes" in text
    assert text.count("This is a guardrail.") >= 2
    assert "aws:RequestedRegion is not eu-west-1 or eu-central-1 (the request has us-east-1)" in text
    assert re.search(r'<span data-line="\d+"> *&#34;Sid&#34;: &#34;OnlyOurRegions&#34;,', html)


def test_what_is_not_known_is_neither_yes_nor_no(client: FlaskClient) -> None:
    text = words(example(client, "not everything is known"))
    assert "Cannot be known yet" in text
    assert (
        "Allowed if aws:SourceIp is in 203.0.113.0/24. Cannot know without the SCPs of the caller&#39;s account."
        in text
    )
    assert "or tick there what does not exist" in text


def test_the_picture_is_in_the_page_and_has_a_twin_in_words(client: FlaskClient) -> None:
    html = example(client, "three gates block")
    assert html.count('class="gates-picture"') == 1
    assert "<title" in html.partition('class="gates-picture"')[2]
    twin = html.partition('<ol class="twin">')[2].partition("</ol>")[0]
    assert twin.count("<li") == 9


def test_the_fields_come_back_filled(client: FlaskClient) -> None:
    html = send(client, identity_policies=_EMPTY, context="aws:SourceIp = 203.0.113.7")
    assert 'value="arn:aws:iam::111122223333:role/reporting"' in html
    assert "aws:SourceIp = 203.0.113.7</textarea>" in html
    assert 'name="scps.none" checked' in html
    assert 'name="identity_policies.none" checked' not in html


def test_problems_of_the_policies_come_with_line_and_the_name_that_was_meant(client: FlaskClient) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}]}
    text = words(send(client, identity_policies=json.dumps(policy)))
    assert "Error , line 6: no action of s3 matches s3:GetObjct . Did you mean s3:GetObject" in text


def test_a_mistake_is_told_beside_its_field_with_line_and_column_and_nothing_is_lost(client: FlaskClient) -> None:
    broken = '{\n  "Statement": [\n    {"Effect": "Allow" "Action": "s3:*"}\n  ]\n}'
    html = send(client, 400, identity_policies=broken, rcps=_EMPTY)
    assert "line 3, column 24: a comma is missing before this" in html
    area = re.search(r'<textarea id="identity_policies"([^>]*)>\n(.*?)</textarea>(.*?)</p>', html, re.DOTALL)
    assert area is not None
    assert 'aria-invalid="true" autofocus' in area[1]
    assert "identity_policies-wrong" in area[1]
    assert area[2].replace("&#34;", '"') == broken
    assert 'id="identity_policies-wrong"' in area[3]
    assert '<a href="#identity_policies">Identity policies</a>' in html
    assert "&#34;Statement&#34;: []}</textarea>" in html


def test_what_only_the_engine_sees_is_told_too(client: FlaskClient) -> None:
    html = send(
        client,
        400,
        case='{"request": {"principal": "arn:aws:iam::111122223333:user/a", "action": "s3:x"}, "unknown": 1}',
    )
    assert "<code>unknown</code> must be a list of gates" in html


def test_a_whole_case_counts_alone(client: FlaskClient) -> None:
    case = {"request": {**_REQUEST, "action": "sqs:SendMessage", "resource": "arn:aws:sqs:eu-west-1:111122223333:q"}}
    text = words(send(client, case=json.dumps(case)))
    assert "sqs:SendMessage" in text.partition("The way through")[0]
    assert "Implicitly denied" in text


def test_account_details_give_the_callers_policies(client: FlaskClient) -> None:
    allow = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    role = {
        "RoleName": "reporting",
        "Arn": _REQUEST["principal"],
        "RolePolicyList": [{"PolicyName": "Inline", "PolicyDocument": allow}],
    }
    text = words(send(client, details=json.dumps({"RoleDetailList": [role]})))
    assert "Identity policies : allows" in text
    assert "of Inline, lines" in text


def test_a_diagnosis_leads_here_and_back_with_the_ranking_changed(client: FlaskClient) -> None:
    message = "User: arn:aws:iam::444455556666:user/ana is not authorized to perform: s3:GetObject"
    diagnosis = client.post("/diagnose", data={"text": message}).text
    form = re.search(r'<form [^>]*action="/evaluate">(.*?)</form>', diagnosis, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    assert (fields["action"], fields["message"]) == ("s3:GetObject", message)
    filled = client.post("/evaluate", data=fields)
    assert filled.status_code == 200
    assert "The request was filled in from the message." in filled.text
    assert 'value="arn:aws:iam::444455556666:user/ana"' in filled.text
    del fields["step"]
    policies = {"identity_policies": _policy("Allow"), "scps": f"{_policy('Allow')} {_policy('Deny')}"}
    text = words(client.post("/evaluate", data={**fields, **policies}).text)
    again = text.partition("The diagnosis again, with this")[2].partition("Gate by gate")[0]
    assert "A service control policy denies it Confirmed new" in again
    assert "A Deny in the service control policies that were given matches." in again
    assert "No identity policy allows it: The identity policies that were given allow it." in again.replace(" :", ":")


def test_where_the_policies_let_pass_what_the_message_blames_the_message_stands(client: FlaskClient) -> None:
    fields = {"principal": _REQUEST["principal"], "action": "ec2:RunInstances", "message": SCP_DENIAL}
    text = words(client.post("/evaluate", data={**fields, "scps.none": "on"}).text)
    again = text.partition("The diagnosis again, with this")[2].partition("Gate by gate")[0]
    assert "The message and the policies disagree. AWS blames this gate: Service control policy." in again
    assert "A service control policy denies it Confirmed" in again


def test_policies_about_another_action_say_nothing_of_the_message(client: FlaskClient) -> None:
    assert "The diagnosis again" not in send(client, message=SCP_DENIAL, identity_policies=_EMPTY)


def test_it_is_sent_by_post_only_and_kept_by_nobody(client: FlaskClient) -> None:
    answer = client.post("/evaluate", data={**_REQUEST, **_NONE})
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/evaluate", query_string={"action": "s3:Mine"}).text == client.get("/evaluate").text


def test_nothing_of_it_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send(client, identity_policies=_EMPTY)
        send(client, 400, identity_policies="{")
    assert "reporting" not in caplog.text
    assert "111122223333" not in caplog.text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_markup_in_a_policy_is_text(client: FlaskClient, evil: str) -> None:
    statement = {"Sid": evil, "Effect": "Deny", "Action": "s3:*", "Resource": [evil, "*"]}
    policy = {"name": evil, "document": {"Statement": [statement], evil: evil}}
    html = send(
        client,
        identity_policies=json.dumps(policy),
        principal=f"arn:aws:iam::111122223333:role/{evil}",
        resource=f"arn:aws:s3:::b/{evil}",
        context=json.dumps({evil: evil}),
    )
    assert "{{" in evil or evil not in html
    assert "49" not in re.sub(r'="[^"]*"', "", html.partition("<main")[2])
    assert not re.search(r"<style|style=|<script(?![^>]* src=)|<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*\son[a-z]+=", html)


def test_a_name_ends_no_command(client: FlaskClient) -> None:
    policy = {"name": "arn:aws:iam::1:policy/x; touch /tmp/x #", "document": json.loads(_EMPTY)}
    html = send(client, permissions_boundaries=json.dumps(policy), identity_policies=_EMPTY)
    commands = re.findall(r"<code>(aws [^<]*)</code>", html)
    assert commands
    assert not [line for line in commands if " --policy-arn arn:aws:iam::1:policy/x; " in line]


@pytest.mark.slow
def test_deep_json_is_refused_or_answered(client: FlaskClient) -> None:
    for depth in (100, 900, 5_000, 100_000):
        deep = '{"Statement": [{"Effect": "Allow", "Action": ' + "[" * depth + "]" * depth + ', "Resource": "*"}]}'
        answer = client.post("/evaluate", data={**_REQUEST, **_NONE, "identity_policies": deep})
        assert answer.status_code in (200, 400)
        answer = client.post(
            "/evaluate", data={**_REQUEST, **_NONE, "context": '{"a": ' + "[" * depth + "]" * depth + "}"}
        )
        assert answer.status_code in (200, 400)


@pytest.mark.slow
def test_ten_thousand_statements_are_answered_with_a_page_of_bounded_size(client: FlaskClient) -> None:
    statements = [
        {"Sid": f"S{n}", "Effect": "Allow", "Action": ["s3:GetObject", "s3:Typo"], "Resource": f"arn:aws:s3:::b{n}/*"}
        for n in range(10_000)
    ]
    policy = json.dumps({"Statement": statements})
    html = send(client, identity_policies=policy)
    assert "9960 more statements about this action do not apply" in words(html)
    assert len(html) - len(policy) * 1.8 < 500_000


def test_more_than_the_limit_is_refused_with_a_way_on(client: FlaskClient) -> None:
    answer = client.post("/evaluate", data={**_REQUEST, "identity_policies": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "The limit is 4 MB." in answer.text


def test_the_fix_stands_there_in_every_form(client: FlaskClient) -> None:
    """The statement first, as under a diagnosis, then how Terraform, CloudFormation and the CDK write it."""
    page = send(client, identity_policies=_EMPTY)
    remedy = page[page.index('<div class="remedy">') :]
    statement = remedy.index('data-copy="the statement"')
    assert statement < remedy.index("<summary>Terraform</summary>") < remedy.index("<summary>CloudFormation</summary>")
    assert "aws_iam_role_policy" in remedy
    assert "AWS::IAM::RolePolicy" in remedy


def test_a_tag_that_others_must_set_is_another_way(client: FlaskClient) -> None:
    """It opens more than the request: the statement comes first, and the tag says what it opens."""
    tagged = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": tagged}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    page = words(send(client, identity_policies=policy, context="aws:ResourceTag/team = blue"))
    assert "The smallest fix Needs 1 change" in page
    assert "No change of a policy: aws:ResourceTag/team as the condition asks" in page
    assert "(0 change" not in page
    assert "this opens the resource to everybody whose policies ask for this tag" in page
