"""Resource policies: where each service keeps its own, and what it answers where there is none.

A service that is not listed and has no policies on its resources gives "none"; one that has them and is not listed
stays unknown. Sources: each service's API reference; fact sheet of the project, "Where a policy hides in an answer".
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece, Unknown
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources._policies import document
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE", "WITH_POLICIES"]


class _Place(NamedTuple):
    """operation: the call. parameters: of a target; None where its resource does not say. read: the document."""

    service: str
    operation: str
    parameters: Callable[[Target], dict[str, Any] | None]
    read: Callable[[Any], Any]


def _name(target: Target) -> str:
    arn = target.arn
    return arn.resource.partition("/")[2] or arn.resource if arn else ""


def _queue(target: Target) -> dict[str, Any] | None:
    arn = target.arn
    if arn is None:
        return None
    domain = {"aws-cn": "amazonaws.com.cn"}.get(arn.partition, "amazonaws.com")
    url = f"https://sqs.{arn.region}.{domain}/{arn.account}/{arn.resource}"
    return {"QueueUrl": url, "AttributeNames": ["Policy"]}


def _by_arn(name: str) -> Callable[[Target], dict[str, Any] | None]:
    return lambda target: {name: target.resource} if target.arn else None


def _function(target: Target) -> dict[str, Any] | None:
    arn = target.arn
    if arn is None or arn.kind != "function":
        return None
    name, _, qualifier = arn.resource.partition(":")[2].partition(":")
    whole = f"arn:{arn.partition}:lambda:{arn.region}:{arn.account}:function:{name}"
    return {"FunctionName": whole, **({"Qualifier": qualifier} if qualifier and qualifier != "*" else {})}


def _key(target: Target) -> dict[str, Any] | None:
    arn = target.arn
    return {"KeyId": target.resource, "PolicyName": "default"} if arn and arn.kind == "key" else None


def _repository(target: Target) -> dict[str, Any] | None:
    arn = target.arn
    return {"registryId": arn.account, "repositoryName": _name(target)} if arn and arn.kind == "repository" else None


def _table(target: Target) -> dict[str, Any] | None:
    arn = target.arn
    if arn is None or arn.kind != "table":
        return None
    # An index has no policy of its own; a stream has.
    return {"ResourceArn": target.resource.partition("/index/")[0]}


_PLACES = {
    "kms": _Place("kms", "GetKeyPolicy", _key, lambda answer: answer.get("Policy")),
    "sqs": _Place("sqs", "GetQueueAttributes", _queue, lambda answer: (answer.get("Attributes") or {}).get("Policy")),
    "sns": _Place(
        "sns", "GetTopicAttributes", _by_arn("TopicArn"), lambda answer: (answer.get("Attributes") or {}).get("Policy")
    ),
    "lambda": _Place("lambda", "GetPolicy", _function, lambda answer: answer.get("Policy")),
    "ecr": _Place("ecr", "GetRepositoryPolicy", _repository, lambda answer: answer.get("policyText")),
    "secretsmanager": _Place(
        "secretsmanager", "GetResourcePolicy", _by_arn("SecretId"), lambda answer: answer.get("ResourcePolicy")
    ),
    "dynamodb": _Place("dynamodb", "GetResourcePolicy", _table, lambda answer: answer.get("Policy")),
}
WITH_POLICIES = frozenset(
    "acm-pca aoss apigateway backup cloud9 codeartifact codebuild dataexchange ds elasticfilesystem es events"
    " execute-api glacier glue greengrass imagebuilder iot kafka kendra kinesis lex logs mediastore mobiletargeting"
    " network-firewall opsworks qldb ram rds redshift-serverless refactor-spaces rolesanywhere route53 s3-object-lambda"
    " s3-outposts s3express s3tables schemas serverlessrepo ses signer ssm ssm-incidents states verifiedpermissions"
    " vpc-lattice wellarchitected workmail xray s3 sts kms".split()
)
"""Services with policies on (some of) their resources that no collector of ours reads, and those read elsewhere."""


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the policy of the resource."""
    piece = Piece()
    place = _PLACES.get(target.service)
    parameters = place.parameters(target) if place else None
    if place is None or parameters is None:
        if target.service in WITH_POLICIES and target.arn is not None and target.service not in _PLACES:
            what = f"the policy of the resource, for `{target.service}` keeps policies that no collector reads"
            piece.unknown.append(Unknown("resource", what, "not collected", ""))
        else:
            piece.policies["resource"] = None
        return piece
    arn = target.arn
    region = arn.region if arn else target.region
    answer = reader.read(Call(place.service, place.operation, parameters, target.owner, region))
    if not answer.known:
        piece.fail("resource", f"the policy of `{target.resource}`", [answer])
        return piece
    body = document(place.read(answer)) if answer.ok else None
    piece.policies["resource"] = {"name": f"policy of {target.resource}", "document": body} if body else None
    return piece


SOURCE = Source(
    "resource",
    ("resource",),
    1,
    tuple((place.service, place.operation) for place in _PLACES.values()),
    lambda target: not target.trust_role and target.service != "s3",
    collect,
)
