"""What an operator sets: the environment, other sites' pages, limits, proxies, metrics, logs."""

import json
import logging
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL
from whydenied.server.app import create_app
from whydenied.server.http.limits import Buckets
from whydenied.server.http.logs import JsonFormatter
from whydenied.server.http.settings import VARIABLES, Settings, settings_from
from whydenied.server.service import Service

PAGE = "https://wiki.example"


def client_of(service: Service, **settings: object) -> FlaskClient:
    return create_app(service, Settings(**settings)).test_client()  # type: ignore[arg-type]


def test_the_environment_gives_the_settings() -> None:
    assert settings_from({}) == Settings()
    assert settings_from({"WHYDENIED_CORS_ORIGINS": ""}) == Settings()
    found = settings_from(
        {
            "WHYDENIED_PUBLIC_URL": "https://whydenied.example/",
            "WHYDENIED_FRAME_ANCESTORS": "'self'  https://*.example.com https:",
            "WHYDENIED_CORS_ORIGINS": "https://a.example http://b.example:8080",
            "WHYDENIED_RATE_LIMIT": "120",
            "WHYDENIED_PROXIES": "1",
            "WHYDENIED_METRICS": "off",
            "WHYDENIED_ACCESS_LOG": "Yes",
            "WHYDENIED_JSON_LOGS": "1",
        }
    )
    assert found == Settings(
        public_url="https://whydenied.example",
        frame_ancestors="'self' https://*.example.com https:",
        cors_origins=("https://a.example", "http://b.example:8080"),
        rate_limit=120,
        proxies=1,
        metrics=False,
        access_log=True,
        json_logs=True,
    )


def test_every_variable_is_explained_to_operators() -> None:
    text = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("WHYDENIED_PUBLIC_URL", "whydenied.example"),
        ("WHYDENIED_PUBLIC_URL", "https://x/path"),
        ("WHYDENIED_FRAME_ANCESTORS", "self; script-src *"),
        ("WHYDENIED_CORS_ORIGINS", "a.example"),
        ("WHYDENIED_RATE_LIMIT", "-1"),
        ("WHYDENIED_RATE_LIMIT", "many"),
        ("WHYDENIED_METRICS", "maybe"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named(variable: str, text: str) -> None:
    with pytest.raises(ValueError, match=variable):
        settings_from({variable: text})


def test_no_other_sites_page_may_call_unless_it_is_named(service: Service, client: FlaskClient) -> None:
    asked = {"Origin": PAGE}
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/articles", headers=asked).headers
    named = client_of(service, cors_origins=(PAGE,))
    answer = named.get("/api/v1/articles", headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in named.get("/api/v1/articles", headers={"Origin": "https://x"}).headers
    assert "Access-Control-Allow-Origin" not in named.get("/", headers=asked).headers
    assert client_of(service, cors_origins=("*",)).get("/api/v1/articles").headers["Access-Control-Allow-Origin"] == "*"


def test_a_page_that_is_named_may_send_json(service: Service) -> None:
    named = client_of(service, cors_origins=(PAGE,))
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = named.options("/api/v1/diagnose", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


def test_who_asks_too_often_is_told_when_to_come_again(service: Service) -> None:
    client = client_of(service, rate_limit=5)
    codes = [client.post("/api/v1/diagnose", json={"text": SCP_DENIAL}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    answer = client.get("/api/v1/search?q=policy")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 12
    assert answer.get_json(force=True)["status"] == 429
    assert client.get("/articles/scp-deny").status_code == 200  # the same for everybody, and not counted
    other = client.get("/api/v1/search?q=policy", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_a_bucket_fills_evenly_and_never_over_its_brim() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert [buckets.take("a") for _ in range(61)] == [0] * 60 + [1]
    now[0] = 2.0
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1]
    now[0] = 3_600.0  # after an hour it is full again, and no fuller
    assert [buckets.take("a") for _ in range(61)] == [0] * 60 + [1]
    assert buckets.take("b") == 0  # somebody else's is another one


def test_who_has_to_wait_is_told_long_enough() -> None:
    """Whole seconds, rounded up: 0 would be "granted", and whoever comes back in time is let in."""
    now = [0.0]
    buckets = Buckets(12, lambda: now[0])
    assert [buckets.take("a") for _ in range(13)] == [0] * 12 + [5]
    now[0] = 0.5
    assert buckets.take("a") == 5  # 4.5 seconds to go
    now[0] = 4.9
    assert buckets.take("a") == 1  # a tenth of a second to go is not none
    now[0] = 5.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 5]


def test_of_many_addresses_the_one_not_seen_for_longest_is_forgotten() -> None:
    buckets = Buckets(1, lambda: 0.0, most=3)
    for address in "abc":
        assert buckets.take(address) == 0
    assert buckets.take("a") == 60  # seen again, so that b is the oldest
    assert buckets.take("d") == 0
    assert [buckets.take(address) for address in "acd"] == [60, 60, 60]
    assert buckets.take("b") == 0


@pytest.mark.parametrize(
    ("addresses", "together"),
    [
        (["2001:db8::1", "2001:db8::2", "2001:db8:0:0:1:2:3:4", "2001:0db8:0000::ffff"], True),
        (["2001:db8:0:1::1", "2001:db8:0:2::1"], False),
        (["fe80::1%eth0", "fe80::2%eth1"], True),
        (["192.0.2.1", "::ffff:192.0.2.1"], True),
        (["192.0.2.1", "192.0.2.2"], False),
        (["::ffff:192.0.2.1", "::ffff:192.0.2.2"], False),
        (["", ""], True),
    ],
)
def test_a_readers_many_addresses_share_a_bucket(service: Service, addresses: list[str], together: bool) -> None:
    """An IPv6 reader has a /64, however its zeros are written; an IPv4 reader an address, however it is written."""
    client = client_of(service, rate_limit=1)
    codes = [client.get("/search?q=policy", environ_base={"REMOTE_ADDR": one}).status_code for one in addresses]
    assert codes == [200] + [429 if together else 200] * (len(addresses) - 1)


COUNTED = ["/api/v1/articles", "/search?q=x", "/suggest?q=x", "/diagnose", "/evaluate", "/oembed?url=x", "/wizard"]


@pytest.mark.parametrize("path", [*COUNTED, "/embed/wizard"])
def test_what_costs_is_counted(service: Service, path: str) -> None:
    client = client_of(service, rate_limit=1)
    client.get("/api/v1/articles")
    assert client.get(path).status_code == 429


@pytest.mark.parametrize("path", ["/", "/articles/scp-deny", "/articles/", "/codes/", "/healthz", "/nothing"])
def test_what_is_the_same_for_everybody_is_not(service: Service, path: str) -> None:
    client = client_of(service, rate_limit=1)
    client.get("/api/v1/articles")
    assert client.get(path).status_code in (200, 404)


def test_a_proxy_is_believed_only_where_it_is_ours(service: Service) -> None:
    told = {"X-Forwarded-For": "198.51.100.9", "X-Forwarded-Host": "whydenied.example", "X-Forwarded-Proto": "https"}

    def seen(app: Flask) -> list[str]:
        app.add_url_rule("/seen", view_func=lambda: f"{request.remote_addr} {request.url_root}")
        return app.test_client().get("/seen", headers=told).text.split()

    assert seen(create_app(service)) == ["127.0.0.1", "http://localhost/"]
    assert seen(create_app(service, Settings(proxies=1))) == ["198.51.100.9", "https://whydenied.example/"]


def test_a_reader_behind_our_proxy_chooses_no_key_of_the_page_cache(service: Service) -> None:
    """The proxy hands on the reader's Host: a page for each would fill the memory."""
    app = create_app(service, Settings(proxies=1))
    client = app.test_client()
    before = len(app.extensions["whydenied"].pages._pages)
    for path in ("/sitemap.xml", "/robots.txt", "/feed.xml", "/opensearch.xml", "/llms.txt", "/api/v1/openapi.json"):
        for number in range(3):
            host = f"h{number}.example"
            answer = client.get(path, headers={"X-Forwarded-Host": host, "X-Forwarded-For": "192.0.2.1"})
            assert answer.status_code == 200
            assert f"h{number - 1}.example" not in answer.text
    assert len(app.extensions["whydenied"].pages._pages) == before


def test_a_page_that_differs_by_who_asks_says_so_also_where_it_is_packed(service: Service) -> None:
    named = client_of(service, cors_origins=(PAGE,))
    asked = {"Origin": PAGE, "Accept-Encoding": "gzip"}
    answer = named.post("/api/v1/diagnose", json={"text": SCP_DENIAL}, headers=asked)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert set(answer.vary) == {"Origin", "Accept-Encoding"}


def test_metrics_count_routes_and_never_addresses(service: Service) -> None:
    client = client_of(service)
    client.get("/articles/scp-deny")
    client.get("/articles/arn:aws:iam::111122223333:role/x")
    client.get("/search?q=zebra")
    client.post("/diagnose", data={"text": SCP_DENIAL})
    client.open("/", method="ZEBRA")
    text = client.get("/metrics").text
    assert 'whydenied_requests_total{method="GET",route="/articles/<article_id>",status="200"} 1.0' in text
    assert 'whydenied_requests_total{method="POST",route="/diagnose",status="200"} 1.0' in text
    assert 'method="other"' in text
    assert "whydenied_request_seconds_bucket" in text
    assert "whydenied_content_articles" in text
    assert "111122223333" not in text
    assert "zebra" not in text.lower()


def test_metrics_can_be_left_out(service: Service) -> None:
    assert client_of(service, metrics=False).get("/metrics").status_code == 404


def test_a_request_is_a_line_of_json_with_its_parts(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(service, access_log=True)
    with caplog.at_level(logging.INFO, "whydenied.access"):
        client.get("/articles/scp-deny?q=111122223333")
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["method"], line["route"], line["status"]) == ("GET", "/articles/<article_id>", 200)
    assert "111122223333" not in str(line)
    other = logging.LogRecord("whydenied", logging.ERROR, "", 0, "it %s", ("broke",), None)
    assert json.loads(JsonFormatter().format(other))["message"] == "it broke"
