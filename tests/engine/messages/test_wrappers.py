"""Every client's way of printing an error gives its code, operation and service."""

from itertools import chain

import pytest

from whydenied.engine.messages.text import flattened
from whydenied.engine.messages.wrappers import find_wrappings

CASES: list[tuple[str, dict[str, str]]] = [
    (
        "An error occurred (AccessDenied) when calling the GetObject operation: x",
        {"error_code": "AccessDenied", "operation": "GetObject"},
    ),
    (
        "AWS Error ACCESS_DENIED during HeadObject operation: No response body.",
        {"error_code": "ACCESS_DENIED", "operation": "HeadObject"},
    ),
    (
        "CreateLogGroup API responded with error='AccessDeniedException'",
        {"error_code": "AccessDeniedException", "operation": "CreateLogGroup"},
    ),
    (
        "A client error (403) occurred when calling the HeadBucket operation: Forbidden",
        {"error_code": "403", "operation": "HeadBucket"},
    ),
    (
        (
            "An error occurred (ThrottlingException) when calling the ListRoles operation (reached max retries: "
            "4): Rate exceeded"
        ),
        {"error_code": "ThrottlingException", "operation": "ListRoles"},
    ),
    (
        (
            "operation error S3: PutObject, https response error StatusCode: 403, RequestID: 7BMJM8PW, api error "
            "AccessDenied: x"
        ),
        {
            "error_code": "AccessDenied",
            "operation": "PutObject",
            "service": "S3",
            "http_status": "403",
            "request_id": "7BMJM8PW",
        },
    ),
    (
        (
            "operation error SSO: GetRoleCredentials, https response error StatusCode: 403, RequestID: 1, "
            "ForbiddenException: No access"
        ),
        {"error_code": "ForbiddenException", "operation": "GetRoleCredentials", "service": "SSO"},
    ),
    (
        (
            "x (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: "
            "0a1b2c3d-1111; Proxy: null)"
        ),
        {
            "error_code": "AccessDeniedException",
            "service": "AWSLambda",
            "http_status": "403",
            "request_id": "0a1b2c3d-1111",
        },
    ),
    ("x (Service: Lambda, Status Code: 400, Request ID: 0a1b2c3d-1111)", {"service": "Lambda", "http_status": "400"}),
    ("AccessDenied: x\n\tstatus code: 403, request id: 0a1b2c3d", {"error_code": "AccessDenied", "http_status": "403"}),
    (
        "<Error><Code>NoSuchKey</Code><Message>x</Message><RequestId>7BMJM8PW</RequestId></Error>",
        {"error_code": "NoSuchKey", "request_id": "7BMJM8PW"},
    ),
    ('{"__type":"com.amazon.coral#LimitExceededException","message":"x"}', {"error_code": "LimitExceededException"}),
    ("x-amzn-ErrorType: MissingAuthenticationTokenException", {"error_code": "MissingAuthenticationTokenException"}),
    (
        '"eventName": "RunInstances", "errorCode": "Client.UnauthorizedOperation"',
        {"error_code": "UnauthorizedOperation", "operation": "RunInstances"},
    ),
    ("Aws::S3::Errors::AccessDenied: x", {"error_code": "AccessDenied", "service": "S3"}),
    ("x (Aws::STS::Errors::AccessDenied)", {"error_code": "AccessDenied", "service": "STS"}),
    ("Aws\\S3\\Exception\\AccessDeniedException: x", {"error_code": "AccessDeniedException", "service": "S3"}),
    (
        'Error executing "PutObject" on "https://x"; AWS HTTP error: 403 AccessDenied (client): Access Denied',
        {"error_code": "AccessDenied", "operation": "PutObject"},
    ),
    ("com.amazonaws.services.sqs.model.AmazonSQSException: x", {"service": "sqs"}),
    (
        "software.amazon.awssdk.services.glue.model.AccessDeniedException: x",
        {"error_code": "AccessDeniedException", "service": "glue"},
    ),
    ("Amazon.SecretsManager.AmazonSecretsManagerException: x", {"service": "SecretsManager"}),
    ('code: Some("AccessDenied"), message: Some("x")', {"error_code": "AccessDenied"}),
    ("Encountered AWSError 'AccessDeniedException': x", {"error_code": "AccessDeniedException"}),
    ('operation CREATE failed with "InvalidRequest": x', {"error_code": "InvalidRequest"}),
    ("Error from server (Forbidden): x", {"error_code": "Forbidden"}),
    ("x (RequestToken: 1, HandlerErrorCode: AccessDenied)", {"error_code": "AccessDenied"}),
    ("Client.InvalidKMSKey.InvalidState: x", {"error_code": "InvalidKMSKey.InvalidState"}),
    ("x is not authorized (code AccessDeniedException). at y", {"error_code": "AccessDeniedException"}),
    ("API: iam:CreateRole User: x", {"service": "iam"}),
    *(
        (text, {"hint": "s3"})
        for text in (
            "copying s3://bucket/key",
            "reading S3A://bucket/key",
            "an S3 bucket",
            "S3 \\ Exception",
            "s3.putObject(",
            "what Amazon\nS3 said",
            "AmazonS3 said",
            "uploads to S3",
            "reads from S3",
            "https://b.s3-eu-west-1.amazonaws.com",
            "b@s3.amazonaws.com",
            "aws/s3/model",
            "aws_s3_object.a: Still creating",
            "mountpoint-s3",
            "services/S3.js",
            "@aws-sdk/client-s3",
            "Write-S3Object",
            "<HostId>x",
        )
    ),
    *(
        (text, {"hint": None})
        for text in (
            "class3://a",
            "bus3.get",
            "proto s3d",
            "goto s3",
            "laws/s3/x",
            "Rewrite-S3Object",
            "to s3a",
            "b.s3x",
        )
    ),
]


def _read(text: str) -> dict[str, str]:
    found = sorted(find_wrappings(text, flattened(text)), key=lambda wrapping: wrapping.weight)
    return dict(chain.from_iterable(wrapping.fields.items() for wrapping in found))


@pytest.mark.parametrize(("text", "fields"), CASES, ids=[text[:40] for text, _ in CASES])
def test_a_client_is_read(text: str, fields: dict[str, str]) -> None:
    read = _read(text)
    assert {name: read.get(name) for name in fields} == fields


@pytest.mark.parametrize(
    "text",
    [
        "ClientError: something",
        "botocore.exceptions.ClientError: something",
        "java.lang.RuntimeException: x",
        "java.lang.NullPointerException",
        "com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied",
        "Warning: nothing. Note: nothing. TypeScript: nothing.",
        "at org.apache.spark.SparkException.main",
    ],
)
def test_what_failed_is_no_code(text: str) -> None:
    assert "error_code" not in _read(text)


def test_spans_point_at_what_was_read() -> None:
    text = "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the GetObject operation: x"
    for wrapping in find_wrappings(text, flattened(text)):
        for name, (start, end) in wrapping.spans.items():
            assert text[start:end] == wrapping.fields[name]
