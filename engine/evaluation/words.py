"""The gates in words: what each is called, and who can change it."""

from functools import lru_cache

from engine.evaluation.answer import GateName
from engine.evaluation.request import Request
from engine.evaluation.services import service_for

__all__ = ["owner", "title"]

_TITLES: dict[GateName, str] = {
    "scp": "Service control policies",
    "rcp": "Resource control policies",
    "vpce": "VPC endpoint policy",
    "resource": "Resource policy",
    "identity": "Identity policies",
    "boundary": "Permissions boundary",
    "session": "Session policy",
    "s3-bpa": "S3 Block Public Access",
}

_OWNERS: dict[GateName, str] = {
    "scp": "who manages the organization of account {ours} (its management account or a delegated administrator)",
    "rcp": "who manages the organization of account {theirs} (its management account or a delegated administrator)",
    "vpce": "who owns the VPC endpoint",
    "resource": "who owns the resource (account {theirs})",
    "identity": "the IAM administrator of account {ours}",
    "boundary": "who sets permissions boundaries in account {ours}",
    "session": "who creates the session (it passes the session policy)",
    "s3-bpa": "who owns the bucket (account {theirs})",
}


def title(gate: GateName, request: Request) -> str:
    """Name a gate; the resource gate goes by what the service calls its policy."""
    if gate == "resource":
        words = service_for(request.service).resource_policy
        return words[0].upper() + words[1:]
    return _TITLES[gate]


def owner(gate: GateName, request: Request) -> str:
    """Say who can change a gate's policies."""
    return _owner(gate, request.resource_account or "of the resource", request.caller.account or "of the caller")


@lru_cache(maxsize=1024)
def _owner(gate: GateName, theirs: str, ours: str) -> str:
    return _OWNERS[gate].format(theirs=theirs, ours=ours)
