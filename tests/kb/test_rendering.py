"""Articles become HTML that is safe whatever they hold, the same each time."""

import re
from html.parser import HTMLParser

import pytest

from whydenied.kb.catalogue import Catalogue
from whydenied.kb.highlighting import LANGUAGES
from whydenied.kb.rendering import render


class _Tags(HTMLParser):
    """Collects the tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x](http://tracker.example/p.png "t")',
    "<javascript:alert(1)>",
    "[x][y]\n\n[y]: javascript:alert(1)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '```"><script>alert(1)</script>\ncode\n```',
    "```json onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "## <script>alert(1)</script> & \"quotes\" onmouseover='x'",
    "| <script>alert(1)</script> | b |\n|---|---|\n| <iframe src=x> | c |",
    "> [!NOTE]\n> <script>alert(1)</script>",
    '> [!"><script>alert(1)</script>]\n> x',
    "[x](//evil.example/x.md)",
    "<style>*{display:none}</style>",
    "<!-- comment --> <![CDATA[x]]> <?php x ?>",
    '<form action="/evil"><input></form>',
]


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_runs_and_nothing_is_fetched(source: str) -> None:
    """No script, handler, style, image or dangerous address gets through in any disguise."""
    tags = _Tags(render(source).html)
    assert not {tag for tag, _ in tags.found} & {"script", "img", "svg", "iframe", "style", "form", "input", "object"}
    for _, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "title")]
        href = attributes.get("href") or ""
        assert re.match(r"(https?://|mailto:|#|/articles/|$)", href), href
        assert "evil" not in href


def test_text_that_looks_like_html_is_shown() -> None:
    """Raw HTML is text, so that an article can talk about it."""
    assert "&lt;b&gt;bold&lt;/b&gt;" in render("<b>bold</b>").html


def test_headings_have_stable_anchors_with_names() -> None:
    """Anchors follow the words as on code hosts, repeated ones are numbered, and links have a spoken name."""
    page = render("## Why it's `denied`\n\n## Fix\n\n### Fix\n")
    assert page.toc == [(2, "why-its-denied", "Why it's denied"), (2, "fix", "Fix"), (3, "fix-1", "Fix")]
    tags = _Tags(page.html)
    assert [h["id"] for h in tags.named("h2")] == ["why-its-denied", "fix"]
    assert tags.named("a")[0] == {"class": "anchor", "href": "#why-its-denied", "aria-label": "Link to Why it's denied"}


def test_links_between_articles_become_addresses() -> None:
    """A relative path is resolved from the article's own place; the caller says what addresses look like."""
    body = "[a](../causes/x.md#fix) [b](y.md) [c](#here) [d](../questions/a.b.md) [e](../../etc/passwd.md) [f](/x)"
    html = render(body, "guides/page.md", lambda kind, id_: f"https://kb.example/{kind}/{id_}").html
    assert [a["href"] for a in _Tags(html).named("a")] == [
        "https://kb.example/cause/x#fix",
        "https://kb.example/guide/y",
        "#here",
        "https://kb.example/question/a.b",
    ]
    assert "e f" in html


def test_a_link_can_be_taken_out() -> None:
    """Where the caller has no address for an article, the words stay."""
    assert render("see [it](../causes/x.md)", "guides/p.md", lambda kind, id_: None).html == "<p>see it</p>\n"


def test_links_that_leave_say_so() -> None:
    """External links hand nothing over; only written-out addresses become links."""
    tags = _Tags(render("[a](https://x.example) https://y.example kms.amazonaws.com `https://z.example`").html)
    assert [a["href"] for a in tags.named("a")] == ["https://x.example", "https://y.example"]
    assert all(a["rel"] == "noopener noreferrer" and a["class"] == "external" for a in tags.named("a"))


def test_tables_scroll_by_themselves() -> None:
    """A wide table is a named region that the keyboard reaches; names differ from table to table."""
    table = "| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
    tags = _Tags(render(f"{table}## Values\n\n{table}").html)
    regions = [div for div in tags.named("div") if div.get("class") == "table"]
    assert [(r["role"], r["tabindex"], r["aria-label"]) for r in regions] == [
        ("region", "0", "Table 1"),
        ("region", "0", "Table 2: Values"),
    ]
    assert [th.get("class") for th in tags.named("th")] == [None, "right"] * 2
    assert all(th["scope"] == "col" for th in tags.named("th"))


@pytest.mark.parametrize("name", ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"])
def test_notes_are_marked(name: str) -> None:
    """A quote that begins with `[!WARNING]` is a warning with its name, and keeps its Markdown."""
    html = render(f"> [!{name}]\n> Never `x`.\n>\n> - one\n\n> a quote\n").html
    assert f'<div class="admonition {name.lower()}" role="note">' in html
    assert f'<p class="admonition-title">{name.capitalize()}</p>' in html
    assert "[!" not in html
    assert "<code>x</code>" in html
    assert "<blockquote>\n<p>a quote</p>\n</blockquote>" in html


@pytest.mark.parametrize("language", [*LANGUAGES, "unknown", ""])
def test_code_is_wrapped_for_copying(language: str) -> None:
    """The code's text is exactly what was written, in a wrapper that names the language; no inline style."""
    code = '{"Effect": "Deny", <b> & \'x\': [1, …]}\n\n  # end\n'
    html = render(f"```{language}\n{code}```").html
    wrapper = _Tags(html).named("div")[0]
    assert (wrapper["class"], wrapper["data-lang"]) == ("code", language if language in LANGUAGES else "text")
    assert "style=" not in html
    shown = re.sub(r"<[^>]+>", "", html.partition("<code>")[2].partition("</code>")[0])
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == code


def test_policies_are_coloured_sparingly() -> None:
    """Keys and strings get classes; punctuation and spaces get no tags."""
    html = render('```json\n{"Effect": "Allow", …}\n```').html
    assert '{<span class="nt">"Effect"</span>: <span class="s2">"Allow"</span>, …}' in html


def test_the_text_holds_the_words_without_markup(catalogue: Catalogue) -> None:
    """The plain text has headings, prose, cells and code."""
    article = catalogue.get("cause", "key-policy")
    assert article is not None
    text = render(article.body, article.path).text
    assert "What it means\nKeys have a policy of their own." in text
    assert "the key policy names the account\nidentity policies count" in text


def test_rendering_is_deterministic(catalogue: Catalogue) -> None:
    """The same article gives the same page, whatever was rendered before."""
    pages = [[render(a.body, a.path) for a in catalogue.articles.values()] for _ in range(2)]
    assert pages[0] == pages[1]


@pytest.mark.slow
def test_a_deep_or_huge_body_is_survived() -> None:
    """Nesting and sheer size do not crash the page."""
    assert render(">" * 5000 + " x").html
    assert render("[" * 5000).html
    assert render("*" * 20_000 + "x").html


def test_the_empty_corner_of_a_table_is_no_heading() -> None:
    """A heading that says nothing would be read out as one."""
    html = render("| | A |\n|---|---|\n| b | c |\n").html
    assert html.count("<th") == 1 + html.count("<thead")
    assert "<td></td>" in html


def test_the_sixth_trap_and_those_after_it_are_folded() -> None:
    traps = "\n".join(f"- trap {number}" for number in range(1, 8))
    html = render(f"## Fix\n\n{traps}\n\n## Traps\n\n{traps}\n\nAfter.\n").html
    open_part, folded = html.split("<details><summary>More traps</summary>")
    assert open_part.count("<li>") == 7 + 5
    assert folded.partition("</details>")[0].count("<li>") == 2
    assert folded.partition("</details>")[2].strip() == "<p>After.</p>"


def test_five_traps_are_all_shown() -> None:
    assert "<details>" not in render("## Traps\n\n" + "\n".join(f"- trap {number}" for number in range(5))).html
