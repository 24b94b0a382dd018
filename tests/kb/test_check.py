"""The check finds what one file cannot know of another."""

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kb.conftest import CONTENT, OVERLAY
from whydenied.kb.check import check
from whydenied.kb.problems import Problem

TODAY = datetime.date(2026, 6, 1)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the fixture content, to break."""
    return Path(shutil.copytree(CONTENT, tmp_path / "copy"))


def _change(root: Path, file: str, old: str, new: str) -> list[Problem]:
    path = root / f"{file}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return check([root], TODAY)


def test_good_content_has_no_problems() -> None:
    """The fixture content passes, alone and overlaid."""
    assert check([CONTENT], TODAY) == []
    assert check([CONTENT, OVERLAY], TODAY) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("causes/pass-role", "related: [lambda-role]", "related: [lamda-role]", "did you mean `lambda-role`"),
        ("causes/pass-role", "related: [lambda-role]", "related: [passrole]", "it is called `pass-role` now"),
        ("causes/pass-role", "related: [lambda-role]", "related: [pass-role]", "is the article itself"),
        ("patterns/bare-denied", "causes: [key-policy]", "causes: [simulator]", "is a guide, not a cause"),
        (
            "causes/key-policy",
            'boundary.attached: "no"}\n',
            'boundary.atached: "no"}\n',
            "did you mean `boundary.attached`",
        ),
        ("causes/key-policy", 'boundary.attached: "no"}\n', 'boundary.attached: "none"}\n', "did you mean `no`"),
        ("causes/key-policy", 'signs: {boundary.attached: {"yes"', 'signs: {boundary.attached: {"maybe"', "`maybe`"),
        ("patterns/bare-denied", "message.kind: denial", "message.kind: denail", "did you mean `denial`"),
        ("causes/pass-role", 'action: "iam:passrole"', "message.pattern: bare-denid", "did you mean `bare-denied`"),
        ("causes/pass-role", "aliases: [passrole]", "aliases: [simulator]", "belongs to `guides/simulator.md`"),
        ("causes/pass-role", "## Verify", "## Check", "add `## Verify`; make `## Check` a `###`"),
        ("causes/pass-role", "## Fix", "## Verify", "has not the headings of its kind"),
        ("scenarios/lambda-role", "## Steps", "## How", "add `## Steps`"),
        ("guides/simulator", "## Run it", "# Run it", "start at `##`"),
        ("causes/pass-role", "simulator.md#run-it", "simulator.md#runit", "did you mean `run-it`"),
        ("causes/pass-role", "../guides/simulator.md", "../guides/simulatr.md", "did you mean `simulator`"),
        ("causes/pass-role", "../guides/simulator.md", "simulator.md", "there is no"),
        ("causes/pass-role", "../guides/simulator.md", "/articles/simulator", "write `../guides/simulator.md`"),
        ("causes/pass-role", "(#fix)", "(#fixes)", "which is no heading of this article"),
        ("causes/pass-role", "Nothing in", "[x](ftp://x.y) Nothing in", "use an https address"),
        ("causes/pass-role", "Nothing in", "![x](x.png) Nothing in", "articles hold no images"),
        ("causes/pass-role", "[!WARNING]", "[!WARNUNG]", "did you mean `warning`"),
        ("causes/pass-role", "```json", "```jsn", "did you mean `json`"),
        ("causes/pass-role", "```json", "```", "holds code without a language"),
        ("causes/pass-role", "Repeat the call.", "Write me!", "still says `write me`"),
        ("causes/pass-role", "2026-01-10", "2026-06-02", "is in the future"),
    ],
)
def test_a_mistake_between_files_is_named(content: Path, file: str, old: str, new: str, says: str) -> None:
    """References, facts, headings, links and reviews are checked with what to write instead."""
    problems = _change(content, file, old, new)
    found = [p for p in problems if says in f"{p.message}; {p.instead}".replace("which is not there", "there is no")]
    assert found, problems
    assert found[0].file == str(content / f"{file}.md")
    assert new.split("\n")[0] in (content / f"{file}.md").read_text(encoding="utf-8")


def test_a_problem_in_the_body_has_its_line(content: Path) -> None:
    """Lines are those of the file, not of the body."""
    problems = _change(content, "causes/pass-role", "[fix](#fix)", "[fix](#fixes)")
    lines = (content / "causes" / "pass-role.md").read_text(encoding="utf-8").split("\n")
    assert "#fixes" in lines[(problems[0].line or 0) - 1]


def test_a_reference_to_a_broken_file_is_no_second_problem(content: Path) -> None:
    """A file with its own problems is reported once, not by all that refer to it."""
    for file in ("guides/simulator", "questions/boundary.attached", "causes/key-policy"):
        problems = _change(content, file, "summary:", "sumary:")
    assert {problem.field for problem in problems} == {"sumary", "summary"}


def test_ids_are_unique_across_kinds(content: Path) -> None:
    """Two kinds with one id would share an address."""
    shutil.copy(content / "guides" / "simulator.md", content / "guides" / "pass-role.md")
    (problem,) = check([content], TODAY)
    assert problem.message.startswith("the id `pass-role` is also that of a cause")


def test_an_overdue_review_is_a_warning(content: Path) -> None:
    """Time passing must not break a build."""
    problems = check([content], datetime.date(2028, 1, 1))
    assert len(problems) == 7
    assert {problem.severity for problem in problems} == {"warning"}


def test_what_is_never_read_is_named(content: Path) -> None:
    """A misspelt folder or another file type would silently be missing."""
    (content / "cuases").mkdir()
    (content / "causes" / "new.markdown").write_text("x", encoding="utf-8")
    problems = check([content], TODAY)
    assert [(p.severity, p.instead) for p in problems] == [
        ("warning", "an article is a file `<id>.md`"),
        ("warning", "did you mean `causes`?"),
    ]


def test_what_is_said_of_a_month_is_a_claim_with_its_day(guide: Callable[..., Path]) -> None:
    """History stays true; how things stood does not."""
    body = "## A\n\nSince April 2023 it is off.\n\nThere were 62 prefixes in May 2026.\n"
    [problem] = check([guide(body)], TODAY)
    assert problem.line == 12
    assert "says `in May 2026`" in problem.message
    assert check([guide(body, 'as_of: [{claim: "62 prefixes in May 2026", on: 2026-05-20}]\n')], TODAY) == []


@pytest.mark.parametrize(
    ("claim", "on", "says", "severity"),
    [
        ("63 prefixes", "2026-05-20", "stands nowhere in the article", "error"),
        ("62 prefixes", "2026-06-02", "is in the future", "error"),
        ("62 prefixes", "2025-05-20", "last looked at on 2025-05-20", "warning"),
    ],
)
def test_a_claim_stands_in_the_article_and_is_looked_at_again(
    guide: Callable[..., Path], claim: str, on: str, says: str, severity: str
) -> None:
    [problem] = check([guide("## A\n\nThere are 62 prefixes.\n", f'as_of: [{{claim: "{claim}", on: {on}}}]\n')], TODAY)
    assert says in problem.message
    assert problem.severity == severity


def test_only_the_articles_that_are_asked_for_are_checked(content: Path) -> None:
    path = content / "guides" / "simulator.md"
    path.write_text(path.read_text("utf-8").replace("## Run it", "# Run it"), "utf-8")
    assert [problem.file for problem in check([content], TODAY, only=["simulator"])] == [str(path)]
    assert check([content], TODAY, only=["lambda-role"]) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("prior: 0.3", "prior: 0.9", "nearly as common as the commonest"),
        ("owner: whoever manages the caller's policies", "owner: Nobody", "nobody that a reader can turn to"),
    ],
)
def test_a_cause_is_as_common_as_others_and_has_an_owner(content: Path, old: str, new: str, says: str) -> None:
    [problem] = _change(content, "causes/pass-role", old, new)
    assert says in problem.message


def test_one_cause_alone_is_the_commonest(content: Path) -> None:
    _change(content, "causes/key-policy", "prior: 0.2", "prior: 1")
    [problem] = _change(content, "causes/pass-role", "prior: 0.3", "prior: 1.0")
    assert problem.message.startswith("is 1, and so is that of")
