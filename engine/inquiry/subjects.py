"""Whose output it is: the role, bucket, action, key … that it is about, beside those of the message.

A look-up of another role answers nothing about this one, however like it looks; nor does one of the same name in
another account or Region. Both names are told.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.errors import InputError
from whydenied.engine.inquiry.policies import Known

__all__ = ["check_subject", "role_of"]

# What a command of AWS printed, as far as it is JSON.
Output = Mapping[str, Any]

_About = tuple[str, str, str]
"""What kind of thing it is, the output's and the message's; "" where either does not tell."""


def check_subject(operation: str, data: Output, known: Known, about_caller: bool = False) -> None:
    """Raise InputError, with both names, where an output is about something else than the message.

    about_caller: a role's description is asked for because of the caller's own role.
    """
    look = _SUBJECTS.get(operation)
    if look is None:
        return
    what, found, wanted = look(data, known, about_caller)
    if found and wanted and found.lower() != wanted.lower():
        raise InputError(
            f"this is about the {what} `{found[:120]}`, and the message is about `{wanted[:120]}`: run the command for "
            "that one"
        )
    place = _elsewhere(data, known, about_caller or operation in _OF_CALLER) if found and wanted else ""
    if place:
        raise InputError(f"this {what} `{found[:120]}` is {place}: run the command there")


def _elsewhere(data: Output, known: Known, about_caller: bool) -> str:
    """Return in which other account or Region than the message's an output's thing is, "" for the same."""
    found = next((arn for path in _ARNS if (arn := parse_arn(str(_in(data, *path) or "")))), None)
    wanted = parse_arn(known.principal if about_caller or "User" in data else known.resource)
    if found is None or wanted is None:
        return ""
    if found.account and wanted.account and found.account != wanted.account:
        return f"in account {found.account}, and the message is about account {wanted.account}"
    if found.region and wanted.region and found.region != wanted.region:
        return f"in {found.region}, and the message is about {wanted.region}"
    return ""


def role_of(principal: str) -> str:
    """Return the name of the user or role behind a principal's ARN, "" where it does not tell."""
    arn = parse_arn(principal)
    if arn is None:
        return ""
    if arn.kind == "assumed-role":
        return arn.resource.split("/")[1]
    return arn.name if arn.kind in ("user", "role") else ""


def _resource(known: Known, service: str, kind: str = "") -> Arn | None:
    arn = parse_arn(known.resource)
    return arn if arn is not None and arn.service == service and (not kind or arn.kind == kind) else None


def _name(known: Known, service: str, kind: str = "") -> str:
    arn = _resource(known, service, kind)
    return arn.name if arn else ""


def _role(data: Output, known: Known, about_caller: bool) -> _About:
    found = str(_in(data, "Role", "RoleName") or "")
    return "role", found, role_of(known.principal) if about_caller else _name(known, "iam", "role")


def _user(data: Output, known: Known, about_caller: bool) -> _About:
    return "user", str(_in(data, "User", "UserName") or ""), role_of(known.principal)


def _simulated(data: Output, known: Known, about_caller: bool) -> _About:
    results = [one for one in data.get("EvaluationResults") or [] if isinstance(one, Mapping)]
    actions = [str(one.get("EvalActionName", "")) for one in results]
    actions = [one for one in actions if one.lower() not in ("iam:passrole", "iam:createservicelinkedrole")]
    if actions and known.action and known.action.lower() not in [one.lower() for one in actions]:
        return "action", actions[0], known.action
    named = [str(one.get("EvalResourceName") or "*") for one in results]
    if known.resource and named and known.resource not in named and "*" not in named:
        return "resource", named[0], known.resource
    return "action", "", ""


def _bucket(data: Output, known: Known, about_caller: bool) -> _About:
    arn = _resource(known, "s3")
    wanted = arn.resource.partition("/")[0] if arn else ""
    buckets = sorted(_buckets(data.get("Policy")))
    found = "" if not buckets or wanted in buckets or any("*" in one for one in buckets) else buckets[0]
    return "bucket", found, wanted


def _buckets(policy: object) -> set[str]:
    """Return the buckets that a policy's resources name."""
    text = policy if isinstance(policy, str) else ""
    pieces = text.replace("\\/", "/").split(":s3:::")[1:]
    return {piece.split("/")[0].split('"')[0].split("\\")[0] for piece in pieces}


def _key(data: Output, known: Known, about_caller: bool) -> _About:
    return "key", str(_in(data, "KeyMetadata", "KeyId") or ""), _name(known, "kms", "key")


def _function(data: Output, known: Known, about_caller: bool) -> _About:
    arn = _resource(known, "lambda")
    return (
        "function",
        str(data.get("FunctionName") or ""),
        arn.resource.split(":")[1] if arn and ":" in arn.resource else "",
    )


def _repository(data: Output, known: Known, about_caller: bool) -> _About:
    arn = _resource(known, "ecr", "repository")
    return "repository", str(data.get("repositoryName") or ""), arn.resource.partition("/")[2] if arn else ""


def _entry(data: Output, known: Known, about_caller: bool) -> _About:
    return "role", role_of(str(_in(data, "accessEntry", "principalArn") or "")), role_of(known.principal)


def _region(data: Output, known: Known, about_caller: bool) -> _About:
    return "Region", str(data.get("RegionName") or ""), known.region


def _secret(data: Output, known: Known, about_caller: bool) -> _About:
    return "secret", str(data.get("ARN") or ""), known.resource if _resource(known, "secretsmanager") else ""


def _instance(data: Output, known: Known, about_caller: bool) -> _About:
    ids = [
        str(_id)
        for one in data.get("Reservations") or []
        for i in one.get("Instances") or []
        if (_id := i.get("InstanceId"))
    ]
    session = known.principal.rsplit("/", 1)[-1]
    return "instance", ids[0] if ids and session not in ids else "", session if session.startswith("i-") else ""


def _domain(data: Output, known: Known, about_caller: bool) -> _About:
    return "domain", str(_in(data, "DomainStatus", "DomainName") or ""), _name(known, "es", "domain")


def _in(data: Output, *path: str) -> object:
    value: object = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


_OF_CALLER: Final = ("DescribeAccessEntry",)
"""The calls whose outputs are about who called, whatever they are asked for."""
_ARNS: Final = (
    ("Role", "Arn"),
    ("User", "Arn"),
    ("KeyMetadata", "Arn"),
    ("FunctionArn",),
    ("accessEntry", "principalArn"),
    ("DomainStatus", "ARN"),
)
"""Where outputs hold the ARN of what they are about."""

_SUBJECTS: Final[Mapping[str, Callable[[Output, Known, bool], _About]]] = {
    "GetRole": lambda data, known, about: (_user if "User" in data else _role)(data, known, about),
    "SimulatePrincipalPolicy": _simulated,
    "GetBucketPolicy": _bucket,
    "DescribeKey": _key,
    "GetFunctionConfiguration": _function,
    "GetRepositoryPolicy": _repository,
    "DescribeAccessEntry": _entry,
    "GetRegionOptStatus": _region,
    "GetResourcePolicy": _secret,
    "DescribeInstances": _instance,
    "DescribeDomain": _domain,
}
