"""MkDocs builds articles into a host's pages: offline, searched, linked, coloured; what is not there fails."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import markdown
import pytest

from mkdocs_whydenied.dialect import plain, write
from mkdocs_whydenied.extension import WhyDeniedExtension
from mkdocs_whydenied.inclusions import BadLine
from tests.integrations.samples import every_part, squeezed, words_of_html, words_of_markdown

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take

EXAMPLE = Path(__file__).parents[2] / "integrations" / "mkdocs-whydenied" / "example"
EXTENSIONS = ["admonition", "attr_list", "pymdownx.superfences", "tables", "toc"]


def build(config: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build a site, with every warning an error and no network."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(site)]
    dead_end = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **dead_end})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built with Material."""
    folder = tmp_path_factory.mktemp("mkdocs")
    run = build(EXAMPLE / "mkdocs.yml", folder)
    assert run.returncode == 0, run.stderr
    return folder


def test_the_hosts_search_finds_sections_of_articles(site: Path) -> None:
    found = {e["location"]: e for e in json.loads((site / "search" / "search_index.json").read_text())["docs"]}
    fix = found["access/guardrails/#scp-explicit-deny-fix"]
    assert fix["title"] == "Fix"
    assert "exception" in fix["text"]
    assert found["access/guardrails/#scp-explicit-deny"]["title"] == "A service control policy denies the action"


def test_links_lead_to_the_hosts_own_pages_else_to_the_site(site: Path) -> None:
    page = (site / "access" / "guardrails" / "index.html").read_text()
    assert '<a href="#rcp-explicit-deny">A resource control policy' in page
    assert '<a href="https://whydenied.example/articles/scp-no-allow">' in page
    runbook = (site / "access" / "runbook" / "index.html").read_text()
    assert '<a href="../guardrails/#scp-explicit-deny">' in runbook
    assert not re.search(r'href="[^"]*\.\./(causes|patterns|guides|questions|scenarios)/', page + runbook)


def test_code_is_coloured_by_the_host_and_our_line_in_code_is_left_alone(site: Path) -> None:
    page = (site / "access" / "boundaries" / "index.html").read_text()
    assert '<span class="s2">"Allow"</span>' in page
    assert "::: whydenied scp-explicit-deny" in (site / "access" / "runbook" / "index.html").read_text()


def test_it_stands_where_it_was_put_inside_a_note_too(site: Path) -> None:
    page = (site / "access" / "boundaries" / "index.html").read_text()
    note = page.partition("In a note")[2]
    assert '<h4 id="boundary-no-allow-commands">' in note
    assert "<code>" in note


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("::: whydenied scp-explicit-den", "did you mean `scp-explicit-deny`"),
        ("::: whydenied scp-explicit-deny#fixx", "did you mean `fix`"),
        ("::: whydenied scp-explicit-deny#nothing-like-it", "use one of"),
        ("::: whydenied scp-explicit-deny#fix\n\n::: whydenied scp-explicit-deny#fix", "on the page already"),
        ("::: whydenied", "`::: whydenied` cannot be read: write `::: whydenied ID`"),
        (":::whydenied scp-explicit-deny", "cannot be read"),
        ("::: Whydenied scp-explicit-deny", "cannot be read"),
        ("::: whydenied scp-explicit-deny level=9", "`level=9` is no option here"),
        ("::: whydenied scp-explicit-deny levl=2", "did you mean `level`"),
        ("::: whydenied scp-explicit-deny without=fixx", "there is no section `fixx` to leave out: did you mean `fix`"),
    ],
)
def test_what_cannot_be_included_fails_the_build_and_says_where(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(f"# Page\n\nText.\n\n{line}\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: A\nplugins: [whydenied]\n")
    run = build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert run.returncode != 0
    assert "index.md:" in run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_all_mistakes_of_all_pages_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in ("one", "two"):
        (tmp_path / "docs" / f"{name}.md").write_text("# Page\n\n::: whydenied no-such\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: A\nplugins: [whydenied]\n")
    run = build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert "one.md:3: there is no article" in run.stderr
    assert "two.md:3: there is no article" in run.stderr


def test_sections_are_left_out_on_request(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(
        "# Page\n\n::: whydenied scp-explicit-deny without=was-this-it,reviewed\n"
    )
    (tmp_path / "mkdocs.yml").write_text("site_name: A\nplugins: [whydenied]\n")
    run = build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "site" / "index.html").read_text()
    assert "Was this it?" not in page
    assert 'id="scp-explicit-deny-fix"' in page


def test_plain_python_markdown_takes_the_same_lines() -> None:
    """As Zensical does: the extension alone, without MkDocs."""
    page = "# Page\n\n::: whydenied scp-explicit-deny#fix level=3\n\n    ::: whydenied in code\n"
    made = markdown.Markdown(extensions=[WhyDeniedExtension(site="https://whydenied.example"), "toc"])
    html = made.convert(page.replace("    ::: whydenied in code", "```\n::: whydenied in code\n```"))
    assert '<h3 id="scp-explicit-deny-fix">Fix</h3>' in html
    assert "::: whydenied in code" in html
    related = made.reset().convert("::: whydenied scp-explicit-deny#related")
    assert 'href="https://whydenied.example/articles/' in related
    with pytest.raises(BadLine, match="3: there is no article `no-such`"):
        made.reset().convert("x\n\n::: whydenied no-such")


def test_the_extension_needs_no_mkdocs() -> None:
    code = "import sys; import mkdocs_whydenied.extension; sys.exit('mkdocs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_without_a_site_links_leave_their_words(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Page\n\n::: whydenied scp-explicit-deny#related\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: A\nplugins: [whydenied]\n")
    run = build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "site" / "index.html").read_text()
    assert "<li>A resource control policy denies the request</li>" in page


def test_every_part_of_every_article_says_the_same_in_the_other_dialect() -> None:
    """Nothing is lost, doubled or taken for a mark by Python-Markdown."""
    host = markdown.Markdown(extensions=EXTENSIONS)
    for path, part in every_part():
        written = write(part.markdown, lambda href: "https://docs.example/", 3, part.anchors)
        # The name of a note is added by whoever renders it.
        html = re.sub(r'<p class="admonition-title">\w+</p>', "", host.reset().convert(written))
        assert words_of_html(html) == words_of_markdown(part.markdown), (path, part.title)
        assert html.count("<pre>") == str(part.markdown).count("```") // 2, (path, part.title)


@pytest.mark.parametrize(
    "text", ["# no heading", "1. one", "- dash", "a *b* _c_ [d](e) `f` <g> &h; {i} j|k", "~~l~~ ^m^ $n$"]
)
def test_plain_text_stays_plain(text: str) -> None:
    html = markdown.Markdown(extensions=EXTENSIONS).convert(f"x {plain(text)} y")
    assert words_of_html(html) == squeezed(f"x{text}y")
    assert html.startswith("<p>x ")
    assert html.count("<") == 2
