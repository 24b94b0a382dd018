"""The CDK: no edit, but the construct behind a role or bucket, where it is made, and the call that grants.

Read from cdk.out, where `cdk synth` has written it: each template's `Metadata: aws:cdk:path` says which construct a
resource came from; the code is then searched for the construct's id."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.forms.cloudformation_types import IDENTITIES, TemplateIdentity
from whydenied.engine.forms.names import first_action, holder_name
from whydenied.engine.source.edit import Unplaced, Wanted
from whydenied.engine.source.files import SourceTree

__all__ = ["place_in_cdk"]

# The call of a construct that gives a permission, by service and by what the action's name begins with.
_GRANTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "s3": (("Get", "grantRead"), ("List", "grantRead"), ("Put", "grantPut"), ("Delete", "grantDelete")),
    "dynamodb": (
        ("Get", "grantReadData"),
        ("Query", "grantReadData"),
        ("Scan", "grantReadData"),
        ("Put", "grantWriteData"),
        ("Update", "grantWriteData"),
        ("Delete", "grantWriteData"),
    ),
    "sqs": (("Send", "grantSendMessages"), ("Receive", "grantConsumeMessages"), ("Delete", "grantConsumeMessages")),
    "sns": (("Publish", "grantPublish"),),
    "kms": (("Decrypt", "grantDecrypt"), ("Encrypt", "grantEncrypt"), ("Generate", "grantEncrypt")),
    "secretsmanager": (("Get", "grantRead"),),
    "ssm": (("Get", "grantRead"),),
    "lambda": (("Invoke", "grantInvoke"),),
    "states": (("StartExecution", "grantStartExecution"),),
    "events": (("PutEvents", "grantPutEventsTo"),),
    "logs": (("PutLogEvents", "grantWrite"), ("CreateLogStream", "grantWrite")),
    "ecr": (("BatchGet", "grantPull"), ("GetDownload", "grantPull"), ("Put", "grantPush")),
}


def place_in_cdk(tree: SourceTree, wanted: Wanted) -> Unplaced:
    """Return the construct to change, its place in the code, and the call to add there."""
    target = parse_arn(wanted.principal if wanted.gate == "identity" else wanted.resource)
    if target is None or target.kind not in IDENTITIES:
        return Unplaced("no cdk.out here defines it")
    name = holder_name(target)
    paths = sorted(set(_constructs(tree, IDENTITIES[target.kind], name)))
    if len(paths) != 1:
        why = f"{len(paths)} constructs may be `{name}`" if paths else f"no cdk.out here defines `{name}`"
        return Unplaced(why, tuple(paths))
    places = tuple(_places(tree, paths[0]))
    return Unplaced(f"the construct `{paths[0]}` makes it: add {_call(wanted)} in its code", places)


def _constructs(tree: SourceTree, kind: TemplateIdentity, name: str) -> Iterator[str]:
    for file in tree.ending(".template.json"):
        try:
            template = msgspec.json.decode(file.data)
        except (msgspec.DecodeError, RecursionError):
            continue
        resources = template.get("Resources") if isinstance(template, dict) else None
        for id_, one in (resources if isinstance(resources, dict) else {}).items():
            if isinstance(one, dict) and one.get("Type") == kind.owner and _is_named(id_, one, kind.link, name):
                path = _dict(one.get("Metadata")).get("aws:cdk:path")
                if isinstance(path, str):
                    yield path.removesuffix("/Resource")


def _is_named(id_: str, one: dict[str, object], named: str, name: str) -> bool:
    given = _dict(one.get("Properties")).get(named)
    if isinstance(given, str):
        return given == name
    made_up = re.fullmatch(r"(?P<stack>.+?)-(?P<id>[A-Za-z0-9]+)-[A-Za-z0-9]{8,14}", name)
    return given is None and made_up is not None and id_.startswith(made_up["id"]) and len(made_up["id"]) >= 8


def _places(tree: SourceTree, path: str) -> Iterator[str]:
    """Yield `file:line` of the code that makes a construct: the last id on its path that is written as a text."""
    for id_ in reversed([part for part in path.split("/")[1:] if part not in ("ServiceRole", "Role", "DefaultPolicy")]):
        pattern = re.compile(
            rf"""new\s+[\w.]+\(\s*this\s*,\s*["']{re.escape(id_)}["']|\(\s*self\s*,\s*["']{re.escape(id_)}["']"""
        )
        found = [
            f"{file.path}:{file.data[: match.start()].count(10) + 1}"
            for file in tree.ending(".ts", ".py")
            for match in pattern.finditer(file.data.decode())
        ]
        if found:
            yield from found[:3]
            return


def _call(wanted: Wanted) -> str:
    first = first_action(wanted.statement)
    service, _, verb = first.partition(":")
    grant = next((call for start, call in _GRANTS.get(service.lower(), ()) if verb.startswith(start)), None)
    if grant is None:
        return f"`addToPolicy(new iam.PolicyStatement({{…}}))` with `{first}`"
    return f"`{grant}(…)` of the resource's construct, or `addToPolicy` with `{first}`"


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
