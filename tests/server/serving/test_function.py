"""The site as a Lambda function: the journeys of a reader, in the events of AWS's own shape."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml

pytest.importorskip("apig_wsgi", reason="the extra `lambda` is not installed")

from pathlib import Path

from whydenied.server.http.settings import Settings
from whydenied.server.serving.function import handler as handler_of_module
from whydenied.server.serving.function import make_handler

ROOT = Path(__file__).parents[3]
DENIED = (
    "User: arn:aws:sts::111122223333:assumed-role/build/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)


@pytest.fixture(scope="module")
def handler() -> Any:
    """The function, started."""
    return make_handler(Settings(metrics=False))


def by_url(method: str, path: str, query: str = "", body: bytes = b"", kind: str = "") -> dict[str, Any]:
    """An event of a function URL or an HTTP API (Lambda Developer Guide, "Request payload format", 2.0)."""
    headers = {"host": "abc.lambda-url.eu-west-1.on.aws", "accept-encoding": "gzip", "x-forwarded-proto": "https"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {**headers, "content-type": kind} if kind else headers,
        "requestContext": {
            "accountId": "anonymous",
            "domainName": "abc.lambda-url.eu-west-1.on.aws",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "x",
            },
            "requestId": "a1",
            "routeKey": "$default",
            "stage": "$default",
        },
        "body": base64.b64encode(body).decode() if body else "",
        "isBase64Encoded": bool(body),
    }


def by_rest(method: str, path: str, query: str = "", body: bytes = b"", kind: str = "") -> dict[str, Any]:
    """An event of a REST API (API Gateway Developer Guide, "Input format … for proxy integration")."""
    headers = {"Host": "api.example", "Accept-Encoding": "gzip, br", **({"Content-Type": kind} if kind else {})}
    pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in pairs} or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "requestContext": {"identity": {"sourceIp": "203.0.113.7"}, "stage": "live", "path": f"/live{path}"},
        "body": body.decode() if body else None,
        "isBase64Encoded": False,
    }


EVENTS = [by_url, by_rest]


def text_of(answer: dict[str, Any]) -> str:
    """Return what a reader is shown."""
    import gzip

    data = base64.b64decode(answer["body"]) if answer.get("isBase64Encoded") else answer["body"].encode()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()


@pytest.mark.parametrize("event", EVENTS)
def test_a_paste_is_answered(handler: Any, event: Any) -> None:
    """By the form of the front page."""
    body = urlencode({"text": DENIED}).encode()
    answer = handler(event("POST", "/diagnose", body=body, kind="application/x-www-form-urlencoded"), None)
    assert answer["statusCode"] == 200
    assert "no identity policy allows it" in text_of(answer)


@pytest.mark.parametrize("event", EVENTS)
def test_the_wizard_goes_on_and_articles_are_read(handler: Any, event: Any) -> None:
    """A query stays a query; headers stay what they are."""
    step = handler(event("GET", "/wizard", "failing=s3"), None)
    assert step["statusCode"] == 200
    assert "<h1" in text_of(step)
    article = handler(event("GET", "/articles/scp-explicit-deny"), None)
    assert "service control policy" in text_of(article).lower()
    headers = {name.lower() for name in article.get("headers") or article["multiValueHeaders"]}
    assert "content-security-policy" in headers
    assert handler(event("GET", "/articles/no-such"), None)["statusCode"] == 404


@pytest.mark.parametrize("event", EVENTS)
def test_the_api_answers(handler: Any, event: Any) -> None:
    """JSON in, JSON out; what is too large is refused."""
    body = json.dumps({"text": DENIED}).encode()
    answer = handler(event("POST", "/api/v1/diagnose", body=body, kind="application/json"), None)
    assert json.loads(text_of(answer))["denials"][0]["findings"][0]["cause"] == "identity-no-allow"
    large = handler(event("POST", "/api/v1/diagnose", body=b'"' + b"x" * 2_000_000, kind="application/json"), None)
    assert large["statusCode"] == 413


def test_the_template_gives_the_function_its_own_log_and_nothing_else() -> None:
    """No VPC, no wildcard but the streams of that log, and nobody unasked."""

    class Loader(yaml.SafeLoader):
        """CloudFormation's short forms, as what they say."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: f"{suffix} {getattr(node, 'value', '')}")
    template = yaml.load((ROOT / "deploy/lambda/template.yaml").read_text(encoding="utf-8"), Loader)
    (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"].endswith(":log-group:/aws/lambda/${AWS::StackName}:*")
    assert "VpcConfig" not in template["Resources"]["Site"]["Properties"]
    assert template["Parameters"]["AuthType"]["Default"] == "AWS_IAM"


def test_the_image_starts_what_the_template_starts() -> None:
    """The same handler and settings, on the folder that the script makes."""
    template = (ROOT / "deploy/lambda/template.yaml").read_text(encoding="utf-8")
    image = (ROOT / "deploy/lambda/Containerfile").read_text(encoding="utf-8")
    name = handler_of_module.__module__ + "." + handler_of_module.__name__
    assert f"Handler: {name}" in template
    assert f'CMD ["{name}"]' in image
    for setting in ("WHYDENIED_CACHE: /tmp/whydenied", 'WHYDENIED_JSON_LOGS: "on"'):
        assert setting in template
        assert setting.replace(": ", "=").replace('"', "") in image
    assert "python3.13" in (ROOT / "deploy/lambda/package.sh").read_text(encoding="utf-8")
    assert "Runtime: python3.13" in template
    assert image.count("python:3.13") == 2


@pytest.mark.slow
def test_cloudformation_takes_the_template() -> None:
    """Its linter says nothing."""
    api = pytest.importorskip("cfnlint.api")
    text = (ROOT / "deploy/lambda/template.yaml").read_text(encoding="utf-8")
    found = api.lint(text, api.ManualArgs(regions=["eu-west-1"]) if hasattr(api, "ManualArgs") else None)
    assert [str(one) for one in found] == []
