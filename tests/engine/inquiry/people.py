"""Two kinds of person in front of a denial, who answer the wizard's questions from what they can see of the world.

`reader` may read IAM in the caller's account, and the policies of that account's resources; `other` has the program
that failed, and colleagues. What each sees is read off the world, by the evaluator where a policy decides; nothing
here knows how probable an answer is under a cause. Even what can be seen is not always known, and two answers in a
hundred are wrong. A question that is not listed here is answered with "I don't know".
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.engine.inquiry.accounts import CALLER, World
from tests.engine.inquiry.attempts import own_sign_in, still_works, without_role
from whydenied.engine.facts import UNKNOWN

KINDS = ("reader", "other")
SLIP = 0.02
SEES_CODE = 0.4
"""How many can look into the code that makes the role. Unchecked."""
# How often somebody of each kind comes to know what takes this: a look at one's own program, another attempt as the
# same identity, an attempt with another identity or network, IAM, the resource's own
# settings in the caller's account and in another's, the organization, the network, CloudTrail.
KNOWS: Mapping[str, Mapping[str, float]] = {
    "reader": {
        "sure": 0.98,
        "own": 0.93,
        "again": 0.65,
        "try": 0.6,
        "iam": 0.96,
        "resource": 0.92,
        "far": 0.3,
        "org": 0.6,
        "net": 0.6,
        "trail": 0.7,
    },
    "other": {
        "sure": 0.98,
        "own": 0.88,
        "again": 0.65,
        "try": 0.4,
        "iam": 0.0,
        "resource": 0.08,
        "far": 0.15,
        "org": 0.3,
        "net": 0.25,
        "trail": 0.0,
    },
}
Seen = tuple[str, str | list[str] | None]


def answer(here: World, kind: str, question: str, values: tuple[str, ...]) -> str:
    """What a person of this kind answers; the same person always answers the same."""
    random = Random(f"{here.seed} {kind} {question}")
    look = SEES.get(question)
    if look is None:
        return UNKNOWN
    takes, found = look(here, kind)
    if isinstance(found, list):
        found = random.choice(found) if found else None
    if found is None or random.random() >= KNOWS[kind][takes]:
        return UNKNOWN
    assert found in values, (question, found)
    return random.choice(values) if random.random() < SLIP else found


def _yes(holds: object) -> str:
    return "yes" if holds else "no"


def _granted(here: World) -> str | None:
    """What somebody knows of the permission: from the code of the role, where there is some to look into, or by word.

    Whoever looks at an Allow for something else, or under a condition, may take it for the right one."""
    if here.is_unsigned:
        return None  # nobody was given anything: there is no identity
    wanted = here.refused()[0] if "not authorized to perform: " in here.message else here.call["action"]
    allows, denies = here.names("Allow", wanted), here.names("Deny", wanted)
    if here.settings["code"] >= SEES_CODE:
        return "told" if here.settings["told" if allows else "told_anyway"] else "no"
    if denies and here.settings["reads"]:
        return "seen-deny"
    if not allows:
        return "seen-none" if here.settings["reads"] else "seen"
    misses = here.fault in ("allow-does-not-match", "tag-condition", "condition-key-absent")
    if misses and here.settings["reads_well"]:
        return "seen-other"
    return "seen-boundary" if here.case["permissions_boundaries"] and here.settings["reads"] else "seen"


def _needs_policy(takes: str, look: Callable[[World], str | None]) -> Callable[[World, str], Seen]:
    return lambda here, kind: (takes, look(here) if here.is_policy and not here.is_unsigned else None)


def _own(look: Callable[[World], Any]) -> Callable[[World, str], Seen]:
    return lambda here, kind: ("own", look(here))


def _resource(look: Callable[[World], str | None]) -> Callable[[World, str], Seen]:
    return lambda here, kind: ("far" if here.cross else "resource", look(here))


def _simulated(here: World) -> dict[str, str]:
    """The gates as the simulator sees them: no resource, endpoint or session policy, and no key of the request.

    Whoever has a message with a name in it simulates that identity; whoever has not, the one that was meant."""
    request = {**here.case["request"], "resource_account": CALLER, "context": {}}
    changes: dict[str, object] = {"resource_policy": None, "vpc_endpoint_policies": None, "session_policy": None}
    if here.fault == "wrong-identity" and request["principal"] not in here.message:
        request["principal"] = here.meant
        changes |= here.passing
    return here.gates(**changes, request=request, rcps=None, settings={})


def _simulation(here: World) -> str:
    gates = _simulated(here)
    if gates.get("scp", "allow").endswith("deny"):
        return "organization"
    if gates.get("boundary", "allow").endswith("deny"):
        return "boundary"
    return {"explicit-deny": "denies", "implicit-deny": "no-allow"}.get(gates.get("identity", ""), "allowed")


def _misses(here: World) -> str:
    return {
        "allow-does-not-match": "resource",
        "tag-condition": "tag",
        "condition-key-absent": "condition",
    }.get(here.fault, "none")


def _deny_tests(here: World) -> str:
    return {"network-condition": "network", "encryption-required": "encryption"}.get(here.fault, "other")


def _bucket_says(here: World) -> str | None:
    if here.call["kind"] not in ("object", "upload", "bucket", "share"):
        return None
    if here.case["resource_policy"] is None:
        return "none"
    if '"Principal": "*"' in str(here.case["resource_policy"]).replace("'", '"') and here.fault.endswith(
        "public-access"
    ):
        return "public"
    said = here.gates().get("resource")
    return {"allow": "allows", "explicit-deny": "denies"}.get(str(said), "leaves-out")


def _object_state(here: World) -> str | None:
    if here.call["kind"] not in ("object", "upload"):
        return None
    if here.call["kind"] == "object" and not here.settings["exists"]:
        return "missing"
    if here.settings["foreign"]:
        return "other-owner"
    return "sse-kms" if here.settings["kms"] else "plain"


def _admin(here: World) -> dict[str, object]:
    """The changes of a case that make its caller an administrator of the caller's account, in a session of her own."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    request = {**here.case["request"], "principal": f"arn:aws:sts::{CALLER}:assumed-role/Administrator/eve"}
    return {
        "request": request,
        "identity_policies": [everything],
        "permissions_boundaries": [],
        "session_policy": None,
    }


def _admin_can(here: World) -> bool:
    if here.fault in ("s3-missing-key", "s3-acl-ownership", "s3-requester-pays", "bedrock-model-access"):
        return False
    if here.fault == "s3-block-public-access" and not here.is_unsigned:
        return False
    if here.fault in ("kms-key", "trust-policy-denies"):
        how = here.settings["key" if here.fault == "kms-key" else "trust"]
        return how in ("iam", "caller", "mfa") or (how == "policy" and Random(here.seed).random() < 0.5)
    if here.fault in ("deleted-principal", "region-or-optin", "trust-policy-service", "service-resource-policy"):
        return False
    return not here.is_policy or here.decision(**_admin(here)) == "Allowed"


def _who(here: World, kind: str) -> Seen:
    if Random(f"who {here.seed} {kind}").random() >= KNOWS[kind]["try"]:
        works = own_sign_in(here)
        return "again", None if works is None else "only-me" if works else "me-too"
    if not _admin_can(here):
        return "sure", "everyone"
    if here.is_unsigned:
        return "sure", ["everyone", "only-me"]  # all visitors; or: it works for whoever signs in
    one_person = here.fault.startswith(("session", "wrong", "credentials", "mfa", "sso"))
    return "sure", "only-me" if one_person else ["some", "only-me"]


def _scope(here: World, kind: str) -> Seen:
    """Everything of the list that is true of the world: whoever tries finds one of them."""
    true = []
    if _admin_can(here) and not here.cross:
        true.append("caller")
    if here.call["kind"] in ("object", "shared", "call", "key", "assume") and here.fault in (
        "s3-missing-key",
        "s3-acl-ownership",
        "kms-key",
        "allow-does-not-match",
        "tag-condition",
    ):
        true.append("object")
    if here.fault.startswith(("session", "wrong", "mfa", "credentials-expired")):
        true.append("session")
    if here.cross and here.fault in ("resource-no-allow", "s3-requester-pays", "kms-key", "s3-block-public-access"):
        true.append("account")
    if here.fault.startswith("vpce"):
        true.append("outside")
    if here.fault == "network-condition":
        true.append("inside")
    if "aws:RequestedRegion" in str(here.case.get("scps")) or here.fault == "region-or-optin":
        true.append("region")
    return "try", true or (["nobody"] if not _admin_can(here) else ["caller"])


def _elsewhere(here: World, kind: str) -> Seen:
    if here.fault.startswith("vpce"):
        return "try", "yes"
    return "try", "inside-only" if here.fault == "network-condition" else "no"


def _session(here: World) -> str:
    said = here.case["session_policy"]
    if said is None:
        return "no"
    return {"explicit-deny": "denies", "implicit-deny": "yes"}.get(here.gates().get("session", ""), "covers")


def _key_names(here: World) -> str | None:
    if here.call["kind"] == "key":
        policy = str(here.case["resource_policy"])
        return "delegates" if f":iam::{CALLER}:root" in policy else "no"
    if not here.settings["kms"]:
        return None
    return "no" if here.fault == "kms-key" and here.settings["key"] == "policy" else "delegates"


def _key_state(here: World) -> str | None:
    broken = here.fault == "kms-key" and here.settings["key"] == "state"
    return ("disabled" if broken else "enabled") if here.settings["kms"] or here.call["kind"] == "key" else None


def _trust_names(here: World) -> str | None:
    if here.call["kind"] != "assume":
        return None
    if here.fault == "deleted-principal":
        return "deleted-id"
    return "no" if here.fault == "trust-policy-denies" and here.settings["trust"] == "trust" else "account"


def _trust_tests(here: World) -> str:
    how = here.settings["trust"] if here.fault == "trust-policy-denies" else ""
    return how if how in ("external-id", "mfa") else "none"


def _credentials(here: World) -> str:
    return {
        "credentials-expired": "expired",
        "credentials-invalid": "invalid",
        "credentials-missing": "missing",
        "ec2-instance-profile-missing": "missing",
        "imds-unreachable": "missing",
        "region-or-optin": "invalid",
        "sso-not-assigned": "missing",
    }.get(here.fault, "yes")


def _failing(here: World) -> str:
    kinds = {
        "object": "s3",
        "upload": "s3",
        "bucket": "s3",
        "share": "s3",
        "role-taking": "create-with-role",
        "assume": "assume-role",
    }
    kinds |= {"linked-role": "create-with-role", "key": "kms"}
    return str(here.call.get("failing") or kinds.get(here.call["kind"], "call"))


_DOES = {"object": "read", "upload": "write", "bucket": "list", "share": "share"}


def _profile(here: World) -> str | None:
    if here.settings["workload"] != "instance" and here.fault not in (
        "ec2-instance-profile-missing",
        "imds-unreachable",
    ):
        return None
    return _yes(here.fault != "ec2-instance-profile-missing")


def _where(here: World) -> str:
    if here.fault in ("ec2-instance-profile-missing", "imds-unreachable"):
        return "instance"
    return str(here.settings["workload"])


def _is_expected(here: World, kind: str) -> Seen:
    return "own", None if here.is_unsigned else _yes(here.fault != "wrong-identity")


SEES: Mapping[str, Callable[[World, str], Seen]] = {
    "reader.sees": lambda here, kind: ("sure", "iam" if kind == "reader" else "nothing"),
    "failing": lambda here, kind: ("sure", _failing(here)),
    "runs.where": _own(_where),
    "call.does": lambda here, kind: ("sure", _DOES.get(here.call["kind"])),
    "principal.is-expected": _is_expected,
    "recently-changed": lambda here, kind: ("own", _yes(here.settings["changed"])),
    "worked.before": lambda here, kind: ("own", None),
    "resource.account": _own(lambda here: ("other" if here.cross else "same") if here.call["operation"] else None),
    "called-by-service": _own(lambda here: _yes(here.settings["by_service"])),
    "mfa.present": _own(lambda here: _yes(here.settings["mfa"])),
    "message.names": _own(
        lambda here: ("deny" if "explicit deny" in here.message else "none") if here.message else None
    ),
    "message.denies": _own(
        lambda here: ("explicit" if "explicit deny" in here.message else "unsaid") if here.message else None
    ),
    "presigned-url": _own(lambda here: "no"),
    "lambda.url": _own(lambda here: "no"),
    "object.exists": _resource(lambda here: None if _object_state(here) is None else _yes(here.settings["exists"])),
    "object.state": _resource(_object_state),
    "object.owner": _resource(lambda here: "other" if here.settings["foreign"] else "bucket-owner"),
    "object.encryption": _resource(lambda here: "sse-kms" if here.settings["kms"] else "sse-s3"),
    "bucket.policy-says": _resource(_bucket_says),
    "bucket.policy": _resource(lambda here: {None: None, "none": "no"}.get(_bucket_says(here), "yes")),
    "bucket.policy-allows": _resource(
        lambda here: None if (said := _bucket_says(here)) is None else _yes(said in ("allows", "public"))
    ),
    "bucket.policy-denies": _resource(
        lambda here: None if (said := _bucket_says(here)) is None else _yes(said == "denies")
    ),
    "bucket.bpa": _resource(lambda here: _yes(here.settings["bpa"])),
    "bucket.public": _own(lambda here: _yes(here.settings["public"] or here.is_unsigned)),
    "bucket.ownership": _resource(lambda here: "writer" if here.settings["foreign"] else "enforced"),
    "bucket.requester-pays": _resource(lambda here: _yes(here.settings["payer"])),
    "resource.policy-allows": _resource(
        lambda here: (
            _service_target(here)
            or (
                {"allow": "yes", "explicit-deny": "denies"}.get(here.gates().get("resource", ""), "no")
                if here.is_policy
                else None
            )
        )
    ),
    "simulation.result": _needs_policy("iam", _simulation),
    "identity.allows": _needs_policy("iam", lambda here: _yes(_simulated(here).get("identity") == "allow")),
    "identity.denies": _needs_policy("iam", lambda here: _yes(_simulated(here).get("identity") == "explicit-deny")),
    "allow.misses": _needs_policy("iam", _misses),
    "deny.tests": _needs_policy("iam", _deny_tests),
    "boundary.attached": _needs_policy("iam", lambda here: _yes(here.case["permissions_boundaries"])),
    "boundary.allows": _needs_policy(
        "iam",
        lambda here: {"explicit-deny": "denies", "implicit-deny": "no"}.get(here.gates().get("boundary", ""), "yes"),
    ),
    "scp.allows": _needs_policy(
        "iam", lambda here: {"explicit-deny": "no", "implicit-deny": "no"}.get(here.gates().get("scp", ""), "yes")
    ),
    "rcp.in-force": _needs_policy("org", lambda here: _yes(here.fault == "rcp-explicit-deny")),
    "organization.member": lambda here, kind: ("own" if kind == "reader" else "org", _yes(here.settings["member"])),
    "organization.management": lambda here, kind: ("own" if kind == "reader" else "org", "no"),
    "session.policy": lambda here, kind: (
        "trail" if kind == "reader" else "try",
        _session(here) if here.is_policy else None,
    ),
    "passrole.allowed": _needs_policy(
        "iam", lambda here: _yes(here.passes_role()) if here.call["kind"] == "role-taking" else None
    ),
    "slr.exists": lambda here, kind: (
        "iam",
        _yes(here.settings["linked"]) if here.call["kind"] in ("role-taking", "linked-role") else None,
    ),
    "trust.names-caller": lambda here, kind: ("far" if here.cross else "iam", _trust_names(here)),
    "trust.condition": lambda here, kind: ("far" if here.cross else "iam", _trust_tests(here)),
    "trust.service": lambda here, kind: ("iam", _yes(here.fault != "trust-policy-service")),
    "trust.web-identity": lambda here, kind: ("iam", _yes(here.fault != "trust-policy-web-identity")),
    "oidc.provider": lambda here, kind: ("iam", "yes"),
    "role.exists": lambda here, kind: (
        "far" if here.cross else "iam",
        _yes(not (here.fault == "trust-policy-denies" and here.settings["trust"] == "typo")),
    ),
    "kms.key-policy-names-caller": _resource(_key_names),
    "kms.identity-allows": lambda here, kind: (
        "iam",
        _yes(not (here.fault == "kms-key" and here.settings["key"] == "iam")) if here.settings["kms"] else None,
    ),
    "kms.key-state": _resource(_key_state),
    "kms.key-manager": _resource(lambda here: "customer" if _key_state(here) else None),
    "target.encrypted": _resource(lambda here: _yes(here.fault == "target-kms-key")),
    "lambda.resource-policy": _resource(lambda here: None),
    "credentials.valid": _own(_credentials),
    "instance-profile.attached": _own(_profile),
    "instance-profile.role": _own(_profile),
    "imds.reachable": _own(lambda here: _yes(here.fault != "imds-unreachable") if _where(here) == "instance" else None),
    "region.enabled": lambda here, kind: ("own" if kind == "reader" else "try", _yes(here.settings["region"])),
    "vpce.in-path": lambda here, kind: ("net", _yes(here.settings["vpce"])),
    "vpce.policy-allows": lambda here, kind: (
        "net",
        {"explicit-deny": "denies", "implicit-deny": "no"}.get(here.gates().get("vpce", ""), "yes")
        if here.is_policy
        else None,
    ),
    "who-else": _who,
    "works-elsewhere": _elsewhere,
    "region.restricted": lambda here, kind: ("again", _yes("region" in (_scope(here, kind)[1] or ()))),
    "scope": _scope,
    "permission.granted": lambda here, kind: ("own", _granted(here) if here.is_policy else None),
    "works.other-item": lambda here, kind: ("again", still_works(here, "object" in (_scope(here, kind)[1] or ()))),
    "works.without-role": lambda here, kind: ("again", without_role(here)),
    "works.other-session": lambda here, kind: ("try", _yes("session" in (_scope(here, kind)[1] or ()))),
    "eks.access-entry": _resource(lambda here: _yes(here.seed % 2)),
    "eks.access-policy": _resource(lambda here: "no"),
    "lakeformation.permission": _resource(lambda here: _yes(here.fault != "lake-formation")),
    "bedrock.model-access": _own(lambda here: _yes(here.fault != "bedrock-model-access")),
    "repository.policy": _resource(lambda here: _yes(here.seed % 3)),
    "sso.assigned": lambda here, kind: ("own", _yes(here.fault != "sso-not-assigned")),
}


def _service_target(here: World) -> str | None:
    if here.call["kind"] != "target":
        return None
    return "yes" if here.fault == "target-kms-key" else "no"
