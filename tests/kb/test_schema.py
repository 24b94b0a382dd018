"""The schema names every mistake of a file at once: field, line, and what to write instead."""

from pathlib import Path

import pytest

from tests.kb.conftest import CONTENT
from whydenied.kb.frontmatter import read_front_matter, split_front_matter
from whydenied.kb.problems import Problem
from whydenied.kb.schema import KINDS, validate

FILES = {path.parent.name[:-1]: path for path in sorted(CONTENT.glob("*/*.md"))}


def _problems(path: Path, old: str = "", new: str = "") -> list[Problem]:
    text = path.read_text(encoding="utf-8")
    assert old in text
    source, _, _ = split_front_matter(text.replace(old, new, 1) if old else text)
    return validate(path.parent.name[:-1], read_front_matter(source), "x.md")[1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_examples_are_valid(kind: str) -> None:
    """Each kind has a file that passes, against which the mistakes below are made."""
    assert _problems(FILES[kind]) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "says"),
    [
        ("causes/pass-role", "summary:", "sumary:", "sumary", "did you mean `summary`"),
        ("causes/pass-role", "fix: Allow", "fixx: Allow", "fix", "add the field"),
        ("causes/pass-role", "title: The caller", "title:\n# The caller", "title", "is empty"),
        ("causes/pass-role", "title: The", "title: [The]\n#", "title", "is not a text"),
        ("causes/pass-role", "title: The", f"title: {'x' * 161}\n#", "title", "shorten it"),
        ("causes/pass-role", "summary: A", "summary: See [it](x.md), a", "summary", "plain text"),
        ("causes/pass-role", "[iam, lambda]", "[iam, Lambda]", "services[1]", "`Lambda` is not of the right form"),
        ("causes/pass-role", "[iam, lambda]", "iam", "services", "write one `- item` a line"),
        ("causes/pass-role", "2026-01-10", "10.01.2026", "reviewed_on", "is not a date such as"),
        ("causes/pass-role", "2026-01-10", "2026-02-30", "reviewed_on", "is not a date"),
        ("causes/pass-role", "2026-01-10", "20260110", "reviewed_on", "is not a date"),
        ("causes/pass-role", "review_in: 365", "review_in: 1.5", "review_in", "whole number"),
        ("causes/pass-role", "review_in: 365", "review_in: true", "review_in", "not a number"),
        ("causes/pass-role", "gate: identity", "gate: identiy", "gate", "did you mean `identity`"),
        ("causes/pass-role", "prior: 0.3", "prior: 0", "prior", "out of range"),
        ("causes/pass-role", "prior: 0.3", "prior: often", "prior", "is not a number"),
        ("causes/pass-role", "cost: 5", "cost: 61", "cost", "out of range"),
        ("causes/pass-role", 'when: {action: "iam:passrole"}', "when: {}", "rules[0].when", "add at least one"),
        ("causes/pass-role", 'when: {action: "', 'when: {Action: "', "rules[0].when.Action", "not a fact's name"),
        ("causes/pass-role", 'when: {action: "iam:passrole"}', "when: {action: []}", "rules[0].when.action", "a value"),
        ("causes/pass-role", "then: confirmed", "then: certain", "rules[0].then", "confirmed, likely"),
        ("causes/pass-role", "then: confirmed", "then: {a: b, c: d}", "rules[0].then", "one fact"),
        ("causes/pass-role", "{principal.arn}", "{principal.anr}", "commands[0].run", "did you mean `principal.arn`"),
        ("causes/pass-role", "    url: https", "    link: https", "sources[0].link", "the fields are `title`, `url`"),
        ("causes/pass-role", "    url: https", "    url: ftp", "sources[0].url", "https://"),
        ("causes/pass-role", "error_code: null", "error_code: [x]", "example.reads.error_code", "must not be read"),
        ("patterns/bare-denied", "codes: [AccessDenied, 403]", "codes: []", "", "it can never match"),
        ("questions/boundary.attached", "{value: no, label: No}", "{value: yes, label: No}", "", "same value twice"),
        (
            "questions/boundary.attached",
            "{value: no, label: No}",
            "{value: unknown, label: No}",
            "",
            "added everywhere",
        ),
        ("questions/boundary.attached", "Boundary, value: yes", "Boundary, value: so", "", "not one of its `values`"),
        ("questions/boundary.attached", "call: {service", "# call: {service", "", "no `call`"),
        (
            "questions/boundary.attached",
            "operation: GetRole",
            "operation: get-role",
            "call.operation",
            "GetBucketPolicy",
        ),
        ("scenarios/lambda-role", "causes: [pass-role]", "causes: [pass.role]", "causes[0]", "hyphens"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(file: str, old: str, new: str, field: str, says: str) -> None:
    """One mistake gives a problem at its field that says what is expected."""
    problems = _problems(CONTENT / f"{file}.md", old, new)
    found = [p for p in problems if p.field == field and says in f"{p.message}; {p.instead}"]
    assert found, problems
    assert found[0].line


def test_all_mistakes_are_reported() -> None:
    """An author sees every problem of a file at once, each with its line."""
    front = read_front_matter("title: T\nservice: s3\nreview_in: soon\nsources:\n  - titel: x")
    found = {problem.field: problem.line for problem in validate("guide", front, "x.md")[1]}
    expected = {
        "service": 3,
        "review_in": 4,
        "sources[0].titel": 6,
        "sources[0].title": 6,
        "summary": 2,
        "reviewed_on": 2,
    }
    assert found == expected


def test_numbers_stay_what_the_field_wants() -> None:
    """Text fields take `403` as text; the parameters of a call keep numbers and booleans."""
    source, _, _ = split_front_matter(FILES["pattern"].read_text(encoding="utf-8"))
    model, _ = validate("pattern", read_front_matter(source), "x.md")
    assert model is not None
    assert model.model_dump()["codes"] == ["AccessDenied", "403"]
    source, _, _ = split_front_matter(FILES["question"].read_text(encoding="utf-8"))
    model, _ = validate("question", read_front_matter(source), "x.md")
    assert model is not None
    assert model.model_dump()["call"]["parameters"] == {"RoleName": "{role.name}", "MaxItems": 5, "Strict": True}
    assert [choice["value"] for choice in model.model_dump()["values"]] == ["yes", "no"]
