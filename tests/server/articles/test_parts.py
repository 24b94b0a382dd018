"""An article's Markdown and JSON hold every fact of its page."""

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from markdown_it import MarkdownIt

from whydenied.kb.outline import links, parser
from whydenied.server.app import create_app
from whydenied.server.service import load_service

# What the page says about itself, not about the article.
_OF_THE_PAGE = {"See it diagnosed", "#", ". Also as", "Markdown", "JSON", "and", ".", ",", "Paste an error of your own"}
_OF_THE_PAGE |= {"Answer it, and see what remains", "Find out with a few questions", "The same in words", "More traps"}


class _Words(HTMLParser):
    """The texts of the article element, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.hidden = 0, 0
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside += tag == "article"
        self.hidden += tag in ("form", "svg", "style")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "article"
        self.hidden -= tag in ("form", "svg", "style")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden and data.strip():
            self.texts.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def real() -> Flask:
    """The site over our own content."""
    return create_app(load_service())


def plain(text: str) -> str:
    """Return a text as letters and digits alone: marks, quotes and spaces differ between forms."""
    return re.sub(r"[\W_]+", "", text).lower()


@pytest.mark.slow
def test_every_text_of_the_page_is_in_the_markdown_and_in_the_json(real: Flask) -> None:
    client, to_html = real.test_client(), MarkdownIt("commonmark").enable("table")
    missing = []
    for article in real.extensions["whydenied"].service.catalogue.articles.values():
        page = _Words()
        page.feed(client.get(f"/articles/{article.id}").text)
        markdown = client.get(f"/articles/{article.id}.md").text
        shown = plain(html.unescape(re.sub(r"<[^>]+>", "", to_html.render(markdown))))
        data = plain(" ".join(strings(json.loads(client.get(f"/articles/{article.id}.json").text))))
        for text in page.texts:
            word = plain(text)
            if text in _OF_THE_PAGE or not word:
                continue
            missing += [(article.id, form, text) for form, held in (("md", shown), ("json", data)) if word not in held]
    assert missing == [], "\n".join(f"{f}: {t}" for f, t in sorted({(f, t) for _, f, t in missing})[:40])


def strings(value: object) -> Iterator[str]:
    """Yield every text in JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@pytest.mark.slow
def test_the_links_of_the_markdown_lead_to_markdown_that_is_there(real: Flask) -> None:
    catalogue = real.extensions["whydenied"].service.catalogue
    client = real.test_client()
    for article in catalogue.articles.values():
        for link in links(parser().parse(client.get(f"/articles/{article.id}.md").text)):
            if link.href.startswith("/"):
                target = re.fullmatch(r"/articles/([a-z0-9.-]+)\.md(#[\w-]+)?", link.href)
                assert target, link.href
                assert catalogue.find(target[1]), link.href
            else:
                assert link.href.startswith(("https://", "http://", "#")), (article.id, link.href)


@pytest.mark.slow
def test_the_list_of_contents_is_the_page(real: Flask) -> None:
    """Every heading of the second level below an article's title is in it, in order, and nothing else."""
    client = real.test_client()
    for article in real.extensions["whydenied"].service.catalogue.articles.values():
        page = client.get(f"/articles/{article.id}").get_data(as_text=True)
        body, _, side = page.partition("</article>")
        headings = [anchor for anchor in re.findall(r'<h2 id="([^"]+)"', body) if anchor != "in-short"]
        listed = re.findall(r'<li class="l2"><a href="#([^"]+)"', side)
        assert listed == headings or len(headings) <= 1, article.id
