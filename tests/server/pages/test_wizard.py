"""The wizard's pages, asked as a browser without JavaScript asks: links, and forms by POST."""

import gzip
import html
import json
import re
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.server.conftest import NAMES, S3_BARE, S3_NAMED, SCP_DENIAL
from whydenied.server.wizard.steps import Wizard
from whydenied.server.words.wizard import ENTRIES

DENYING = json.dumps(
    {
        "Policy": json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "NoReaders",
                        "Effect": "Deny",
                        "Principal": {"AWS": "arn:aws:iam::111122223333:role/Reader"},
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::reports-prod/*",
                    }
                ],
            }
        )
    }
)


def heading(answer: TestResponse) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found
    return html.unescape(re.sub("<[^>]+>", "", found[1])).strip()


def choices(answer: TestResponse) -> dict[str, str]:
    """The addresses that the values of a question lead to, by label."""
    items = re.findall(
        r'<li[^>]*><(?:a|button) class="go "[^>]*?(?:href|formaction)="([^"]+)"[^>]*>(.*?)</(?:a|button)>', answer.text
    )
    assert items, answer.text[:2000]
    return {html.unescape(re.sub("<[^>]+>", "", label)).strip(): html.unescape(address) for address, label in items}


def test_a_cold_start_asks_what_fails_and_offers_every_way_in(reader: FlaskClient) -> None:
    answer = reader.get("/wizard")
    assert heading(answer) == "What fails?"
    assert "I don't know go on without it" in choices(answer)
    assert 'href="/wizard?from=cross-account-s3"' in answer.text
    assert 'href="/wizard/map"' in answer.text
    assert 'name="text"' in answer.text


def test_an_answer_is_a_link_to_the_next_question(reader: FlaskClient) -> None:
    first = reader.get("/wizard")
    address = choices(first)["Reading from or writing to an S3 bucket"]
    assert address == "/wizard?failing=s3"
    second = reader.get(address)
    assert heading(second) == "Which kind of policy does the end of the message name?"
    assert "it separates" in second.text
    assert "Reading from or writing to an S3 bucket" in second.text, "the answers so far are shown"
    assert 'href="/wizard?failing=s3&amp;ask=failing"' in second.text, "and can be changed"


def test_an_answer_can_be_changed_and_the_others_stay(reader: FlaskClient) -> None:
    page = reader.get("/wizard?failing=s3&scope=object&ask=failing")
    assert heading(page) == "What fails?"
    assert choices(page)["Assuming a role (sts:AssumeRole)"] == "/wizard?failing=assume-role&scope=object"
    assert "Your answer: Reading from or writing to an S3 bucket your answer" in choices(page)


def test_the_question_page_says_why_how_and_whom_to_ask(reader: FlaskClient) -> None:
    page = reader.get("/wizard?failing=s3&ask=boundary.attached").text
    for words in ("Rules the permissions boundary in or out", "aws iam get-role", "In the console", "Whom to ask"):
        assert words in page


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("boundary.attached=no&failing=s3&message.kind=denial", "message.kind=denial&boundary.attached=no&failing=s3"),
        ("failing=s3&gone.question=yes", "failing=s3"),
        ("failing=s3&failing.old=arn:aws:iam::1:role/x", "failing=s3"),
    ],
)
def test_old_and_untidy_addresses_still_answer(reader: FlaskClient, query: str, canonical: str) -> None:
    answer = reader.get(f"/wizard?{query}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/wizard?{canonical}"
    assert reader.get(answer.headers["Location"]).status_code == 200


def test_every_state_opens_cold_and_weighs_little(reader: FlaskClient, guide: Wizard) -> None:
    """Each question's page, on its own, has a heading and choices, within 15 KB gzipped, and needs no script."""
    for question in guide.catalogue.of("question"):
        answer = reader.get(f"/wizard?failing=s3&ask={question.id}")
        assert answer.status_code == 200, question.id
        beside = 2 if question.meta["needs"] == "iam" or question.meta["in_place_of"] else 0
        assert len(choices(answer)) == len(question.meta["values"]) + beside + 1
        assert len(gzip.compress(answer.data, 6)) <= 15_000
        assert re.search(r"<script(?![^>]*src=)", answer.text) is None


@pytest.mark.slow
def test_every_cause_has_an_outcome_page(reader: FlaskClient, guide: Wizard) -> None:
    """Reached by the answers that are commonest for it; below likely it asks to look, and to change nothing."""
    model = guide.inquiry.model
    for cause in guide.catalogue.of("cause"):
        answers: dict[str, str] = {}
        place = model.causes.index(cause.id)
        while (asked := guide.step(guide.vocabulary.read(answers.items())).ask) is not None:
            table = model.likelihoods[asked.question]
            answers[asked.question] = max(table, key=lambda value: table[value][place])
        page = reader.get(guide.vocabulary.read(answers.items()).address())
        assert page.status_code == 200
        sure = ("What to do</h3>", "<dt>Verify</dt>", 'id="traps"', "A note to send on", "Markdown</summary>")
        unsure = ("Look first, and change nothing yet", "A note that asks somebody to look", "Markdown</summary>")
        is_sure = "A note to send on" in page.text
        for part in sure if is_sure else unsure:
            assert part in page.text, (cause.id, part)
        assert is_sure or "What to do</h3>" not in page.text, cause.id


def test_not_knowing_anything_ends_in_ranked_causes_with_how_to_find_out(reader: FlaskClient) -> None:
    page = reader.get("/wizard")
    for _ in range(9):
        if 'class="unsure"' not in page.text:
            break
        page = reader.get(choices(page)["I don't know go on without it"])
    assert heading(page) == "Nothing is certain yet, and this is where to look"
    assert page.text.count("To find out:") >= 5
    assert page.text.count("Ask:") >= 5
    assert "A note that asks somebody to look" in page.text
    assert "Please look whether this is so, before anything is changed" in page.text


def test_answers_are_listed_in_the_order_given(reader: FlaskClient) -> None:
    page = reader.get("/wizard?failing=s3&reader.sees=both&bucket.policy-says=none&ask=object.state").text
    so_far = page[page.index('id="answers"') :]
    titles = ["What fails?", "What can you look at?", "What does the bucket policy say"]
    assert sorted(titles, key=so_far.index) == titles
    changed = reader.get("/wizard?failing=s3&reader.sees=both&ask=failing")
    assert choices(changed)["Assuming a role (sts:AssumeRole)"] == "/wizard?failing=assume-role&reader.sees=both"


def test_answers_that_contradict_each_other_are_shown_with_a_way_to_change_each(reader: FlaskClient) -> None:
    page = reader.get("/wizard?failing=call&simulation.result=allowed&identity.allows=no").text
    assert "These cannot both be true." in page
    torn = page[page.index("These cannot both be true") :][:2_000]
    for name in ("simulation.result", "identity.allows"):
        assert f"ask={name}" in torn
    assert (
        "Look first, and change nothing yet"
        in reader.get("/wizard/result?failing=call&simulation.result=allowed&identity.allows=no").text
    )


def test_an_end_that_one_slip_would_change_says_so_and_asks_for_no_change(reader: FlaskClient) -> None:
    """Few run as another identity than they meant, so that of those who say so many are mistaken."""
    page = reader.get(
        "/wizard?message.kind=denial&failing=s3&reader.sees=nothing&principal.is-expected=no&who-else=only-me"
    ).text
    assert "The call ran as another identity than you meant" in page
    assert "a slip in one of them would change that" in page
    assert "What is known points to one cause" not in page
    assert "Look first, and change nothing yet" in page


def test_a_clear_end_with_a_message_shows_the_change(reader: FlaskClient) -> None:
    """As a diagnosis does: the statement, its forms, who makes it; the note has it, and the message."""
    address = reader.post("/wizard", data={"text": S3_NAMED}).headers["Location"]
    answers = "&reader.sees=both&principal.is-expected=yes&simulation.result=no-allow&allow.misses=none"
    page = html.unescape(reader.post(f"{address}{answers}", data={"text": S3_NAMED}).text)
    assert heading_text(page) == "Why it was denied"
    assert '"Effect": "Allow"' in page
    assert "Terraform" in page
    assert "What is asked:" in page
    assert "before anything is changed" not in page


ASSUME = (
    "An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/ana "
    "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Deploy"
)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("&trust.names-caller=account&trust.condition=external-id", "Send the external id that the role's owner gave"),
        ("&trust.names-caller=account&trust.condition=mfa", "Start the session with MFA"),
        ("&trust.names-caller=no&trust.condition=none", "Ask the role's owner to name exactly the caller's role"),
        ("&trust.names-caller=account&trust.condition=none", "Allow the caller sts:AssumeRole on exactly this role's"),
    ],
)
def test_assume_role_ends_in_one_of_its_four_remedies(reader: FlaskClient, answers: str, says: str) -> None:
    address = reader.post("/wizard", data={"text": ASSUME}).headers["Location"]
    page = html.unescape(reader.post(f"{address}&principal.is-expected=yes{answers}", data={"text": ASSUME}).text)
    assert heading_text(page) == "Why it was denied"
    assert says in page.replace("<code>", "").replace("</code>", "")


def heading_text(page: str) -> str:
    """The page's heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return found[1].strip()


def test_one_may_stop_at_any_time(reader: FlaskClient) -> None:
    page = reader.get("/wizard?failing=s3&scope=object")
    assert 'href="/wizard/result?failing=s3&amp;scope=object"' in page.text
    assert "A note that asks somebody to look" in reader.get("/wizard/result?failing=s3&scope=object").text


def test_a_message_fills_the_commands_and_leaves_no_name_in_any_address(reader: FlaskClient) -> None:
    """What the message told of its kind goes into the address; its names travel in the body."""
    redirect = reader.post("/wizard", data={"text": S3_NAMED})
    assert redirect.status_code == 307
    page = reader.post(redirect.headers["Location"], data={"text": S3_NAMED})
    assert page.status_code == 200
    asked = reader.post(f"{redirect.headers['Location']}&ask=boundary.attached", data={"text": S3_NAMED})
    assert "aws iam get-role --role-name <b>Reader</b>" in asked.text
    addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', page.text + asked.text)
    assert [one for one in [*addresses, redirect.headers["Location"]] for name in NAMES if name in one] == []


def test_with_a_message_every_step_sends_it_along(reader: FlaskClient) -> None:
    address = reader.post("/wizard", data={"text": S3_BARE}).headers["Location"]
    page = reader.post(address, data={"text": S3_BARE})
    label, following = next(iter(choices(page).items()))
    assert f'formaction="{html.escape(following)}"' in page.text
    assert f'name="text" value="{html.escape(S3_BARE)}"' in page.text
    text = reader.post(following, data={"text": S3_BARE}).text
    assert label in re.sub(r"</?code>", "", html.unescape(text))


def test_a_message_that_states_its_layer_has_no_questions(reader: FlaskClient) -> None:
    address = reader.post("/wizard", data={"text": SCP_DENIAL}).headers["Location"]
    page = reader.post(address, data={"text": SCP_DENIAL})
    assert "The message itself says which kind of policy refused" in page.text
    assert "arn:aws:sts::111122223333:assumed-role/deploy/ci" in page.text, "the note carries the names"


def test_a_text_that_is_no_denial_keeps_the_answers(reader: FlaskClient) -> None:
    page = reader.post("/wizard?failing=s3", data={"text": "hello"})
    assert "No denial was found in the message" in page.text
    assert "Reading from or writing to an S3 bucket" in page.text


def test_the_output_of_a_command_is_an_answer(reader: FlaskClient) -> None:
    output = '{"Role": {"RoleName": "Reader", "Arn": "arn:aws:iam::111122223333:role/Reader"}}'
    answer = reader.post(
        "/wizard?failing=s3&ask=boundary.attached", data={"pasted": output, "for": "boundary.attached"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/wizard?failing=s3&boundary.attached=no&seen=boundary.attached"


def test_output_that_cannot_be_read_says_why_and_keeps_answers_and_paste(reader: FlaskClient) -> None:
    pasted = "Role: &a\n  Arn: *a\n  Path: /\n"
    answer = reader.post(
        "/wizard?failing=s3&ask=boundary.attached", data={"pasted": pasted, "for": "boundary.attached"}
    )
    assert answer.status_code == 422
    assert "this is YAML: run the command again with <code>--output json</code>" in answer.text
    assert heading(answer) == "Does the user or role have a permissions boundary?"
    assert "Reading from or writing to an S3 bucket" in answer.text
    assert "Path: /" in answer.text


def test_a_refused_diagnostic_call_is_said_and_leaves_it_unknown(reader: FlaskClient) -> None:
    pasted = "An error occurred (AccessDenied) when calling the GetBucketPolicy operation: Access Denied"
    answer = reader.post("/wizard?failing=s3", data={"pasted": pasted, "for": "bucket.policy-says"})
    assert answer.status_code == 200
    assert "You may not call GetBucketPolicy either" in answer.text


def test_policies_that_were_pasted_prove_the_fix(reader: FlaskClient) -> None:
    """The bucket policy denies; the outcome shows the narrowed Deny, and the note asks for exactly that."""
    address = reader.post("/wizard", data={"text": S3_NAMED}).headers["Location"]
    body = {"text": S3_NAMED, "pasted": DENYING, "for": "bucket.policy-says", "output": []}
    page = reader.post(f"{address}&ask=bucket.policy-says", data=body)
    carried = re.search(r'name="output" value="([^"]*)"', page.text)
    assert carried
    assert json.loads(html.unescape(carried[1])) == json.loads(DENYING)
    told = dict(parse_qsl(address.partition("?")[2]))
    result = {**told, "bucket.policy-says": "denies", "deny.tests": "other", "scope": "nobody"}
    query = "&".join(f"{name}={value}" for name, value in sorted(result.items()))
    outcome = reader.post(f"/wizard?{query}", data={"text": S3_NAMED, "output": DENYING})
    assert "Proved on the policies that you pasted" in outcome.text
    assert "With the change: Allowed" in outcome.text
    assert "Taken for open, because nobody showed them" in outcome.text
    assert "+++ " in outcome.text


def test_the_note_comes_in_five_forms_with_all_that_is_needed(reader: FlaskClient) -> None:
    address = reader.post("/wizard", data={"text": SCP_DENIAL}).headers["Location"]
    text = html.unescape(reader.post(address, data={"text": SCP_DENIAL}).text)
    notes = re.findall(r'<pre class="note"[^>]*>(.*?)</pre>', text, re.DOTALL)
    assert len(notes) == 5
    for note in notes:
        for part in (
            "assumed-role/deploy/ci",
            "ec2:RunInstances",
            "instance/*",
            "Service control policy",
            "organization",
        ):
            assert part in note, note


def test_a_diagnosis_that_leaves_it_open_asks_the_first_question(reader: FlaskClient) -> None:
    """With its answers, each of which leads to the step after it with the message in the body."""
    text = reader.post("/diagnose", data={"text": S3_BARE, "as": "error"}).text
    assert "the message does not say why" in text
    found = re.findall(r'<button class="go" type="submit" formaction="(/wizard[^"]+)"', text)
    assert len(found) > 2
    answer = reader.post(html.unescape(found[0]), data={"text": S3_BARE})
    assert answer.status_code == 200
    assert "your answer" in answer.text.lower()
    assert "formaction" not in reader.post("/diagnose", data={"text": SCP_DENIAL}).text


@pytest.mark.parametrize("article", ["cross-account-s3", "boundary-no-allow", "boundary.attached"])
def test_articles_lead_into_the_wizard(reader: FlaskClient, article: str) -> None:
    text = reader.get(f"/articles/{article}").text
    found = re.search(r'href="(/wizard\?[^"]+)"', text)
    assert found
    answer = reader.get(html.unescape(found[1]), follow_redirects=True)
    assert answer.status_code == 200
    assert choices(answer)


@pytest.mark.slow
@pytest.mark.parametrize("entry", [*(entry.id for entry in ENTRIES), "cross-account-s3"])
def test_a_map_shows_the_tree_as_picture_and_as_text(reader: FlaskClient, entry: str) -> None:
    """Every question and every end of the picture stands in the text as well."""
    text = reader.get(f"/wizard/map/{entry}").text
    picture, _, twin = text.partition('class="tree"')[2].partition("</svg>")
    drawn = set(re.findall(r"<title>(.*?)</title>", picture))
    assert drawn
    plain = html.unescape(re.sub(r"<[^>]+>", "", twin))
    assert [title for title in drawn if html.unescape(title).replace("`", "") not in plain] == []


def test_a_map_that_is_not_there_says_so(reader: FlaskClient) -> None:
    assert reader.get("/wizard/map/nowhere").status_code == 404
