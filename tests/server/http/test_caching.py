"""Pages for everybody are rendered once and served with an ETag; what is made for one reader is kept by nobody."""

import gzip
from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL
from whydenied.server.http.caching import PageCache


def test_a_page_that_the_reader_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/articles/scp-deny")
    again = client.get("/articles/scp-deny", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_only_the_readers_own_copy_counts(client: FlaskClient) -> None:
    """Tags are compared whole: one of several, a weak one, but not a part of one."""
    tag = client.get("/articles/scp-deny").headers["ETag"]
    answers = {f'"x", {tag}': 304, f"W/{tag}": 304, tag[:-2] + '"': 200, tag.strip('"')[:3]: 200, f'"a{tag[1:]}': 200}
    for sent, status in answers.items():
        assert client.get("/articles/scp-deny", headers={"If-None-Match": sent}).status_code == status, sent


def test_so_many_pages_are_kept_and_no_more() -> None:
    """Keys are ours; were one ever a reader's, it would fill no memory."""
    cache = PageCache()
    with Flask("x").test_request_context():
        for number in range(PageCache.MOST + 50):
            assert cache.answer(f"/{number}", "text/plain", lambda: "x").status_code == 200
    assert len(cache._pages) == PageCache.MOST


def test_a_page_is_gzipped_for_who_takes_it_and_plain_for_who_does_not(client: FlaskClient) -> None:
    plain = client.get("/articles/scp-deny")
    zipped = client.get("/articles/scp-deny", headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"


def test_a_diagnosis_is_gzipped_too(client: FlaskClient) -> None:
    answer = client.post("/diagnose", data={"text": SCP_DENIAL}, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"may not" in gzip.decompress(answer.data)


def test_a_page_is_rendered_once_a_day(app: Flask) -> None:
    day, rendered = [date(2026, 1, 1)], []
    cache = PageCache(lambda: day[0])

    def render() -> str:
        rendered.append(day[0])
        return "page"

    with app.test_request_context("/"):
        for _ in range(3):
            assert cache.answer("/x", "text/html", render).get_data() == b"page"
        day[0] = date(2026, 1, 2)
        cache.answer("/x", "text/html", render)
    assert rendered == [date(2026, 1, 1), date(2026, 1, 2)]


def test_a_static_file_is_kept_for_ever_under_a_name_that_changes_with_it(client: FlaskClient) -> None:
    page = client.get("/").text
    name = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = client.get(name)
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/static/site.css").status_code == 404
