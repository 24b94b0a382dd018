"""What Terraform asks of the place where it keeps its state.

Source: Terraform, "Backend type: s3" (permissions required). A plan does not name its backend: `.terraform/
terraform.tfstate` in the working folder does, which `terraform init` writes."""

from collections.abc import Iterator, Mapping

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.plans.calls import Call
from whydenied.engine.plans.operations import Operation
from whydenied.engine.plans.places import Place
from whydenied.engine.plans.requests import Asked

__all__ = ["asked_of_backend"]

_TEXT = "the state and its lock"


def asked_of_backend(data: bytes, place: Place) -> tuple[Asked, ...]:
    """Return what IAM is asked for the state; () for a backend that is no bucket. Raises InputError."""
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InputError("the backend's file is not JSON; give `.terraform/terraform.tfstate` of the folder") from None
    backend = raw.get("backend") if isinstance(raw, Mapping) else None
    if not isinstance(backend, Mapping) or not isinstance(backend.get("config"), Mapping):
        raise InputError("the file names no backend; give the `.terraform/terraform.tfstate` of `terraform init`")
    if backend.get("type") != "s3":
        return ()
    return tuple(_of_bucket(backend["config"], place))


def _of_bucket(config: Mapping[str, object], place: Place) -> Iterator[Asked]:
    region = str(config.get("region") or place.region)
    bucket = f"arn:{place.partition}:s3:::{config.get('bucket') or '*'}"
    key = f"{bucket}/{config.get('key') or '*'}"
    yield _asked("s3:ListBucket", "ListObjectsV2", bucket, region)
    yield _asked("s3:GetObject", "GetObject", key, region)
    yield _asked("s3:PutObject", "PutObject", key, region)
    if config.get("use_lockfile"):
        for action in ("GetObject", "PutObject", "DeleteObject"):
            yield _asked(f"s3:{action}", action, f"{key}.tflock", region)
    if config.get("dynamodb_table"):
        table = f"arn:{place.partition}:dynamodb:{region}:{place.account}:table/{config['dynamodb_table']}"
        for action in ("DescribeTable", "GetItem", "PutItem", "DeleteItem"):
            yield _asked(f"dynamodb:{action}", action, table, region)
    named = config.get("kms_key_id")
    if isinstance(named, str):
        arn = named if named.startswith("arn:") else f"arn:{place.partition}:kms:{region}:{place.account}:key/{named}"
        for action in ("Decrypt", "Encrypt", "GenerateDataKey"):
            yield _asked(f"kms:{action}", action, arn, region)


def _asked(action: str, operation: str, resource: str, region: str) -> Asked:
    call = Call("state", Operation(action.partition(":")[0], operation), True)
    context = {"aws:SecureTransport": "true", "aws:ViaAWSService": "false", "aws:RequestedRegion": region}
    return Asked(action, resource, context, call, True, _TEXT)
