"""What an HTTP request to AWS asks for: service, operation, action, resource; read with botocore's models."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.session
import msgspec

from whydenied.engine.messages.operations import action_for

__all__ = ["Call", "asked_for", "operation_of", "read_call", "s3_operation"]

ACCOUNT = "123456789012"
REGION = "us-east-1"
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_VARIABLE = re.compile(r"\\\{([\w\\-]+?)(\\\+)?\\\}")
# What signs for a service is not always what botocore calls it.
_CLIENTS = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "states": "stepfunctions", "es": "opensearch"}
_CLIENTS |= {"timestream": "timestream-write"}
_CLIENTS |= {"email": "sesv2", "aps": "amp", "elasticfilesystem": "efs", "apigateway": "apigateway"}
# Requests to S3 without a subresource, by method and depth of the path.
_S3_PLAIN = {
    ("GET", 0): "ListBuckets",
    ("GET", 1): "ListObjectsV2",
    ("PUT", 1): "CreateBucket",
    ("HEAD", 1): "HeadBucket",
    ("DELETE", 1): "DeleteBucket",
    ("GET", 2): "GetObject",
    ("PUT", 2): "PutObject",
    ("HEAD", 2): "HeadObject",
    ("DELETE", 2): "DeleteObject",
}
# Actions whose name differs from the operation's and that the engine's table is about: read here apart, so that a
# mistake there shows.
_S3_ACTIONS = {
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "HeadObject": "GetObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "ListObjectVersions": "ListBucketVersions",
    "DeleteObjects": "DeleteObject",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


class Call(msgspec.Struct, frozen=True):
    """One request. key: the access key that signed it. protocol: botocore's name. target: the object or name that the
    request is about, as far as it matters for the ARN; action, resource: what IAM decides; context: its keys. passes:
    the ARN of the role that is handed to the service, "" for none. tagged: it makes something and sends its tags.
    encrypts: the ARN of the key that the service is to use, "" for one of its own."""

    key: str
    service: str
    operation: str
    protocol: str
    action: str
    resource: str
    passes: str = ""
    context: dict[str, str] = {}
    tagged: bool = False
    encrypts: str = ""


# Who takes a role, where it is not the service that is called; what tags at a service, where it is not TagResource.
_TAKERS = {"ecs": "ecs-tasks.amazonaws.com", "iam": "ec2.amazonaws.com", "ec2": "vpc-flow-logs.amazonaws.com"}
_TAGGING = {
    "sqs": "TagQueue",
    "ssm": "AddTagsToResource",
    "rds": "AddTagsToResource",
    "elasticloadbalancing": "AddTags",
    "ec2": "CreateTags",
    "acm": "AddTagsToCertificate",
    "cloudtrail": "AddTags",
    "sagemaker": "AddTags",
} | dict.fromkeys(
    "sns dynamodb lambda logs kms ecr ecs secretsmanager events states cloudwatch glue wafv2 elasticfilesystem"
    " cognito-idp batch".split(),
    "TagResource",
)
# Of a flow log, whose name does not say that it is a role.
_LOGS_ROLE = "DeliverLogsPermissionArn"
# What services ask of a key as the caller, and what else they ask for (RDS, "Authorizing use of a customer managed
# key"; Secrets Manager, CreateSecret; Backup, "API permissions").
_ENCRYPTING = {
    ("rds", "CreateDBInstance"): ("CreateGrant", "DescribeKey"),
    ("rds", "CreateDBCluster"): ("CreateGrant", "DescribeKey"),
    ("secretsmanager", "CreateSecret"): ("GenerateDataKey", "Decrypt"),
    ("backup", "CreateBackupVault"): ("CreateGrant", "GenerateDataKey", "Decrypt", "RetireGrant", "DescribeKey"),
}
_STORAGE = {("backup", "CreateBackupVault"): "backup-storage:MountCapsule"}
_IAM_TAGGING = {"CreateRole": "TagRole", "CreatePolicy": "TagPolicy", "CreateUser": "TagUser"}


def asked_for(call: Call) -> tuple[Call, ...]:
    """Return what IAM is asked for a call: itself, that a role is handed over, that what is made is tagged, that a key
    is used.

    Sources: IAM User Guide, "Granting a user permissions to pass a role"; the services' pages on tags."""
    asked = [call]
    if call.passes:
        to = {"iam:PassedToService": _TAKERS.get(call.service, f"{call.service}.amazonaws.com")}
        asked.append(msgspec.structs.replace(call, action="iam:PassRole", resource=call.passes, context=to))
    tagging = _IAM_TAGGING.get(call.operation) if call.service == "iam" else _TAGGING.get(call.service)
    if call.tagged and tagging:
        asked.append(msgspec.structs.replace(call, action=f"{call.service}:{tagging}"))
    via = {"kms:ViaService": f"{call.service}.{REGION}.amazonaws.com"}
    asked += [
        msgspec.structs.replace(call, action=f"kms:{name}", resource=call.encrypts, context=via)
        for name in (_ENCRYPTING.get((call.service, call.operation), ()) if call.encrypts else ())
    ]
    if storage := _STORAGE.get((call.service, call.operation)):
        asked.append(msgspec.structs.replace(call, action=storage, resource="*"))
    return tuple(asked)


@cache
def _model(client: str) -> Any:
    return botocore.session.get_session().get_service_model(client)


def read_call(method: str, path: str, headers: dict[str, str], body: bytes) -> Call | None:
    """Read a signed request; None for one that nobody signed."""
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    if not found:
        return None
    key, _, service = found.groups()
    if service == "s3":
        return _s3(key, method, path)
    client = _CLIENTS.get(service, service)
    if client == "apigateway" and path.startswith("/v2/"):
        client = "apigatewayv2"
    if client == "ses" and path.startswith("/v2/"):
        client = "sesv2"
    model = _model(client)
    operation, given = operation_of(model, method, path, headers, body)
    prefix = {"monitoring": "cloudwatch", "email": "ses"}.get(service, service)
    action = action_for(operation, prefix) or f"{prefix}:{operation}"
    if prefix == "apigateway":
        action = f"apigateway:{method}"
    protocol = model.metadata["protocol"]
    resource = _resource(prefix, operation, given)
    tagged = operation.startswith(("Create", "Put", "Register", "Run", "Allocate", "Request")) and _has_tags(given)
    passes = _passed(prefix, operation, given)
    is_attached = prefix == "iam" and isinstance(given.get("PolicyArn"), str) and "RolePolicy" in operation
    context = {"iam:PolicyARN": given["PolicyArn"]} if is_attached else {}
    named = given.get("KmsKeyId") or given.get("EncryptionKeyArn")
    encrypts = named if isinstance(named, str) and ":key/" in named else ""
    return Call(key, prefix, operation, protocol, action, resource, passes, context, tagged, encrypts)


def _has_tags(given: dict[str, Any]) -> bool:
    # User pools call them UserPoolTags.
    return any((name.lower().startswith("tag") or name.endswith("Tags")) and value for name, value in given.items())


def _passed(service: str, operation: str, given: dict[str, Any]) -> str:
    """Return the role that a call hands over; IAM's own calls name the role that they are about, but for one."""
    if service == "iam":
        role = given.get("RoleName") if operation == "AddRoleToInstanceProfile" else None
        return _named("iam", "RoleName", role) if isinstance(role, str) else ""
    return next(_roles(given), "")


def _roles(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _roles(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _roles(inner, name)
    elif isinstance(value, str) and ":role/" in value and ("role" in name.lower() or name == _LOGS_ROLE):
        yield value


def s3_operation(method: str, path: str) -> tuple[str, list[str]]:
    """Return the operation that a request to S3 is, and the bucket and key that it names."""
    split = urlsplit(path)
    parts = [unquote(part) for part in split.path.lstrip("/").split("/", 1) if part]
    names = set(parse_qs(split.query, keep_blank_values=True))
    operation = _S3_PLAIN.get((method, len(parts)), "ListBuckets")
    for name in _model("s3").operation_names:
        http = _model("s3").operation_model(name).http
        uri = urlsplit(http["requestUri"])
        wanted = set(parse_qs(uri.query, keep_blank_values=True)) - {"x-id", "list-type", "Id", "id"}
        depth = uri.path.count("{")
        if http["method"] == method and depth == len(parts) and wanted and wanted <= names:
            operation = name
    return operation, parts


def _s3(key: str, method: str, path: str) -> Call:
    operation, parts = s3_operation(method, path)
    action = f"s3:{_S3_ACTIONS.get(operation, operation)}"
    resource = f"arn:aws:s3:::{'/'.join(parts)}" if parts else "*"
    return Call(key, "s3", operation, "rest-xml", action, resource)


def operation_of(
    model: Any, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[str, dict[str, Any]]:
    """Return the operation that a request to a service (botocore's model) is, and what it is given by name."""
    target = headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2], _json(body)
    form = parse_qs(body.decode(errors="replace"))
    if "Action" in form:
        return form["Action"][0], {name: values[0] for name, values in form.items()}
    split = urlsplit(path)
    given = set(parse_qs(split.query, keep_blank_values=True))
    best: tuple[tuple[int, int], str, dict[str, Any]] = ((-1, 0), "Unknown", {})
    for name, verb, pattern, asked in _routes(model.service_name):
        match = pattern.fullmatch(split.path) if verb == method and asked <= given else None
        if match:
            # Of several that fit, the one that asks for most, and names most of the path.
            found = {key: unquote(value) for key, value in match.groupdict().items()}
            best = max(best, ((len(asked), -len(found)), name, {**_json(body), **found}), key=lambda one: one[0])
    return best[1], best[2]


@cache
def _routes(client: str) -> list[tuple[str, str, re.Pattern[str], set[str]]]:
    """Return a service's operations: name, method, the pattern of the path, and the query keys that tell it apart."""
    found = []
    for name in _model(client).operation_names:
        http = _model(client).operation_model(name).http
        uri = urlsplit(http["requestUri"])
        pattern = _VARIABLE.sub(_group, re.escape(uri.path)).rstrip("/") + "/?"
        found.append((name, http["method"], re.compile(pattern), set(parse_qs(uri.query, keep_blank_values=True))))
    return found


def _group(variable: re.Match[str]) -> str:
    name = re.sub(r"\W", "", variable[1])
    return f"(?P<{name}>{'.+' if variable[2] else '[^/]+'})"


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _resource(service: str, operation: str, given: dict[str, Any]) -> str:
    """The ARN that AWS checks, for the services of the modules that are run; `*` for what names nothing."""
    if operation == "CreateRole":
        return f"arn:aws:iam::{ACCOUNT}:role{given.get('Path', '/')}{given.get('RoleName')}"
    if service == "iam":
        for name, kind in (("InstanceProfileName", "instance-profile"), ("GroupName", "group")):
            if isinstance(given.get(name), str):
                return f"arn:aws:iam::{ACCOUNT}:{kind}/{given[name]}"
    if service == "transfer" and "UserName" in given and operation != "CreateUser":
        return f"arn:aws:transfer:{REGION}:{ACCOUNT}:user/{given.get('ServerId')}/{given['UserName']}"
    if service == "transfer" and "ServerId" in given:
        return f"arn:aws:transfer:{REGION}:{ACCOUNT}:server/{given['ServerId']}"
    for name in ("RoleName", "UserName", "PolicyArn", "QueueName", "QueueUrl", "TopicArn", "TableName", "KeyId"):
        if isinstance(given.get(name), str) and service != "glue" and (name, service) != ("KeyId", "kinesis"):
            return _named(service, name, given[name])
    if service == "logs" and "logStreamName" in given:
        names = f"{given['logGroupName']}:log-stream:{given['logStreamName']}"
        return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{names}"
    if service == "events":
        return _of_events(operation, given)
    for name, kind in _KINDS.get(service, ()):
        if isinstance(given.get(name), str):
            value = str(given[name])
            if value.startswith("arn:"):
                return value
            if service == "ssm" and "Document" in operation:
                kind = "document/"
            if service == "ssm" and "ResourceType" in given:
                kind = f"{given['ResourceType'].lower()}/"
            if service == "secretsmanager":
                return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}{value}-AbCdEf"
            # A parameter's own slash is the one behind its kind.
            return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}{value.lstrip('/') if service == 'ssm' else value}"
    if service == "iot" and "policyName" in given:
        return f"arn:aws:iot:{REGION}:{ACCOUNT}:policy/{given['policyName']}"
    if operation == "CreatePolicy":
        return f"arn:aws:iam::{ACCOUNT}:policy/{given.get('PolicyName')}"
    return "*"


_KINDS = {
    "logs": (("logGroupName", "log-group:"), ("resourceArn", ""), ("logGroupNamePrefix", "log-group:")),
    "secretsmanager": (("Name", "secret:"), ("SecretId", "secret:")),
    "ecr": (("repositoryName", "repository/"), ("resourceArn", "")),
    "ssm": (("Name", "parameter/"), ("ResourceId", "parameter/")),
    "states": (("name", "stateMachine:"), ("stateMachineArn", ""), ("resourceArn", "")),
    "lambda": (("FunctionName", "function:"),),
    "sns": (("Name", ""), ("ResourceArn", "")),
    "dynamodb": (("ResourceArn", ""),),
    "kinesis": (("StreamName", "stream/"),),
}


def _of_events(operation: str, given: dict[str, Any]) -> str:
    """Return the bus, archive or rule of a call to EventBridge; a rule of another bus than the default one has the
    bus's name before its own."""
    bus = str(given.get("EventBusName") or "default").rpartition("/")[2]
    kinds = {"EventBus": "event-bus/", "Archive": "archive/", "ApiDestination": "", "Connection": ""}
    kind = next((path for word, path in kinds.items() if word in operation and operation != "ListEventBuses"), None)
    name = given.get("ArchiveName") if kind == "archive/" else given.get("Rule") or given.get("Name")
    if isinstance(given.get("ResourceARN"), str):
        return str(given["ResourceARN"])
    if not isinstance(name, str) or kind == "":
        return "*"
    kind = kind or ("rule/" if bus == "default" else f"rule/{bus}/")
    return f"arn:aws:events:{REGION}:{ACCOUNT}:{kind}{name}"


def _named(service: str, name: str, value: str) -> str:
    if value.startswith("arn:"):
        return value
    if name == "QueueUrl":
        value = value.rstrip("/").rpartition("/")[2]
    kind = {"RoleName": "role/", "UserName": "user/", "TableName": "table/", "KeyId": "key/"}.get(name, "")
    region = "" if service == "iam" else REGION
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{kind}{value.removeprefix('key/')}"
