"""A second, independent policy evaluator: plain rules, decisions and blocking gates only, no speed, no messages.

Written from the fact sheet (sections 2 and 3; `FS 3.1` below) and the conformance README (`C 4` is its point 4) and
from nothing in `engine`, so that an agreement of the two evaluators means something. AMBIGUOUS marks what neither
text settles. API is the reference of the operation that is named (botocore's copy). Left out: resources of the
management account.
"""

import ipaddress
import re
from typing import Any

from tests.reference_statements import Json, as_list, statement_applies, text

# FS 3.5: the services whose resources RCPs bind (autumn 2026).
RCP_SERVICES = frozenset(
    "aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch wafv2 sts "
    "cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend dax dsql "
    "comprehendmedical compute-optimizer cost-optimization-hub dynamodb ecr ecr-public events firehose fis fms kms "
    "gamelift health inspector-scan kendra kinesisvideo logs memorydb networkmonitor notifications opensearch polly "
    "pca-connector-ad personalize pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery signin sqs "
    "support swf textract timestream-influxdb transcribe transfer translate workspaces xray".split()
)
# FS 3.9 ("…" there filled from AWS's list): a statement for everybody is not public if one of these keys is fixed.
FIXING_KEYS = frozenset(
    "aws:sourceip aws:sourcearn aws:sourcevpc aws:sourcevpcarn aws:sourcevpce aws:sourceaccount aws:sourceowner "
    "aws:userid aws:principalarn aws:principalaccount aws:principalorgid aws:principalorgpaths aws:vpceaccount "
    "aws:vpceorgid aws:vpceorgpaths aws:sourceorgid aws:sourceorgpaths aws:principalisawsservice "
    "s3:dataaccesspointarn s3:dataaccesspointaccount aws:principalservicename aws:principalservicenameslist".split()
)
ORG_PATHS = ("aws:principalorgpaths", "aws:vpceorgpaths", "aws:sourceorgpaths")


def principals(named: Any) -> list[tuple[str, str]]:
    """FS 2.1: "*" is {"AWS": "*"}."""
    block = {"AWS": named} if isinstance(named, str) else named
    return [(kind, name) for kind, names in block.items() for name in as_list(names)]


class Caller:
    """FS 2.1 and C 1: who calls, and by which names a policy may mean him."""

    def __init__(self, principal: Any) -> None:
        self.typed: dict[str, str] = {}
        if isinstance(principal, dict):
            self.typed = {kind.title(): name for kind, name in principal.items()}
        self.arn = principal if isinstance(principal, str) and principal != "anonymous" else ""
        parts = (self.arn or ":::::").split(":", 5)
        self.account, (self.kind, _, rest) = parts[4], parts[5].partition("/")
        self.name = rest.split("/")[0] if self.kind == "assumed-role" else rest.split("/")[-1]
        self.iam = f"arn:{parts[1]}:iam::{self.account}:"  # FS 1.14: principals of another partition name nobody here
        self.service_linked = self.kind in ("role", "assumed-role") and (
            rest.startswith("aws-service-role/") or self.name.startswith("AWSServiceRoleFor")
        )

    def levels(self, named: Any) -> set[str]:
        """How Principal or NotPrincipal names the caller: `direct`, `role` (or a federated user's user), `account`."""
        return {self.level(kind, name) for kind, name in principals(named)} - {""}

    def level(self, kind: str, name: str) -> str:
        if (name == "*" and kind == "AWS") or self.typed.get(kind) == name:
            return "direct"
        if not self.arn or kind != "AWS":
            return ""
        if name in (self.account, f"{self.iam}root"):
            return "direct" if self.kind == "root" else "account"
        if name == self.arn:  # C 1: a role as the caller is a session without a name
            return "role" if self.kind == "role" else "direct"
        other = re.fullmatch(rf"{self.iam}(role|user)/(?:.*/)?([^/]*)", name)
        if not other:
            return ""
        of_role = self.kind == "assumed-role" and other[1] == "role" and other[2].lower() == self.name.lower()
        return "role" if of_role or (self.kind == "federated-user" and other.groups() == ("user", self.name)) else ""

    def spared_by(self, named: Any) -> bool:
        """FS 3.11 and IAM's page on NotPrincipal: a Deny spares only whom it lists with the account (and the role)."""
        levels = self.levels(named)
        if not self.arn or self.kind == "root" or ("AWS", "*") in principals(named):
            return "direct" in levels
        # AMBIGUOUS: a federated user is also its IAM user (C 1).
        needed = {"assumed-role": [{"role"}], "role": [{"role"}], "user": [{"direct"}]}
        return "account" in levels and any(levels >= n for n in needed.get(self.kind, [{"direct"}, {"role"}]))


def is_public(statement: Json) -> bool:
    """FS 3.9: an Allow for everybody that no condition limits to fixed values."""
    everybody = ("AWS", "*") in principals(statement.get("Principal", "*" if "NotPrincipal" in statement else {}))
    return (
        statement["Effect"] == "Allow"
        and everybody
        and not any(
            key.lower() in FIXING_KEYS and all(is_fixed(operator, key.lower(), text(v)) for v in as_list(values))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def is_fixed(operator: str, key: str, value: str) -> bool:
    base = operator.removeprefix("ForAnyValue:")  # FS 3.10: ForAllValues and IfExists hold for a missing key too
    if base not in "StringEquals StringEqualsIgnoreCase StringLike ArnEquals ArnLike IpAddress Bool".split():
        return False
    if "${" in value:  # a variable is no fixed value
        return False
    if key == "aws:sourceip":
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            return False
        return network.prefixlen >= (8 if network.version == 4 else 32)
    if key == "aws:principalisawsservice":
        return value.lower() == "true"
    separator = {"aws:userid": ":", **dict.fromkeys(ORG_PATHS, "/")}.get(key)
    if key in ("aws:principalarn", "s3:dataaccesspointarn"):
        if value.count(":") < 5:  # AMBIGUOUS: what is no ARN names no fixed account
            return False
        value = ":".join(value.split(":")[:5])  # a fixed account is enough
    elif key.startswith("aws:principalservicename"):
        return True
    elif separator:
        value = value.split(separator)[0]
    return not re.search("[*?]", value)


# API: the operations that say "Cross-account use: No", "Cross-account permissions don't apply to this action", or that
# the caller must belong to the account of the bucket.
AT_HOME = {
    "kms": "CancelKeyDeletion ConnectCustomKeyStore CreateAlias CreateCustomKeyStore CreateKey DeleteAlias "
    "DeleteCustomKeyStore DeleteImportedKeyMaterial DescribeCustomKeyStores DisableKey DisableKeyRotation EnableKey "
    "DisconnectCustomKeyStore EnableKeyRotation GetKeyLastUsage GetKeyPolicy GetParametersForImport ListAliases "
    "ImportKeyMaterial ListKeyPolicies ListKeyRotations ListKeys ListResourceTags PutKeyPolicy "
    "ReplicateKey TagResource RotateKeyOnDemand ScheduleKeyDeletion UntagResource UpdateAlias UpdateCustomKeyStore "
    "UpdateKeyDescription UpdatePrimaryRegion",
    "sqs": "AddPermission CreateQueue DeleteQueue ListQueueTags ListQueues RemovePermission SetQueueAttributes "
    "TagQueue UntagQueue",
    "s3": "GetBucketPolicy PutBucketPolicy DeleteBucketPolicy",
}
# API (UnmodifiableEntityException): what nobody but the service does to a service-linked role.
UNMODIFIABLE = (
    "AddRoleToInstanceProfile AttachRolePolicy DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy "
    "DetachRolePolicy PutRolePermissionsBoundary PutRolePolicy RemoveRoleFromInstanceProfile UpdateAssumeRolePolicy"
)


def is_refused(caller: Caller, action: str, resource: str, same: bool, has_policies: bool) -> bool:
    """What no policy can allow."""
    service, name = action.split(":")
    federated = caller.kind == "federated-user"
    if service == "sts" and not (caller.kind == "root" and has_policies):  # no root user has policies: somebody else
        # "Compare AWS STS credentials": what each kind of credentials cannot call.
        by_role = caller.kind in ("role", "assumed-role") and name in ("getfederationtoken", "getsessiontoken")
        by_root = caller.kind == "root" and name in ("assumerole", "tagsession", "setsourceidentity", "assumeroot")
        if federated or by_role or by_root:
            return True
    if caller.arn and resource != "*" and resource.split(":")[1] != caller.arn.split(":")[1]:  # another partition
        return True
    if caller.arn and not same and (service == "iam" or name in AT_HOME.get(service, "").lower().split()):
        return True
    if service == "kms" and name in ("createalias", "deletealias", "updatealias"):  # C 8
        return ":alias/aws/" in resource
    if service != "iam":
        return False
    reserved = re.match(r"arn:[^:]*:iam::(aws:policy/|\d*:role/aws-reserved/)", resource)
    writes = not re.match("get|list|generate|simulate", name)
    linked = (
        ":role/aws-service-role/" in resource and name in UNMODIFIABLE.lower().split() and not caller.service_linked
    )
    return federated or bool(reserved and writes) or linked


def granted(case: Json, caller: Caller, context: Json) -> bool:
    """FS 3.7 and API (GrantListEntry, GrantConstraints): a grant that is for this key, caller and operation."""
    service, name = case["request"]["action"].lower().split(":")
    resource = case["request"]["resource"]
    if service != "kms" or not re.match(r"arn:[^:]*:kms:[^:]*:[^:]*:key/", resource):
        return False
    encryption = {k.removeprefix("kms:encryptioncontext:"): v for k, v in context.items() if "encryptioncontext:" in k}
    with_context = name in ("decrypt", "encrypt") or name.startswith(("generatedatakey", "reencrypt"))
    for grant in case["settings"].get("kms_grants") or []:
        limits = grant.get("Constraints") or {}
        role = f"{caller.iam}role/"
        grantee = grant.get("GranteePrincipal") or ""
        of_role = caller.kind in ("role", "assumed-role") and grantee.startswith(role)
        mine = grantee == caller.arn or (of_role and grantee.rsplit("/", 1)[1] == caller.name)
        if caller.typed:
            mine = caller.typed.get("Service") in (grant.get("GranteeServicePrincipal"), grantee)
        equal, subset = (
            {k.lower(): v for k, v in (limits.get(f"EncryptionContext{kind}") or {}).items()}
            for kind in ("Equals", "Subset")
        )
        fits = not with_context or ((not equal or equal == encryption) and subset.items() <= encryption.items())
        if "SourceArn" in limits and name != "retiregrant":
            fits = fits and context.get("aws:sourcearn") == limits["SourceArn"]
        for_key = grant.get("KeyId", resource) in (resource, resource.rsplit("/", 1)[1])
        if mine and fits and for_key and name in [one.lower() for one in grant["Operations"]]:
            return True
    return False


def decide(case: Json) -> tuple[str, frozenset[str]]:
    """The decision and the gates that block; no gates where the texts name none (C 8)."""
    case = {**case, "settings": case.get("settings") or {}}
    request, settings, caller = case["request"], case["settings"], Caller(case["request"]["principal"])
    context = {key.lower(): value for key, value in request["context"].items()}
    action, resource = request["action"].lower(), request["resource"]
    service, name = action.split(":")
    free = action == "sts:getsessiontoken" and caller.kind in ("user", "root")  # API: no permissions, no policies
    if action == "sts:getcalleridentity" or free:  # C 6
        return "Allowed", frozenset()

    denied: set[str] = set()
    missing: set[str] = set()
    own = bool(caller.arn) and caller.kind != "root"  # FS 3.1: others have no policies of their own
    boundaries = (case.get("permissions_boundaries") or []) if own else []

    def names(statement: Json) -> str:
        """The strongest way in which a statement of a policy with principals means the caller."""
        if "NotPrincipal" not in statement:
            levels = caller.levels(statement.get("Principal", {}))  # C 6: without Principal it never matches
        elif statement["Effect"] == "Deny":  # C 5: it hits everybody who has a boundary
            levels = {"direct"} if boundaries or not caller.spared_by(statement["NotPrincipal"]) else set()
        else:  # AMBIGUOUS (AWS refuses most of these): an Allow for everybody else counts like "*"
            levels = set() if caller.levels(statement["NotPrincipal"]) else {"direct"}
        return next((level for level in ("direct", "role", "account") if level in levels), "")

    def at_gateway(statement: Json) -> bool:
        everybody = ("AWS", "*") in principals(statement["Principal"])
        return everybody or (caller.kind == "root" and "direct" in caller.levels(statement["Principal"]))

    def grants(gate: str, documents: list[Json], named: bool = False) -> set[str]:
        """Note an explicit deny of these policies; return how their Allows name the caller (FS 3.1)."""
        found = set()
        for document in documents:
            for statement in as_list(document["Statement"]):
                level = names(statement) if named else "direct"
                if level and statement_applies(statement, document.get("Version"), case, context, gate):
                    found.add({"Allow": level, "Deny": "deny"}.get(statement["Effect"], ""))  # as spelt (FS 3.11)
        if "deny" in found:
            denied.add(gate)
        return found - {"deny", ""}

    # FS 3.4, C 4: an Allow at every level; not for callers outside the organization's members.
    bound = caller.arn and not caller.service_linked and not settings.get("principal_in_management_account")
    for level in (case.get("scps") or []) if bound else []:
        if not grants("scp", level):
            missing.add("scp")
    # FS 3.5, C 4: RCPs can only deny; service-linked roles, assuming them, kms:RetireGrant and resources of the
    # management account (of a caller of that account: the only ones known to be) are exempt.
    owner = request["resource_account"] or resource.split(":")[4] if ":" in resource else request["resource_account"]
    # The Service Authorization Reference: what has no account in its ARN, buckets apart, or no ARN at all, is the
    # caller's own or AWS's.
    same = bool(caller.arn) and owner in (caller.account, "aws", "", None)  # C 3
    exempt = caller.service_linked or (name.startswith("assumerole") and ":role/aws-service-role/" in resource)
    exempt = exempt or action == "kms:retiregrant" or (same and settings.get("principal_in_management_account"))
    if service in RCP_SERVICES and not exempt:
        for level in case.get("rcps") or []:
            grants("rcp", level, named=True)
    endpoint = [
        {**d, "Statement": [s if "NotPrincipal" in s else {"Principal": "*", **s} for s in as_list(d["Statement"])]}
        for d in case.get("vpc_endpoint_policies") or []
        if "Service" not in caller.typed  # FS 3.1: a service calling directly does not come through an endpoint
    ]  # C 7; several documents count together
    if settings.get("vpc_endpoint_kind") == "gateway" and service in ("s3", "dynamodb"):
        # FS 3.6 and the PrivateLink Guide: only "*", and the root user where its account is listed.
        endpoint = [
            {**d, "Statement": [s for s in d["Statement"] if "NotPrincipal" not in s and at_gateway(s)]}
            for d in endpoint
        ]
    if endpoint and not grants("vpce", endpoint, named=True):
        missing.add("vpce")

    policy = case.get("resource_policy")
    if caller.kind == "root" and same and service == "s3" and name in AT_HOME["s3"].lower().split():
        policy = None  # API: a bucket policy does not keep the owner's root user from itself
    levels = grants("resource", [policy] if policy else [], named=True)
    trust = service == "sts" and re.match("assumerole|tagsession$|setsourceidentity$", name)  # FS 3.8
    key = service == "kms" and re.match(r"arn:[^:]*:kms:[^:]*:[^:]*:key/", resource)
    grant = granted(case, caller, context)
    if (not same or key or (trust and policy)) and not levels and not grant:  # FS 3.3, 3.7, 3.8; C 6
        missing.add("resource")
    public = policy and service == "s3" and any(is_public(s) for s in as_list(policy["Statement"]))
    if public and settings.get("s3_block_public_access") and not same and not caller.typed:  # C 9
        denied.add("s3-bpa")
    if own:  # FS 3.2: what an Allow of the same account's resource policy spares the caller
        spared = {"direct"} if grant else levels if same else set()
        if not grants("identity", [p["document"] for p in case["identity_policies"] or []]):
            missing.update(set() if spared & {"direct", "role"} else {"identity"})
        if boundaries and not grants("boundary", boundaries) and "direct" not in spared:
            missing.add("boundary")
        session = case.get("session_policy")
        allowed = grants("session", [session] if session else [])
        if (session or caller.kind == "federated-user") and not allowed and "direct" not in spared:
            missing.add("session")  # FS 3.2: a federated user without a session policy has no permissions
    if is_refused(caller, action, resource, same, bool(case["identity_policies"])):  # C 8 and 10
        return ("ExplicitlyDenied", frozenset(denied)) if denied else ("ImplicitlyDenied", frozenset())
    decision = "ExplicitlyDenied" if denied else "ImplicitlyDenied" if missing else "Allowed"  # C 10
    return decision, frozenset(denied | missing)
