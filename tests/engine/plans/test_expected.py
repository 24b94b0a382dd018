"""Sentences about policies: read, and held or not."""

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.plans.expected import decide, read_expectation
from whydenied.engine.plans.standing import Standing

_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_NONE = ("scp", "rcp", "vpce", "session", "boundary", "resource")


def standing(name: str, *statements: dict[str, object], resources: dict[str, object] | None = None) -> Standing:
    """A role with one policy."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    unknown = ["scp", "rcp", "vpce", "session", "boundary"]
    case = {"identity_policies": [{"name": name, "document": document}] if statements else [], "unknown": unknown}
    return Standing(f"arn:aws:iam::111122223333:role/{name}", case, resources or {})


def allow(action: str, resource: str = "*", effect: str = "Allow") -> dict[str, object]:
    """A statement."""
    return {"Sid": f"{effect}It", "Effect": effect, "Action": action, "Resource": resource}


ROOT = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}
    ],
}
STANDINGS = {
    "reader": standing("reader", allow("sqs:ReceiveMessage")),
    "keeper": standing("keeper", allow("kms:Decrypt"), resources={_KEY: ROOT}),
    "other": standing("other", allow("sqs:*", effect="Deny"), resources={_KEY: ROOT}),
}
_QUEUE = "arn:aws:sqs:eu-west-1:111122223333:mail"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (f"reader may sqs:ReceiveMessage on {_QUEUE}", [True]),
        (f"reader may not sqs:ReceiveMessage on {_QUEUE}", [False]),
        (f"reader may not sqs:SendMessage on {_QUEUE}", [True]),
        (f"other may not sqs:SendMessage on {_QUEUE}", [True]),
        (f"reader and other may sqs:ReceiveMessage on {_QUEUE}", [True, False]),
        (f"nobody but reader may sqs:ReceiveMessage on {_QUEUE}", [True, True, True]),
        (f"nobody but keeper may sqs:ReceiveMessage on {_QUEUE}", [False, False, True]),
    ],
)
def test_a_sentence_holds_or_not(text: str, holds: list[bool]) -> None:
    """For each principal that it is about."""
    outcomes = list(decide(read_expectation(text, [*STANDINGS]), STANDINGS, _NONE))
    assert [one.holds for one in outcomes] == holds


def test_a_key_is_its_keepers() -> None:
    """The policy of the resource counts."""
    standings = {name: STANDINGS[name] for name in ("keeper", "other")}
    expectation = read_expectation(f"nobody but keeper may kms:Decrypt on {_KEY}", [*standings])
    assert all(one.holds for one in decide(expectation, standings, _NONE))


def test_nothing_holds_of_what_is_unknown() -> None:
    """An SCP that nobody gave may refuse it; what no policy allows is refused whatever it says."""
    for text, decision in (("may sqs:ReceiveMessage", "Unknown"), ("may not sqs:ReceiveMessage", "Unknown")):
        (one,) = decide(read_expectation(f"reader {text} on {_QUEUE}", ["reader"]), STANDINGS, ("resource",))
        assert (one.decision, one.holds) == (decision, False)
    (one,) = decide(
        read_expectation(f"reader may not sqs:SendMessage on {_QUEUE}", ["reader"]), STANDINGS, ("resource",)
    )
    assert one.holds


def test_a_turned_decision_names_the_statements_on_both_sides() -> None:
    """Before and now."""
    before = {"reader": standing("reader", allow("sqs:*"))}
    (one,) = decide(
        read_expectation(f"reader may not sqs:SendMessage on {_QUEUE}", ["reader"]), STANDINGS, _NONE, before
    )
    assert one.flipped
    assert one.holds
    assert one.before is not None
    assert one.before.statements == ("Allow `AllowIt` of `reader`",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reader can read",
        "reader may sqs:* on x",
        "reader may sqs:SendMessage",
        f"ghost may sqs:SendMessage on {_QUEUE}",
        f"nobody but reader may not sqs:SendMessage on {_QUEUE}",
    ],
)
def test_what_is_no_sentence_is_told_with_the_form(text: str) -> None:
    """Or with the names that there are."""
    with pytest.raises(InputError, match=r"write `|among `principals`"):
        read_expectation(text, [*STANDINGS])
