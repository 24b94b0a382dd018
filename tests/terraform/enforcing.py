"""A server in front of moto's that lets a caller do what its policies allow, and refuses the rest in AWS's own words.

The reference evaluator decides, not the engine's, over the policies that the caller's role has in moto at that moment.
Error shapes: botocore's protocols (S3's XML, query, EC2's, JSON, REST-JSON); the sentence is IAM's ("Troubleshoot
access denied error messages")."""

import http.client
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock
from xml.sax.saxutils import escape

import boto3
import msgspec
from moto.server import ThreadedMotoServer

from tests.reference_evaluator import decide
from tests.terraform.call import ACCOUNT, REGION, Call, asked_for, read_call

__all__ = ["ADMIN", "Aws", "fake_aws", "for_any_resource", "reply"]

ADMIN = "AKIAADMINADMINADMIN1"
# What moto does not know, and Terraform cannot do without.
_ANSWERS = {
    "ValidateStateMachineDefinition": b'{"result": "OK", "diagnostics": []}',
    "ListStateMachineVersions": b'{"stateMachineVersions": []}',
}
# A call may name a key by its alias: which one that is, is not read here.
_ALIAS = ":key/alias/"
_REQUEST_ID = "b1f6c1a8-7a0e-4f0b-9f39-0c5b1a2d3e4f"


class Aws:
    """A fake AWS. address: of the enforcing server. refused: the calls that were refused, in order."""

    def __init__(self, moto_port: int) -> None:
        self.moto = ("127.0.0.1", moto_port)
        self.refused: list[Call] = []
        self.seen: list[Call] = []
        self._roles: dict[str, str] = {}
        self._arns: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def key_of(self, role: str) -> str:
        """Return an access key that makes its caller a session of this role."""
        key = f"AKIA{len(self._roles):016d}"
        self._roles[key] = role
        return key

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def client(self, service: str) -> Any:
        """Return a client of moto's own server, which refuses nothing."""
        return boto3.client(
            service,
            endpoint_url=f"http://{self.moto[0]}:{self.moto[1]}",
            region_name=REGION,
            aws_access_key_id=ADMIN,
            aws_secret_access_key="x",
        )

    def whole(self, call: Call) -> Call:
        """Return a call with the paths of its roles, which only the call that makes a role names."""
        if call.operation == "CreateRole":
            self._arns[call.resource.rpartition("/")[2]] = call.resource
        known = {
            field: self._arns[name]
            for field in ("resource", "passes")
            if ":role/" in (arn := getattr(call, field)) and (name := arn.rpartition("/")[2]) in self._arns
        }
        return msgspec.structs.replace(call, **known) if known else call

    def denied(self, call: Call) -> Call | None:
        """Return what of a call is refused: itself, or what it needs besides; None where nothing is."""
        return next((one for one in asked_for(call) if not self._allows(one)), None)

    def _allows(self, call: Call) -> bool:
        """Decide by the caller's policies as they are now."""
        role = self._roles.get(call.key)
        if role is None:
            return True
        documents = self._documents(role)
        if call.resource == "*" or _ALIAS in call.resource:
            documents = for_any_resource(documents)
        case: dict[str, Any] = {
            "request": {
                "principal": self.caller(call),
                "action": call.action,
                "resource": call.resource,
                "resource_account": ACCOUNT,
                "context": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{role}", **call.context},
            },
            "identity_policies": [{"name": "p", "document": one} for one in documents],
        }
        if call.action.startswith("kms:") and ":key/" in call.resource:
            case["resource_policy"] = self._key_policy(call.resource)
        return decide(case)[0] == "Allowed"

    def _key_policy(self, key: str) -> Any:
        """Return the policy of a key, which each has; behind an alias, one that leaves it to IAM."""
        if _ALIAS in key:
            root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
            return {"Statement": [{"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}]}
        return json.loads(self.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])

    def caller(self, call: Call) -> str:
        """Return the ARN behind an access key."""
        return f"arn:aws:sts::{ACCOUNT}:assumed-role/{self._roles.get(call.key, 'Admin')}/terraform"

    def _documents(self, role: str) -> list[Any]:
        iam = self.client("iam")
        found = [
            iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
            version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
            found.append(version["PolicyVersion"]["Document"])
        return found


def for_any_resource(documents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return policies that say the same of every resource, for a call whose resource is not read here; what a Deny says
    of all resources but some is left out, since it cannot be told whether this is one of them."""
    return [
        {**one, "Statement": [{**st, "Resource": "*"} for st in one["Statement"] if "NotResource" not in st]}
        for one in documents
    ]


def _handler(aws: Aws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = read_call(self.command, self.path, headers, body)
            if call is not None:
                call = aws.whole(call)
                aws.seen.append(call)
            refused = aws.denied(call) if call is not None else None
            if refused is not None:
                aws.refused.append(refused)
                reply(self, *_refusal(refused, aws.caller(refused)))
                return
            if call is not None and call.operation in _ANSWERS:
                reply(self, 200, {"content-type": "application/x-amz-json-1.0"}, _ANSWERS[call.operation])
                return
            upstream = http.client.HTTPConnection(*aws.moto, timeout=60)
            upstream.request(self.command, self.path, body, dict(self.headers.items()))
            answer = upstream.getresponse()
            content = answer.read()
            if answer.status == 500 and call is not None:
                # What moto does not do it answers with 500, which Terraform tries again for minutes.
                upstream.close()
                reply(self, *_not_done(call))
                return
            kept = {
                name: value
                for name, value in answer.getheaders()
                if name.lower() not in ("connection", "transfer-encoding", "content-length", "server", "date")
            }
            reply(self, answer.status, kept, content)
            upstream.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    return Handler


def reply(handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], content: bytes) -> None:
    """Send an answer, without the length among its headers."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(content)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(content)


def _not_done(call: Call) -> tuple[int, dict[str, str], bytes]:
    """Return an answer to what moto cannot do: no tags where they are listed, else an error that is not tried again."""
    if call.operation.startswith("ListTags"):
        return 200, {"content-type": "application/x-amz-json-1.1"}, b"{}"
    return _error(call, "ValidationException", f"moto does not know {call.operation}", 400)


def _refusal(call: Call, caller: str) -> tuple[int, dict[str, str], bytes]:
    about = f" on resource: {call.resource}" if call.resource != "*" else ""
    words = (
        f"User: {caller} is not authorized to perform: {call.action}{about} because no identity-based policy allows "
        f"the {call.action} action"
    )
    if call.service == "s3":
        text = f'"{call.resource}"'
        return _error(call, "AccessDenied", words.replace(f": {call.resource} ", f": {text} "), 403)
    if call.protocol == "ec2":
        return _error(call, "UnauthorizedOperation", f"You are not authorized to perform this operation. {words}", 403)
    if call.protocol == "query":
        return _error(call, "AccessDenied", words, 403)
    return _error(call, "AccessDeniedException", words, 400)


def _error(call: Call, code: str, words: str, status: int) -> tuple[int, dict[str, str], bytes]:
    """Return an error in the shape of the call's protocol: status, headers, body."""
    said = f"<Code>{code}</Code><Message>{escape(words)}</Message>"
    if call.service == "s3":
        xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{said}<RequestId>{_REQUEST_ID}</RequestId></Error>'
        return status, {"content-type": "application/xml"}, xml.encode()
    if call.protocol == "ec2":
        xml = f"<Response><Errors><Error>{said}</Error></Errors><RequestID>{_REQUEST_ID}</RequestID></Response>"
        return status, {"content-type": "text/xml;charset=UTF-8"}, xml.encode()
    if call.protocol == "query":
        error = f"<Error><Type>Sender</Type>{said}</Error>"
        xml = f"<ErrorResponse>{error}<RequestId>{_REQUEST_ID}</RequestId></ErrorResponse>"
        return status, {"content-type": "text/xml"}, xml.encode()
    body = json.dumps({"__type": code, "message": words, "Message": words}).encode()
    headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": _REQUEST_ID}
    return status, {**headers, "x-amzn-errortype": code}, body


@contextmanager
def fake_aws() -> Iterator[Aws]:
    """Run moto's server and the enforcing one in front of it."""
    # Modules attach AWS's own policies; moto has them where it is told to, and reads them anew at each reset.
    with mock.patch.dict(os.environ, {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}):
        yield from _fake_aws()


def _fake_aws() -> Iterator[Aws]:
    moto = ThreadedMotoServer(port=0, verbose=False)
    moto.start()
    _, port = moto.get_host_and_port()
    # What an earlier one left in this process is not there any more.
    reset = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
    reset.request("POST", "/moto-api/reset")
    assert reset.getresponse().status == 200
    reset.close()
    aws = Aws(int(port))
    try:
        yield aws
    finally:
        aws.close()
        moto.stop()
