"""Synthetic CloudTrail log files: the shape and weight of real ones, with as many denials as wanted."""

import gzip
import json
from pathlib import Path
from random import Random
from typing import Any

__all__ = ["ACCOUNT", "denied_event", "event", "write_logs"]

ACCOUNT = "111122223333"
_READS = (
    ("ec2.amazonaws.com", "DescribeInstances"),
    ("s3.amazonaws.com", "GetObject"),
    ("kms.amazonaws.com", "Decrypt"),
    ("sts.amazonaws.com", "AssumeRole"),
    ("dynamodb.amazonaws.com", "GetItem"),
    ("lambda.amazonaws.com", "ListFunctions20150331"),
    ("logs.amazonaws.com", "CreateLogStream"),
)
_DENIED = (
    ("iam.amazonaws.com", "CreateRole", "arn:aws:iam::{account}:role/deploy-{n}", "identity-based policy"),
    ("dynamodb.amazonaws.com", "PutItem", "arn:aws:dynamodb:us-east-1:{account}:table/orders", "identity-based policy"),
    ("sqs.amazonaws.com", "SendMessage", "arn:aws:sqs:us-east-1:444455556666:jobs", "resource-based policy"),
    ("secretsmanager.amazonaws.com", "GetSecretValue", "arn:aws:secretsmanager:us-east-1:{account}:secret:db-{n}", ""),
    ("ec2.amazonaws.com", "CreateVpc", "arn:aws:ec2:eu-west-3:{account}:vpc/*", "SCP"),
    ("s3.amazonaws.com", "GetObject", "arn:aws:s3:::reports/2026/{n}.csv", "bare"),
)


def event(random: Random, number: int) -> dict[str, Any]:
    """Return one event that succeeded, about as heavy as a real one."""
    source, name = random.choice(_READS)
    role, session = f"role-{random.randrange(40)}", f"i-{random.getrandbits(64):016x}"
    key = f"ASIA{random.getrandbits(64):016X}"
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROAEXAMPLEID12345678:{session}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
            "accountId": ACCOUNT,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLEID12345678",
                    "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                    "accountId": ACCOUNT,
                    "userName": role,
                },
                "attributes": {"creationDate": "2026-11-01T00:00:00Z", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": f"2026-11-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": f"203.0.113.{random.randrange(255)}",
        "userAgent": "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/s3#1.58.2",
        "requestParameters": {"bucketName": "reports", "key": f"2026/{number}.csv", "Host": "reports.s3.amazonaws.com"},
        "responseElements": None,
        "additionalEventData": {"SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256", "bytesOut": 4321},
        "requestID": f"{random.getrandbits(64):016X}",
        "eventID": f"{random.getrandbits(128):032x}",
        "readOnly": True,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::reports/2026/{number}.csv"},
            {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::reports"},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }


def denied_event(random: Random, number: int) -> dict[str, Any]:
    """Return one event that was refused, in one of the wordings of today."""
    one = event(random, number)
    source, name, resource, kind = random.choice(_DENIED)
    resource = resource.format(account=ACCOUNT, n=random.randrange(5_000))
    arn, action = one["userIdentity"]["arn"], f"{source.partition('.')[0]}:{name}"
    text = f"User: {arn} is not authorized to perform: {action} on resource: {resource}"
    code = "AccessDenied"
    if kind == "bare":
        text = "Access Denied"
        one["resources"][0]["ARN"] = resource
    elif kind == "SCP":
        code = "Client.UnauthorizedOperation"
        text = f"You are not authorized to perform this operation. {text} with an explicit deny in a service control"
        text += " policy"
    elif kind:
        text += f" because no {kind} allows the {action} action"
    if kind != "bare":
        one["resources"], one["requestParameters"] = [], None
    return {**one, "eventSource": source, "eventName": name, "errorCode": code, "errorMessage": text}


def write_logs(folder: Path, files: int, events: int, denied: float, seed: int = 1) -> int:
    """Write gzipped log files as CloudTrail delivers them; return how many events in them were refused."""
    random = Random(seed)
    count = 0
    for file in range(files):
        records = []
        for number in range(events):
            refused = random.random() < denied
            count += refused
            records.append((denied_event if refused else event)(random, file * events + number))
        data = json.dumps({"Records": records}, separators=(",", ":")).encode()
        name = f"{ACCOUNT}_CloudTrail_us-east-1_20261101T{file:04}Z_{random.getrandbits(64):016x}.json.gz"
        (folder / name).write_bytes(gzip.compress(data, 6))
    return count
