"""What a caller does to meet a condition, by condition key.

Source: IAM User Guide, "AWS global condition context keys"; the services' pages of the Service Authorization Reference
for theirs."""

from typing import NamedTuple

from whydenied.engine.policy.principals import Caller
from whydenied.engine.remedies.caller import MFA_KEYS

__all__ = ["Guide", "guide_for"]


class Guide(NamedTuple):
    """how: what to do, as a sentence without full stop, with `{key}` and {value} (in words, ticks and all). rank: how
    much it asks of the caller, 0 for a header or an option. commands: lines that do it. who: it is about who calls, so
    that nothing else of the request stays as it is. without: what to do so that the key is not there at all; "" where
    AWS sends it whatever the caller does. fixed: nobody can choose what it is. tags: it is a tag that stays on a
    resource or a principal, so that others' requests are decided by it too."""

    how: str
    rank: int = 1
    commands: tuple[str, ...] = ()
    who: bool = False
    without: str = "Make the request without `{key}`"
    fixed: bool = False
    tags: bool = False


_MFA = Guide(
    "Sign in with MFA, and make the call with the session that this gives",
    0,
    ("aws sts get-session-token --serial-number <mfa-device-arn> --token-code <code>",),
    without="",
)
_MFA_OF_ROLE = _MFA._replace(
    how="Have a user with MFA assume the role anew, with a code, and make the call with that session",
    commands=(
        "aws sts assume-role --role-arn <role-arn> --role-session-name <session-name> "
        "--serial-number <mfa-device-arn> --token-code <code>",
    ),
)
_MFA_OF_OTHERS = Guide(
    "Make the call as a user, or with a role's session, that signed in with MFA at AWS: the sessions of Identity "
    "Center and of GetFederationToken do not carry `{key}`",
    4,
    who=True,
    without="",
)
_UNTAGGED = "Have the tag taken off, so that `{key}` is absent"
_OPENS_PRINCIPAL = "; this gives the caller everything else, too, that policies give to who has this tag"
_OPENS_RESOURCE = (
    "; this opens the resource to everybody whose policies ask for this tag, and shuts out who needs the old one"
)
_TAG_PRINCIPAL = Guide(
    f"Have the caller's user, role or session tagged, so that `{{key}}` is {{value}}{_OPENS_PRINCIPAL}",
    3,
    without=_UNTAGGED,
    tags=True,
)
_TAG_RESOURCE = Guide(
    f"Have the resource tagged, so that `{{key}}` is {{value}}{_OPENS_RESOURCE}", 3, without=_UNTAGGED, tags=True
)
_SELF = Guide("Make the call as the principal that is meant: `{key}` must be {value}", 4, who=True, without="")
_FIXED = _SELF._replace(fixed=True)
_NETWORK = Guide("Make the call from the network that is meant: `{key}` must be {value}", 2, without="")
_ENDPOINT = Guide(
    "Make the call through the VPC or the endpoint that is meant: `{key}` must be {value}",
    2,
    without="Make the call without a VPC endpoint",
)
_ORGANIZATION = Guide(
    "Make the call with an identity of an account in the organization that is meant: {value}", 4, who=True, without=""
)
_SOURCE = Guide("Let the service act for the resource that is meant: `{key}` must be {value}", 2)
_SERVICE = Guide(
    "Let the service that is meant make the call for you: `{key}` must be {value}",
    2,
    without="Make the call yourself and not through another service",
)
_SEND = Guide("Send `{key}` with the request: {value}", 0, without="Send the request without `{key}`")
_OTHER = Guide("Make the request so that `{key}` is {value}", 2)

_BY_KEY = {
    "aws:multifactorauthpresent": _MFA,
    "aws:multifactorauthage": _MFA,
    "sts:externalid": Guide(
        "Send the external id with AssumeRole", 0, ("aws sts assume-role … --external-id {value}",)
    ),
    "aws:securetransport": Guide("Call over HTTPS", 0, without=""),
    "s3:tlsversion": Guide("Use a client with a TLS version that is meant: {value}", 1, without=""),
    "s3:signatureage": Guide("Sign the request anew: `{key}` must be {value}", 0, without=""),
    "s3:signatureversion": Guide("Sign the request with the version that is meant: {value}", 0, without=""),
    "s3:authtype": Guide("Sign the request in the way that is meant: {value}", 0, without=""),
    "aws:sourceip": _NETWORK,
    "aws:vpcsourceip": _NETWORK,
    "aws:sourcevpc": _ENDPOINT,
    "aws:sourcevpce": _ENDPOINT,
    "aws:sourcevpcarn": _ENDPOINT,
    "aws:vpceaccount": _ENDPOINT,
    "aws:vpceorgid": _ENDPOINT,
    "aws:vpceorgpaths": _ENDPOINT,
    "aws:requestedregion": Guide("Make the call in the Region that is meant: {value}", 1, without=""),
    "aws:principalorgid": _ORGANIZATION,
    "aws:principalorgpaths": _ORGANIZATION,
    "aws:resourceorgid": Guide("Use a resource of the organization that is meant: {value}", 4),
    "aws:resourceaccount": Guide("Use a resource of the account that is meant: {value}", 4, without=""),
    "aws:principalarn": _SELF,
    "aws:principalaccount": _SELF,
    "aws:principaltype": _SELF,
    "aws:principalisawsservice": _FIXED,
    "aws:principalservicename": _FIXED,
    "aws:username": _SELF,
    "aws:userid": _SELF,
    "aws:sourceidentity": Guide("Set the source identity when the session is made: {value}", 1),
    "aws:sourcearn": _SOURCE,
    "aws:sourceaccount": _SOURCE,
    "aws:sourceorgid": _SOURCE,
    "aws:calledvia": _SERVICE,
    "aws:calledviafirst": _SERVICE,
    "aws:calledvialast": _SERVICE,
    "aws:viaawsservice": _SERVICE,
    "kms:viaservice": _SERVICE,
    "aws:tagkeys": Guide("Send only the tags that are meant: {value}", 0),
    "aws:tokenissuetime": Guide("Get a new session: this one is too old", 0, without=""),
    "aws:currenttime": Guide("Make the call at a time that is meant: {value}", 5, without=""),
    "aws:epochtime": Guide("Make the call at a time that is meant: {value}", 5, without=""),
    "iam:passedtoservice": Guide("Pass the role to the service that is meant: {value}", 1),
    "iam:policyarn": Guide("Attach the policy that is meant: {value}", 1),
    "iam:permissionsboundary": Guide("Set the permissions boundary that is meant: {value}", 1),
}
_BY_START = (
    ("aws:principaltag/", _TAG_PRINCIPAL),
    (
        "aws:requesttag/",
        Guide("Send the tag with the request: `{key}` must be {value}", 0, without="Send the request without this tag"),
    ),
    ("aws:resourcetag/", _TAG_RESOURCE),
    ("ec2:resourcetag/", _TAG_RESOURCE),
    ("s3:existingobjecttag/", _TAG_RESOURCE),
    ("s3:resourcetag/", _TAG_RESOURCE),
    ("s3:", _SEND),
    ("kms:encryptioncontext", _SEND),
)


def guide_for(key: str, caller: Caller | None = None) -> Guide:
    """Return what to do about a condition key, in any case. caller: whose request it is, where that is known.

    Source for MFA: IAM User Guide, "Configuring MFA-protected API access" (GetSessionToken for users, AssumeRole with a
    code for roles)."""
    lower = key.lower()
    if lower in MFA_KEYS and caller is not None and caller.kind not in ("user", "root"):
        of_role = caller.kind in ("role", "session") and not caller.name.startswith("AWSReservedSSO_")
        return _MFA_OF_ROLE if of_role else _MFA_OF_OTHERS
    found = _BY_KEY.get(lower)
    if found is not None:
        return found
    if lower.endswith((":sub", ":aud", ":amr")) and not lower.startswith("aws:"):
        return Guide("Use a token that is meant: its `{key}` must be {value}", 2, without="")
    return next((guide for start, guide in _BY_START if lower.startswith(start)), _OTHER)
