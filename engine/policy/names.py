"""The names of services, actions, resource types and condition keys, as the Service Authorization Reference lists them.

Source: engine/policy/reference.py; nothing on the way of an evaluation needs it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from whydenied.engine.policy import reference
from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.reference import Action, ResourceType

__all__ = ["Names"]

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_TAG = re.compile(r"\$\{[^}]*\}|<[^>]*>")

# Actions whose types and keys are kept at hand: a plan asks for the same ones thousands of times.
_KEPT = 1_024

# Global keys whose last part the caller chooses.
_TAGGED = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")

# Global condition keys (IAM User Guide, "AWS global condition context keys"); every action may have them.
# fmt: off
_GLOBAL = (
    "aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast",
    "aws:ChatbotSourceArn", "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime", "aws:FederatedProvider", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:PrincipalType",
    "aws:referer", "aws:RequestedRegion", "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths",
    "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp",
    "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn",
    "aws:SourceVpce", "aws:TagKeys", "aws:TokenIssueTime", "aws:userid", "aws:UserAgent", "aws:username",
    "aws:ViaAWSMCPService", "aws:ViaAWSService", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
)
# fmt: on


class Names:
    """The reference, asked by name; every name may be in any case."""

    def __init__(self) -> None:
        self._global = {name.lower() for name in _GLOBAL}

    def services(self) -> list[str]:
        """Return every service prefix."""
        return list(reference.services())

    def service(self, prefix: str) -> bool:
        """Tell whether there is a service prefix."""
        return reference.service(prefix.lower()) is not None

    def actions(self, prefix: str) -> list[str]:
        """Return the actions of a service, without prefix; none for an unknown service."""
        found = reference.service(prefix.lower())
        return [action.name for action in found.actions] if found else []

    def resources(self, action: str) -> tuple[str, ...] | None:
        """Return the ARN patterns of an action's resource types, variables as `*`; None for an unknown action.

        API Gateway's actions are HTTP methods, and may be on paths that the reference does not list with them: `POST
        /apis` makes an API (API Gateway Developer Guide, "Control who can create and manage an API")."""
        if _action(action) is None:
            return None
        if action.lower().startswith("apigateway:"):
            return tuple(self.types("apigateway"))
        return _patterns(action)

    def spelling(self, action: str) -> str | None:
        """Return an action as the reference spells it (`s3:GetObject`); None for an unknown one."""
        found = _action(action)
        return f"{action.partition(':')[0].lower()}:{found.name}" if found else None

    def shapes(self, action: str) -> tuple[str, ...]:
        """Return the ARNs of an action's resource types with their `${Variables}`; () for an unknown action."""
        return tuple(arn for kind in _types(action) for arn in kind.arns)

    def kinds(self, action: str) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
        """Return an action's resource types as (name, its ARNs with `${Variables}`, whether each call needs one)."""
        return _kinds(action)

    def forms(self, prefix: str, kind: str) -> tuple[str, ...]:
        """Return the ARNs of a service's resource type with their `${Variables}`; () for one that is not known."""
        service = reference.service(prefix)
        found = service.types_by_name.get(kind.lower()) if service else None
        return found.arns if found else ()

    def keys_of(self, action: str) -> frozenset[str]:
        """Return the condition keys that the reference lists with an action itself, in lower case."""
        return _keys(action)

    def required(self, action: str) -> tuple[str, ...]:
        """Return the resource types that each call of an action needs; () for an unknown action."""
        found = _action(action)
        return tuple(one.name for one in found.types if one.required) if found else ()

    def types(self, prefix: str) -> list[str]:
        """Return the ARN patterns of a service's resource types, variables as `*`; none for an unknown service."""
        found = reference.service(prefix.lower())
        return [_VARIABLE.sub("*", arn) for kind in found.types for arn in kind.arns] if found else []

    def access_level(self, action: str) -> str | None:
        """Return the kind of access of an action (`Read`, `List`, `Write` …); None for an unknown action."""
        found = _action(action)
        return found.level if found else None

    def keys(self, prefixes: Iterable[str]) -> list[str]:
        """Return the global condition keys and those of some services; a service that is not known has none."""
        known = [found for prefix in prefixes if (found := reference.service(prefix.lower()))]
        return [*_GLOBAL, *(key for found in known for key in found.keys)]

    def carries(self, action: str, key: str) -> bool:
        """Tell whether a request of an action may carry a condition key: a global one, a provider's, or a listed one.

        The reference lists the service's own keys with the action and with the resource types that it takes.
        """
        lower = key.lower()
        if lower in self._global or lower.startswith(_TAGGED) or "." in lower.partition(":")[0]:
            return True
        found = _action(action)
        if found is None:
            return False
        of_types = [known for taken in found.types for known in taken.keys]
        of_types += [known for kind in _types(action) for known in kind.keys]
        return any(glob(_TAG.sub("*", known).lower())(lower) for known in (*found.keys, *of_types))

    def key_exists(self, key: str, prefixes: Iterable[str]) -> bool:
        """Tell whether a key is global, belongs to one of the services, or is made up of a tag or a provider's name."""
        lower = key.lower()
        if lower in self._global or lower.startswith(_TAGGED):
            return True
        names = [prefix for prefix in prefixes if self.service(prefix)]
        # Keys of identity providers go by their host name (`token.actions.githubusercontent.com:sub`).
        if not lower.startswith("aws:") and (not names or not self.service(lower.partition(":")[0])):
            return True
        return any(glob(_TAG.sub("*", known).lower())(lower) for known in self.keys(names))


def _action(action: str) -> Action | None:
    prefix, _, name = action.partition(":")
    found = reference.service(prefix.lower())
    return found.by_name.get(name.lower()) if found else None


@lru_cache(maxsize=_KEPT)
def _kinds(action: str) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    found = _action(action)
    taken = found.types if found else ()
    return tuple((kind.name, kind.arns, one.required) for one, kind in zip(taken, _types(action), strict=True))


@lru_cache(maxsize=_KEPT)
def _patterns(action: str) -> tuple[str, ...]:
    return tuple(_VARIABLE.sub("*", arn) for kind in _types(action) for arn in kind.arns)


@lru_cache(maxsize=_KEPT)
def _keys(action: str) -> frozenset[str]:
    found = _action(action)
    if found is None:
        return frozenset()
    return frozenset(key.lower() for key in (*found.keys, *(key for one in found.types for key in one.keys)))


def _types(action: str) -> tuple[ResourceType, ...]:
    prefix, _, _ = action.partition(":")
    found, service = _action(action), reference.service(prefix.lower())
    if found is None or service is None:
        return ()
    return tuple(service.types_by_name[one.name.lower()] for one in found.types)
