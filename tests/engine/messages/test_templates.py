"""What an author writes, compiled: what it matches, what it refuses, and that its work cannot grow without bound."""

import re
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

import pytest

from whydenied.engine.errors import ContentError
from whydenied.engine.messages import unwrap, wrappers
from whydenied.engine.messages.templates import PLACEHOLDERS, compile_template
from whydenied.engine.messages.text import flattened
from whydenied.engine.regexes import Regex
from whydenied.engine.secrets import kinds, values
from whydenied.kb.catalogue import default_roots, load_catalogue


def _fields(template: str, text: str) -> dict[str, str | None] | None:
    match = compile_template(template).regex.search(text)
    return match.groupdict() if match else None


def test_literals_match_in_any_case_over_any_white_space() -> None:
    assert _fields("Access Denied for bucket", "ACCESS\ndenied for Bucket") == {}


def test_brackets_are_optional_and_bars_are_choices() -> None:
    template = "cannot[ ever] be (read|written) here"
    assert _fields(template, "cannot be written here") == {}
    assert _fields(template, "cannot ever be read here") == {}
    assert _fields(template, "cannot be shown here") is None


def test_a_backslash_makes_the_next_character_plain() -> None:
    assert _fields(r"calling \(403\) now", "calling (403) now") == {}


def test_placeholders_are_read_by_name() -> None:
    read = _fields(
        "User: {principal} is not authorized to perform: {action} on resource: {resource}",
        'User: arn:aws:iam::1:user/a is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/a key"',
    )
    assert read == {
        "principal": "arn:aws:iam::1:user/a",
        "action": "s3:GetObject",
        "resource": '"arn:aws:s3:::b/a key"',
    }


@pytest.mark.parametrize(
    "masked", ["***", "<redacted>", "[redacted]", "{account}", "arn:aws:iam::XXXX:user/x", "$USER_ARN"]
)
def test_masked_callers_are_callers(masked: str) -> None:
    read = _fields("User: {principal} is not authorized", f"User: {masked} is not authorized")
    assert read == {"principal": masked}


def test_a_service_is_a_caller_by_its_name_and_letters_that_stand_for_a_name_are_none() -> None:
    template = "{words} is not authorized to perform"
    assert _fields(template, "CloudWatch Alarms is not authorized to perform") == {"words": "CloudWatch Alarms"}
    assert _fields(template, "User: XXXX is not authorized to perform") is None


def test_any_ends_with_its_sentence() -> None:
    template = "key {any}is disabled today"
    assert _fields(template, "key that you\nnamed is disabled today") == {}
    assert _fields(template, "key was found. The door is disabled today") is None


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a [b", "a bracket is not closed"),
        ("a ) b c d e f g", "has no opening bracket"),
        ("a {nobody} is here", "is not a placeholder"),
        ("{principal} is", "six literal characters"),
        ("(one|two)", "six literal characters"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_a_reason(template: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        compile_template(template)


def _unbounded(items: Any) -> list[str]:
    """Return the repeats that may run on and be tried again and again: no upper bound, and not possessive."""
    found: list[str] = []
    for kind, value in items:
        if str(kind) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, inner = value
            if most is constants.MAXREPEAT and str(kind) != "POSSESSIVE_REPEAT":
                found.append(str(inner))
            found += _unbounded(inner)
        elif str(kind) == "SUBPATTERN":
            found += _unbounded(value[-1])
        elif str(kind) == "ATOMIC_GROUP":
            found += _unbounded(value)
        elif str(kind) == "BRANCH":
            found += [one for branch in value[1] for one in _unbounded(branch)]
        elif str(kind) in ("ASSERT", "ASSERT_NOT"):
            found += _unbounded(value[1])
    return found


def _expressions() -> list[re.Pattern[str]]:
    patterns = load_catalogue(default_roots()).plain("pattern")
    return [
        *(compile_template(text, pattern["part"]).regex for pattern in patterns for text in pattern["templates"]),
        *(wrapper.regex.compiled for wrapper in wrappers.WRAPPERS),
        *(kind.pattern.compiled for kind in kinds.KINDS),
        *(value.compiled for value in vars(kinds).values() if isinstance(value, Regex)),
        *(value for value in vars(values).values() if isinstance(value, re.Pattern)),
        *(value for value in vars(unwrap).values() if isinstance(value, re.Pattern)),
    ]


@pytest.mark.slow
def test_no_match_is_missed_by_the_words_that_are_looked_for_first() -> None:
    """Whatever a template matches holds its words: seen on the examples of every pattern."""
    for pattern in load_catalogue(default_roots()).plain("pattern"):
        templates = [compile_template(text, pattern["part"]) for text in pattern["templates"]]
        for example in pattern["examples"]:
            text = unwrap.unwrap(example["text"]).value
            flat = flattened(text)
            missed = [one.text for one in templates if one.regex.search(text) and not one.may_match(flat)]
            assert missed == []


@pytest.mark.slow
def test_looking_for_the_first_word_finds_what_trying_at_every_letter_does() -> None:
    patterns = list(load_catalogue(default_roots()).plain("pattern"))
    examples = [unwrap.unwrap(example["text"]).value for pattern in patterns for example in pattern["examples"]]
    # Twice and after a letter, so that a match begins where another ends and where none may.
    texts = [f"{text}\n{text} x{text}" for text in examples[::4]] + ["İ " + examples[0]]
    for template in (compile_template(text, one["part"]) for one in patterns for text in one["templates"]):
        for text in texts:
            flat = flattened(text)
            if template.may_match(flat):
                found = [match.span() for match in template.matches(text, flat)]
                assert found == [match.span() for match in template.regex.finditer(text)], template.text


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("user ana cannot open the door", True),
        ("cannot open the user's door", False),
        ("user ana cannot open", False),
        ("userdoor ana cannot open the", False),
        ("user, door: cannot open the door", True),
    ],
)
def test_all_words_of_a_template_are_looked_for_in_their_order(text: str, may: bool) -> None:
    template = compile_template("User {principal} cannot open the [big ]door")
    assert template.anchor == "cannot open the"
    assert template.may_match(text) is may


def test_a_word_that_stands_twice_in_a_template_must_stand_twice_in_a_text() -> None:
    template = compile_template("this key {word} key")
    assert not template.may_match("this key is")
    assert template.may_match("this key is a key")


@pytest.mark.parametrize(
    ("template", "text", "may"),
    [
        ("cannot be (read|written) by this user", "cannot be shown by this user", False),
        ("cannot be (read|written) by this user", "written, it cannot be by this user", False),
        ("cannot be (read|written) by this user", "cannot be written by this user", True),
        ("cannot be (read|re[ad]ad) by this user", "cannot be reread by this user", True),
        ("cannot be seen[ by (me|you)]", "cannot be seen", True),
    ],
)
def test_a_template_is_tried_only_where_one_of_its_choices_stands(template: str, text: str, may: bool) -> None:
    assert compile_template(template).may_match(text) is may


def test_no_expression_may_be_tried_without_bound() -> None:
    running = {regex.pattern: _unbounded(sre.parse(regex.pattern, regex.flags)) for regex in _expressions()}
    assert {pattern: found for pattern, found in running.items() if found} == {}


def test_every_placeholder_stands_for_something() -> None:
    assert all(re.compile(body) for body in PLACEHOLDERS.values())
