"""What programs look for at the top of the site is valid by its specification, and leads to pages that are there."""

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt

from whydenied.kb.outline import links, parser
from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service

SITE = "https://whydenied.example"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def public(service: Service) -> FlaskClient:
    """Somebody who asks a site with an address of its own."""
    return create_app(service, Settings(public_url=SITE)).test_client()


def paths(addresses: list[str]) -> Iterator[str]:
    """Yield the paths of addresses of the site; another address is a mistake."""
    for address in addresses:
        assert address.startswith(f"{SITE}/")
        yield address.removeprefix(SITE)


def test_the_sitemap_is_valid_and_every_page_is_there(public: FlaskClient) -> None:
    answer = public.get("/sitemap.xml")
    assert answer.content_type == "application/xml"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == f"{SITEMAP}urlset"
    for url in root:
        assert [child.tag for child in url] in ([f"{SITEMAP}loc"], [f"{SITEMAP}loc", f"{SITEMAP}lastmod"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", url.findtext(f"{SITEMAP}lastmod", "2026-01-01"))
    found = [str(loc.text) for loc in root.iter(f"{SITEMAP}loc")]
    assert len(set(found)) == len(found)
    for path in paths(found):
        assert public.get(path).status_code == 200, path
    assert f"{SITE}/articles/scp-deny" in found


def test_the_feed_is_valid_atom_with_the_newest_first(public: FlaskClient) -> None:
    answer = public.get("/feed.xml")
    assert answer.content_type == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == feed.findtext(f"{ATOM}id") == f"{SITE}/feed.xml"  # type: ignore[union-attr]
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated", "")).utcoffset() is not None
        assert len(element.findall(f"{ATOM}link[@rel='alternate'][@type='text/html']")) == 1
    ids = [entry.findtext(f"{ATOM}id", "") for entry in entries]
    assert len(set(ids)) == len(ids) > 3
    dates = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert dates == sorted(dates, reverse=True, key=str)
    assert feed.findtext(f"{ATOM}updated") == dates[0]
    for path in paths([str(link.get("href")) for link in feed.iter(f"{ATOM}link")]):
        assert public.get(path).status_code == 200


def test_the_search_description_is_valid_and_searches_by_post(public: FlaskClient) -> None:
    answer = public.get("/opensearch.xml")
    assert answer.content_type == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16
    assert 0 < len(root.findtext(f"{OPENSEARCH}Description", "")) <= 1024
    url = root.find(f"{OPENSEARCH}Url[@type='text/html']")
    assert url is not None
    assert url.get("method") == "post"
    assert url.get("template") == f"{SITE}/search"
    parameter = url.find(f"{OPENSEARCH}Param")
    assert parameter is not None
    assert parameter.attrib == {"name": "q", "value": "{searchTerms}"}
    assert public.post("/search", data={"q": "guardrail"}, follow_redirects=True).status_code == 200
    assert 'type="application/opensearchdescription+xml"' in public.get("/").text


def test_llms_txt_has_the_form_of_its_specification(public: FlaskClient) -> None:
    """A title, a quote, text, then sections that are lists of links with notes."""
    text = public.get("/llms.txt").text
    blocks = [
        token.type.removesuffix("_open") for token in MarkdownIt().parse(text) if not token.level and token.nesting == 1
    ]
    assert blocks[:3] == ["heading", "blockquote", "paragraph"]
    assert set(zip(blocks[3::2], blocks[4::2], strict=True)) == {("heading", "bullet_list")}
    lines = text.splitlines()
    assert re.fullmatch(r"# \S.*", lines[0])
    assert lines[2].startswith("> ")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert sections[-1].startswith("Optional\n")
    for section in sections:
        rows = [line for line in section.splitlines()[1:] if line]
        assert rows
        assert [row for row in rows if not re.fullmatch(r"- \[[^\]]+\]\(https://\S+\): .+", row)] == []
    for path in paths([link.href for link in links(parser().parse(text)) if ".md" in link.href]):
        assert public.get(path).content_type == "text/markdown; charset=utf-8"


@pytest.mark.parametrize("path", ["/articles", "/codes", "/services", "/services/s3", "/gates", "/gates/scp"])
def test_every_list_is_markdown_and_json_too(client: FlaskClient, path: str) -> None:
    page = client.get(path + ("" if path.count("/") > 1 else "/")).text
    markdown, data = client.get(f"{path}.md").text, client.get(f"{path}.json").get_json()
    on_page = set(re.findall(r'href="(/articles/[a-z0-9.-]+)"', page))
    assert on_page <= {article["url"] for group in data["groups"] for article in group["articles"]}
    assert on_page <= {link.href.removesuffix(".md") for link in links(parser().parse(markdown))}


def test_robots_names_the_map_and_keeps_out_what_is_asked(public: FlaskClient) -> None:
    text = public.get("/robots.txt").text
    assert f"Sitemap: {SITE}/sitemap.xml" in text
    assert "Disallow: /search" in text


def test_without_an_address_of_its_own_nothing_of_a_foreign_host_header_is_kept(client: FlaskClient) -> None:
    assert "http://evil.example/articles/" in client.get("/sitemap.xml", headers={"Host": "evil.example"}).text
    assert "evil.example" not in client.get("/sitemap.xml").text
    assert "evil.example" not in client.get("/articles/scp-deny", headers={"Host": "evil.example"}).text


def test_a_page_says_what_it_is_within_its_first_8_kilobytes(public: FlaskClient) -> None:
    head = public.get("/articles/scp-deny").data[:8192].decode()
    for name in ("title", "description", "type", "site_name", "url"):
        assert re.search(rf'<meta property="og:{name}" content="[^"]+">', head), name
    discovery = re.search(r'type="application/json\+oembed" href="([^"]+)"', head)
    assert discovery
    assert discovery[1].startswith(f"{SITE}/oembed?url=")
