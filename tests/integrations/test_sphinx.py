"""Sphinx builds articles into a host's pages: offline, searched, linked, coloured; what is not there fails."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils import nodes

from sphinx_whydenied.nodes import blocks
from tests.integrations.samples import every_part, squeezed, words_of_markdown
from whydenied.kb.highlighting import LANGUAGES

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take

EXAMPLE = Path(__file__).parents[2] / "integrations" / "sphinx-whydenied" / "example"


def build(source: Path, site: Path, builder: str = "html") -> subprocess.CompletedProcess[str]:
    """Build, with every warning an error."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", builder, str(source), str(site)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built."""
    folder = tmp_path_factory.mktemp("sphinx")
    run = build(EXAMPLE, folder)
    assert run.returncode == 0, run.stderr
    return folder


def test_the_hosts_search_finds_words_and_titles_of_articles(site: Path) -> None:
    index = json.loads((site / "searchindex.js").read_text().removeprefix("Search.setIndex(").removesuffix(")"))
    page = index["docnames"].index("guardrails")
    found = index["terms"]["terraform"]
    assert page in (found if isinstance(found, list) else [found])
    assert index["alltitles"]["A service control policy denies the action"] == [[page, "scp-explicit-deny"]]


def test_links_lead_to_the_hosts_own_pages_else_to_the_site(site: Path) -> None:
    page = (site / "guardrails.html").read_text()
    assert 'href="#rcp-explicit-deny"' in page
    assert 'href="#scp-explicit-deny-fix"' in page  # the host's own text refers to it by its label
    assert 'href="https://whydenied.example/articles/scp-no-allow"' in page
    assert 'href="guardrails.html#scp-explicit-deny"' in (site / "runbook.html").read_text()


def test_code_is_coloured_by_the_host(site: Path) -> None:
    assert '<div class="highlight-json notranslate">' in (site / "boundaries.html").read_text()


@pytest.mark.parametrize("builder", ["text", "man", "singlehtml", "latex"])
def test_other_builders_write_it_too(tmp_path: Path, builder: str) -> None:
    run = build(EXAMPLE, tmp_path, builder)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("scp-explicit-den", "did you mean `scp-explicit-deny`"),
        ("scp-explicit-deny#fixx", "did you mean `fix`"),
        ("scp-explicit-deny#nothing-like-it", "use one of"),
        ("scp-explicit-deny#fix\n\n.. whydenied:: scp-explicit-deny#fix", "on the page already"),
    ],
)
def test_what_cannot_be_included_fails_the_build_and_says_where(tmp_path: Path, reference: str, said: str) -> None:
    (tmp_path / "conf.py").write_text('extensions = ["sphinx_whydenied"]\n')
    (tmp_path / "index.rst").write_text(f"Page\n====\n\n.. whydenied:: {reference}\n")
    run = build(tmp_path, tmp_path / "site")
    assert run.returncode != 0
    assert "index.rst:" in run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_all_mistakes_are_told_as_the_authors(tmp_path: Path) -> None:
    """With their places, without a traceback, and the build fails even where warnings are none."""
    (tmp_path / "conf.py").write_text('extensions = ["sphinx_whydenied"]\n')
    (tmp_path / "index.rst").write_text(
        "Page\n====\n\n.. whydenied:: no-such\n\n.. whydenied:: scp-explicit-deny\n   :without: fixx\n"
    )
    command = [sys.executable, "-m", "sphinx", "-q", str(tmp_path), str(tmp_path / "site")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode != 0
    assert "index.rst:4: ERROR: there is no article `no-such`" in run.stderr
    assert "index.rst:6: ERROR: there is no section `fixx` to leave out" in run.stderr
    assert "Traceback" not in run.stderr
    assert "report this error" not in run.stderr


def test_sections_are_left_out_on_request(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text('extensions = ["sphinx_whydenied"]\n')
    line = ".. whydenied:: scp-explicit-deny\n   :without: was-this-it, reviewed\n"
    (tmp_path / "index.rst").write_text(f"Page\n====\n\n{line}")
    run = build(tmp_path, tmp_path / "site")
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "site" / "index.html").read_text()
    assert "Was this it?" not in page
    assert 'id="scp-explicit-deny-fix"' in page


def test_every_part_of_every_article_says_the_same_as_nodes() -> None:
    """Nothing is lost or doubled, and every table has as many cells in a row as columns."""
    for path, part in every_part():
        made = blocks(part.markdown, lambda href: nodes.reference(refuri="https://docs.example/"))
        assert squeezed("".join(texts(made))) == words_of_markdown(part.markdown), (path, part.title)
        assert {block["language"] for node in made for block in node.findall(nodes.literal_block)} <= set(LANGUAGES)
        for table in (found for node in made for found in node.findall(nodes.tgroup)):
            assert {len(row.children) for row in table.findall(nodes.row)} == {table["cols"]}


def texts(made: list[nodes.Node]) -> Iterator[str]:
    """Yield the texts of nodes in order."""
    for node in made:
        for text in node.findall(nodes.Text):
            yield text.astext()
