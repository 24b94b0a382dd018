"""A mistake in what is laid over our content costs the article it is in, is said, and stops nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.conftest import CONTENT
from tests.server.test_overlay import OVERLAY, REFUSED
from whydenied.server.app import create_app
from whydenied.server.articles.content import load_content
from whydenied.server.service import load_service

TEMPLATE = '  - "acme-gate: deployment of {word} to {word} is not approved"\n'
BOUNDARY = CONTENT / "questions" / "boundary.attached.md"
READS = 'call:\n  service: iam\n  operation: GetRole\nreads:\n  - jmespath: {}\n    value: "yes"'


def template(written: str) -> Callable[[Path], Path]:
    """Lay a pattern with this template over ours."""

    def lay(folder: Path) -> Path:
        text = (OVERLAY / "patterns" / "acme-gate.md").read_text(encoding="utf-8")
        assert TEMPLATE in text
        return _write(folder / "patterns" / "acme-gate.md", text.replace(TEMPLATE, f"  - '{written}'\n"))

    return lay


def question(fields: str) -> Callable[[Path], Path]:
    """Lay a question with these fields in place of ours."""

    def lay(folder: Path) -> Path:
        head, _, rest = BOUNDARY.read_text(encoding="utf-8").partition("call:")
        rest = rest.partition("console:")[2]
        return _write(folder / "questions" / BOUNDARY.name, f"{head}{fields}\nconsole:{rest}")

    return lay


def cause(fields: str) -> Callable[[Path], Path]:
    """Lay a cause with these fields over ours."""

    def lay(folder: Path) -> Path:
        text = (OVERLAY / "causes" / "acme-gate-closed.md").read_text(encoding="utf-8")
        return _write(
            folder / "causes" / "acme-gate-closed.md", text.replace("gate: service\n", f"gate: service\n{fields}\n")
        )

    return lay


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


MISTAKES = {
    "a bracket that is not closed": (template("acme-gate: deployment of (a|b {word}"), "templates[0]"),
    "an optional part that is not closed": (template("acme-gate: deployment[ of {word}"), "templates[0]"),
    "a bracket that was never opened": (template("acme-gate: deployment of {word})"), "templates[0]"),
    "a placeholder that there is not": (template("acme-gate: deployment of {wrd}"), "templates[0]"),
    "a placeholder without an end": (template("acme-gate: deployment of {word"), "templates[0]"),
    "nothing to look for": (template("{word} to {word}"), "templates[0]"),
    "brackets without end": (template("acme-gate: " + "[" * 3_000 + "x" + "]" * 3_000), "templates[0]"),
    "a query that is none": (question(READS.format("'Role.['")), "reads[0].jmespath"),
    "a query of a function that there is not": (question(READS.format("'nothing(@'")), "reads[0].jmespath"),
    "a query nested for ever": (
        question(READS.format("'" + "(" * 4_000 + "a" + ")" * 4_000 + "'")),
        "reads[0].jmespath",
    ),
    "a query as deep as Python bears": (question(READS.format("'" + "!" * 90 + "a" + "'")), "reads[0].jmespath"),
    "a sign by which output is known that is none": (
        question("call:\n  service: iam\n  operation: GetRole\n  known_by: 'Role.['"),
        "call.known_by",
    ),
    "signs that add up to more than one": (cause('signs: {boundary.attached: {"yes": 0.9, "no": 0.9}}'), "signs"),
    "a sign of an answer that there is not": (cause("signs: {boundary.attached: {maybe: 0.9}}"), "signs"),
}


# One of each kind of article and field at once, the others with the slow ones.
_AT_ONCE = ("a placeholder that there is not", "a query that is none", "signs that add up to more than one")


@pytest.mark.parametrize(
    "mistake", [one if one in _AT_ONCE else pytest.param(one, marks=pytest.mark.slow) for one in MISTAKES]
)
def test_a_mistake_costs_its_own_article(mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the loader cannot see, the engine says; the site starts without it, and answers everything."""
    monkeypatch.setenv("WHYDENIED_CACHE", str(tmp_path / "cache"))
    lay, field = MISTAKES[mistake]
    file = lay(tmp_path / "overlay")
    service = load_service([CONTENT, tmp_path / "overlay"])
    (problem,) = service.catalogue.problems
    assert (problem.file, problem.field) == (str(file), field)
    assert problem.line
    assert problem.line > 1
    assert len(problem.message) < 400
    # What it was laid over is there as before, also where it comes from the compiled file.
    assert set(service.catalogue.articles) == set(load_content([CONTENT]).articles)
    assert load_content([CONTENT, tmp_path / "overlay"]).problems == [problem]
    client = create_app(service).test_client()
    pages = ["/", "/wizard", "/wizard?ask=boundary.attached", "/wizard/map", "/codes/", "/gates/", "/search?q=boundary"]
    pages += [f"/articles/{article.id}" for article in service.catalogue.articles.values()]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert client.post("/diagnose", data={"text": REFUSED, "as": "error"}).status_code == 200
    assert client.post("/wizard", data={"pasted": REFUSED}).status_code in (200, 422)


def test_of_causes_that_are_too_many_together_the_last_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network holds so many rules on one condition; ours come first, and stay."""
    monkeypatch.setenv("WHYDENIED_CACHE", str(tmp_path / "cache"))
    rule = "\n  - when: {acme.gate: closed, acme.number: '%d'}\n    then: likely\n    because: It is so."
    text = (OVERLAY / "causes" / "acme-gate-closed.md").read_text(encoding="utf-8")
    for name in ("aa-first", "zz-last"):
        many = "".join(rule % number for number in range(130))
        _write_more(tmp_path / "overlay" / "causes" / f"{name}.md", text.replace("rules:\n", f"rules:{many}\n", 1))
    catalogue = load_content([CONTENT, tmp_path / "overlay"])
    (problem,) = catalogue.problems
    assert problem.file.endswith("zz-last.md")
    assert catalogue.get("cause", "aa-first")
    assert load_service([CONTENT, tmp_path / "overlay"]).diagnose(REFUSED) is not None


def _write_more(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
