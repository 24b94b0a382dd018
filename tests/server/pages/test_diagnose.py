"""A paste in, its diagnosis out."""

import re

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import IDENTITY_DENIAL, S3_BARE, SCP_DENIAL
from whydenied.server.pages.template_words import prose


def diagnose(client: FlaskClient, text: str) -> str:
    answer = client.post("/diagnose", data={"text": text})
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_denial_gets_its_cause_its_reason_and_what_to_do(client: FlaskClient) -> None:
    html = diagnose(client, SCP_DENIAL)
    text = words(html)
    assert "<h1><code>deploy</code> may not <code>ec2:RunInstances</code> on <code>instance/*</code>: " in html
    assert "Confirmed" in text
    assert "The message says that there is an explicit deny in a service control policy." in text
    assert "aws iam get-role --role-name deploy" in text
    assert "who manages the organization of account 111122223333" in text
    assert "Add this condition to the Deny in the SCP" in text
    assert 'href="/articles/scp-deny"' in html


def test_the_words_that_were_read_are_marked_with_what_they_are(client: FlaskClient) -> None:
    html = diagnose(client, SCP_DENIAL)
    assert re.search(r"<mark [^>]*><b>action</b>ec2:RunInstances</mark>", html)
    targets = set(re.findall(r'<a href="#(read-\d+)"><q>with an explicit deny', html))
    assert len(targets) == 1
    assert f'id="{targets.pop()}"' in html


def test_several_denials_get_a_result_each(client: FlaskClient) -> None:
    html = diagnose(client, f"{SCP_DENIAL}\n\n{IDENTITY_DENIAL}")
    assert "2 answers to what you pasted" in html
    assert 'id="answer-1"' in html
    assert 'id="answer-2"' in html


@pytest.mark.slow
def test_of_hundreds_of_denials_a_few_are_shown_in_full_and_the_others_listed(client: FlaskClient) -> None:
    html = diagnose(client, "\n".join(IDENTITY_DENIAL.replace("ana", f"user{number}") for number in range(300)))
    assert "200 answers" in html
    assert "And 100 more of 300" in html
    assert 0 < html.count('class="result"') < 20
    assert "194 more" in html
    assert len(html) < 500_000


@pytest.mark.parametrize("page", ["/diagnose", "/wizard"])
@pytest.mark.parametrize("text", [SCP_DENIAL, IDENTITY_DENIAL, f"upload failed: ./a to s3://first/a {S3_BARE}"])
def test_only_words_that_every_reader_gets_are_kept(client: FlaskClient, page: str, text: str) -> None:
    """What is kept of one reader's page does for another's, whose names are other ones."""
    client.post(page, data={"text": text}, follow_redirects=True)
    before = prose.cache_info()
    other = text
    for name, another in (("111122223333", "444455556666"), ("deploy", "someone"), ("ana", "bo"), ("first", "second")):
        other = other.replace(name, another)
    assert other != text
    assert client.post(page, data={"text": other}, follow_redirects=True).status_code == 200
    assert prose.cache_info().misses == before.misses > 0


def test_a_secret_is_not_shown_and_is_to_be_rotated(client: FlaskClient) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    html = diagnose(client, f"aws_secret_access_key={secret}\n{SCP_DENIAL}")
    assert secret not in html
    assert "rotate it" in html


def test_a_secret_in_a_text_that_is_no_error_is_not_shown_either(client: FlaskClient) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    html = diagnose(client, f"aws_secret_access_key={secret}\nthat is all")
    assert secret not in html
    assert "rotate it" in html


def test_a_text_that_is_no_error_is_said_to_be_none_with_a_way_on(client: FlaskClient) -> None:
    html = diagnose(client, "Traceback (most recent call last):\nKeyError: 'bucket policy'")
    assert "This does not look like an AWS error" in html
    assert "full-text search" in html
    assert "<mark" not in html.partition("full-text search")[0]


def test_nothing_pasted_is_said_kindly(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data={"text": " \r\n"})
    assert answer.status_code == 400
    assert "Nothing was pasted" in answer.text


def test_a_few_words_are_searched_for(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data={"text": "service control policy"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/search?q=service+control+policy"


def test_the_bare_words_of_a_message_are_diagnosed_and_not_searched_for(reader: FlaskClient) -> None:
    """They name nobody, so an address might hold them; the reader pasted an error."""
    for text in (S3_BARE, "Access Denied (Service: Amazon S3; Status Code: 403)", f"{IDENTITY_DENIAL}\n"):
        answer = reader.post("/diagnose", data={"text": text})
        assert answer.status_code == 200
        assert "data-paste" in answer.text


def test_a_few_words_that_name_an_account_get_into_no_address(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data={"text": "denied in 111122223333"})
    assert answer.status_code == 200
    assert "Location" not in answer.headers


def test_a_short_text_can_be_diagnosed_all_the_same(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data={"text": "AccessDenied", "as": "error"})
    assert answer.status_code == 200
    assert "Location" not in answer.headers


def test_a_diagnosis_may_be_kept_by_the_readers_browser_alone(client: FlaskClient) -> None:
    """So that Back works; an API's answer is kept by nobody."""
    assert client.post("/diagnose", data={"text": SCP_DENIAL}).headers["Cache-Control"] == "private, no-cache"
    answer = client.post("/api/v1/diagnose", json={"text": SCP_DENIAL})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_diagnosis_has_no_address(client: FlaskClient) -> None:
    """Who opens it again, from the history or by typing, comes to the box; nothing of an address is answered."""
    answer = client.get("/diagnose", query_string={"text": SCP_DENIAL})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "scp" not in answer.text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_markup_in_a_paste_is_text(client: FlaskClient, evil: str) -> None:
    html = diagnose(client, f"{evil}\n{SCP_DENIAL}\n{evil}")
    assert evil not in html or evil == "{{ 7*7 }}"
    assert "49" not in re.sub(r"read-\d+", "", html.partition('class="paste"')[2].partition("</pre>")[0])


def test_line_ends_of_a_form_are_no_control_characters(client: FlaskClient) -> None:
    assert "␍" not in diagnose(client, f"first\r\n{SCP_DENIAL}\r\n")


def test_what_comes_next_is_one_more_form_and_said_to_be_unproved(client: FlaskClient) -> None:
    denied = (
        "api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: "
        "sqs:createqueue on resource: arn:aws:sqs:eu-west-1:111122223333:dlq because no identity-based policy allows "
        "the sqs:createqueue action"
    )
    page = client.post("/diagnose", data={"text": f"{denied}\n\n  with aws_sqs_queue.dlq,\n  on main.tf line 14"}).text
    first, _, following = page.partition("With what comes next")
    assert "sqs:GetQueueAttributes&#34;" not in first
    assert "It is not proved." in following
    assert "sqs:GetQueueAttributes&#34;" in following
    assert "With what comes next" not in client.post("/diagnose", data={"text": denied}).text
