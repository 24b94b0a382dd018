"""What may stand in the wizard's addresses: facts from closed lists, sorted, and never a name."""

from urllib.parse import parse_qsl

import pytest

from tests.server.conftest import NAMES, S3_NAMED, SCP_DENIAL
from whydenied.engine.facts import UNKNOWN
from whydenied.server.wizard.state import MAX_ADDRESS, State
from whydenied.server.wizard.steps import Wizard


def read(guide: Wizard, query: str) -> State:
    return guide.vocabulary.read(parse_qsl(query))


def test_an_address_keeps_the_order_of_the_answers_and_reads_back_as_the_same_state(guide: Wizard) -> None:
    state = read(guide, "scope=object&failing=s3&message.kind=denial&boundary.attached=no")
    assert state.address() == "/wizard?message.kind=denial&scope=object&failing=s3&boundary.attached=no"
    assert read(guide, state.address().partition("?")[2]) == state


@pytest.mark.parametrize(
    "query",
    [
        "principal=arn:aws:iam::111122223333:role/x",
        "boundary.attached=arn:aws:iam::111122223333:role/x",
        "boundary.attached=perhaps",
        "action=reports-prod:secret",
        "error.code=<script>",
        "no.such.question=yes",
        "from=../../etc/passwd",
        "from=no-such-article",
        "utm_source=mail",
    ],
)
def test_what_is_on_no_list_is_left_out(guide: Wizard, query: str) -> None:
    assert read(guide, query) == State()
    assert read(guide, f"{query}&failing=s3") == read(guide, "failing=s3")


def test_a_changed_answer_replaces_the_old_one_and_keeps_the_rest(guide: Wizard) -> None:
    state = read(guide, "failing=s3&scope=object").answered({"scope": "caller"})
    assert state.address() == "/wizard?failing=s3&scope=caller"


@pytest.mark.parametrize("text", [S3_NAMED, SCP_DENIAL])
def test_a_message_leaves_no_name_in_the_address(guide: Wizard, text: str) -> None:
    paste = guide.read_message(text)
    assert paste is not None
    address = paste.state.address()
    assert "message.kind=denial" in address
    assert [name for name in NAMES if name in address] == []


def test_no_address_is_longer_than_two_thousand_characters(guide: Wizard) -> None:
    """With every question answered, and everything that a message can tell, the answers still are all there."""
    questions = guide.catalogue.of("question")
    longest = {q.id: max((c["value"] for c in q.meta["values"]), key=len) for q in questions}
    paste = guide.read_message(S3_NAMED)
    assert paste is not None
    everything = paste.state.answered(longest)
    assert len(everything.address(ask="kms.key-policy-names-caller")) <= MAX_ADDRESS
    few = paste.state.answered(dict.fromkeys(list(longest)[:30], UNKNOWN))
    assert dict(read(guide, few.address().partition("?")[2]).answers) == dict(few.answers)


@pytest.mark.parametrize(
    "state",
    [
        State(),
        State(told=(("message.kind", "denial"),), answers=(("failing", "s3"),), origin="kms-key"),
        State(answers=(("failing", "s3"), ("mfa.present", "no")), seen=("failing", "mfa.present")),
        State(told=tuple((f"message.kind-{number}", "denial") for number in range(90))),
    ],
    ids=["empty", "from a message", "from an output", "too long"],
)
def test_the_address_of_a_choice_is_that_of_the_state_with_it(state: State) -> None:
    for question, value in (("scope", "object"), ("failing", "kms"), ("failing", "s3")):
        for path in ("/wizard", "/embed/wizard"):
            assert state.chosen(question, value, path) == state.answered({question: value}).address(path)


def test_what_an_output_told_is_still_not_doubted_on_the_next_page(guide: Wizard) -> None:
    """A missing object that somebody says may be a slip; one that a command showed is likely the cause."""
    said = read(guide, "failing=s3").answered({"object.state": "missing"})
    seen = read(guide, "failing=s3").answered({"object.state": "missing"}, is_seen=True)
    assert seen.address() == "/wizard?failing=s3&object.state=missing&seen=object.state"
    assert read(guide, seen.address().partition("?")[2]) == seen
    assert [guide.step(state).findings[0].certainty for state in (said, seen)] == ["possible", "likely"]


def test_an_answer_that_is_changed_by_hand_is_no_longer_one_of_an_output(guide: Wizard) -> None:
    seen = read(guide, "failing=s3&object.state=missing&seen=object.state&seen=bucket.policy&seen=arn:aws:s3:::x")
    assert seen.seen == ("object.state",)
    assert seen.answered({"object.state": "plain"}).seen == ()
    assert seen.without("object.state") == read(guide, "failing=s3")
