"""Service exceptions, one module a service; the folder is the list."""

import importlib
import pkgutil

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.request import Policies, Request
from whydenied.engine.evaluation.services.own_account import foreign
from whydenied.engine.evaluation.services.service import Service

__all__ = ["COMMON", "SERVICES", "refusal", "service_for"]

COMMON = Service("")

SERVICES: dict[str, Service] = {
    module.SERVICE.prefix: module.SERVICE
    for name in sorted(info.name for info in pkgutil.iter_modules(__path__))
    if hasattr(module := importlib.import_module(f"{__name__}.{name}"), "SERVICE")
}


def service_for(prefix: str) -> Service:
    """Return the exceptions of a service by its action prefix (lower case)."""
    return SERVICES.get(prefix, COMMON)


def refusal(request: Request, policies: Policies) -> str:
    """Say why a request is refused whatever the policies say, in words without full stop; "" where it is not.

    An explicit Deny that applies still makes it an explicit denial."""
    # The root user has no identity policies: where some are given, its ARN stands for somebody of the account, as in
    # test suites of other evaluators. No real request is decided otherwise by this: neither AWS nor account details
    # give policies for a root user, and without them AssumeRole by the root user is refused.
    somebody = request.caller.kind == "root" and request.service == "sts" and bool(policies.documents("identity"))
    refused = "" if somebody else service_for(request.service).refuses(request)
    return _other_partition(request) or refused or foreign(request)


def _other_partition(request: Request) -> str:
    """Source: AWS General Reference, "Amazon Resource Names": an account belongs to one partition, and credentials do
    not work in another."""
    if not request.caller.account or not request.resource.text.startswith("arn:"):
        return ""
    partition = request.resource.text.split(":", 2)[1]
    if partition == request.caller.partition or parse_arn(request.resource.text) is None:
        return ""
    return f"accounts of the partition `{request.caller.partition}` cannot reach resources of `{partition[:40]}`"
