"""What each diagram shows. The order of evaluation is the engine's own (`engine.evaluation.gates.GATES`)."""

from itertools import pairwise

from whydenied.engine.evaluation.gates import GATES, find_gate
from whydenied.kb.gates import GATES_BY_ID
from whydenied.server.articles.diagrams.drawing import Arrow, Diagram, DrawnBox

__all__ = ["DIAGRAMS"]


def _evaluation_order() -> Diagram:
    boxes = [DrawnBox("deny", 0, 0, "Any explicit Deny", "Does a Deny match, in whichever policy?")]
    boxes.append(DrawnBox("denied", 1, 0, "Denied, explicitly", "No Allow anywhere helps.", kind="end-deny"))
    arrows = [Arrow("deny", "denied", "yes")]
    before = "deny"
    for row, gate in enumerate(GATES, 1):
        name, words = gate.name, GATES_BY_ID[gate.name]
        boxes.append(DrawnBox(name, 0, row, gate.title, words.question, gate=name))
        boxes.append(DrawnBox(f"{name}-no", 1, row, "Denied", words.refusal, gate=name, kind="end-deny"))
        arrows += [Arrow(before, name, "no" if before == "deny" else "yes"), Arrow(name, f"{name}-no", "no")]
        before = name
    boxes.append(DrawnBox("allowed", 0, len(GATES) + 1, "Allowed", kind="end-allow"))
    arrows.append(Arrow(before, "allowed", "yes"))
    return Diagram("How AWS decides a request, gate by gate", ("", ""), tuple(boxes), tuple(arrows))


def _cross_account() -> Diagram:
    caller = ["scp", "identity", "boundary", "session"]
    texts = {
        "scp": "of the caller's organization allow the action",
        "identity": "allow the action on the other account's ARN",
        "boundary": "allows it, if there is one",
        "session": "allows it, if one was passed",
    }
    boxes = [DrawnBox("call", 0, 0, "The caller signs a request", "as the role app, for example")]
    boxes += [
        DrawnBox(name, 0, row, find_gate(name).title, texts[name], gate=name) for row, name in enumerate(caller, 1)
    ]
    boxes += [
        DrawnBox("rcp", 1, 1, "Resource control policies", "of the resource's organization do not deny it", gate="rcp"),
        DrawnBox("resource", 1, 2, "Resource policy", "names the caller, its role or its account", gate="resource"),
        DrawnBox("kms", 1, 3, "Key policy", "does the same, if the data is encrypted with a KMS key", gate="kms"),
        DrawnBox("both", 0, 5, "Both sides allow: allowed", "One side alone is never enough.", kind="end-allow"),
    ]
    ways = ["call", *caller, "both"]
    arrows = [Arrow(one, other) for one, other in pairwise(ways)]
    arrows += [Arrow("call", "rcp"), Arrow("rcp", "resource"), Arrow("resource", "kms"), Arrow("kms", "both")]
    columns = ("Caller's account 111122223333", "Resource's account 444455556666")
    return Diagram("Across accounts, both sides must allow", columns, tuple(boxes), tuple(arrows))


def _role_assumption() -> Diagram:
    return Diagram(
        "From a caller to a role's session",
        ("Caller's side", "Role's side"),
        (
            DrawnBox("ask", 0, 0, "sts:AssumeRole is called", "with the role's ARN, external ID, MFA, tags"),
            DrawnBox(
                "identity",
                0,
                1,
                "Identity policy",
                "allows it on the role's ARN (in one account not needed if the trust policy names you)",
                gate="identity",
            ),
            DrawnBox("trust", 1, 1, "Trust policy", "names the caller, and each of its conditions holds", gate="trust"),
            DrawnBox(
                "denied",
                0,
                2,
                "Denied",
                "The same text whichever side it was, or if there is no such role.",
                kind="end-deny",
            ),
            DrawnBox(
                "session",
                1,
                2,
                "A session of the role",
                "Its principal is now assumed-role/NAME/SESSION.",
                gate="session",
            ),
            DrawnBox(
                "rights",
                1,
                3,
                "What the session may do",
                "the role's policies, cut to its boundary and to the session policy",
            ),
        ),
        (
            Arrow("ask", "identity"),
            Arrow("ask", "trust"),
            Arrow("identity", "denied", "no"),
            Arrow("trust", "denied", "no"),
            Arrow("trust", "session", "both allow"),
            Arrow("session", "rights"),
        ),
    )


def _kms() -> Diagram:
    return Diagram(
        "Who may use a KMS key",
        ("The key's side", "The caller's side"),
        (
            DrawnBox("ask", 0, 0, "A call needs the key", "to decrypt, or to make a data key"),
            DrawnBox("grant", 1, 0, "A grant for this caller", "allows by itself, for its operations", gate="kms"),
            DrawnBox("policy", 0, 1, "Key policy: does it name the caller?", "or its role", gate="kms"),
            DrawnBox("delegates", 0, 2, "Does it name the caller's account?", "(…:root): then IAM decides", gate="kms"),
            DrawnBox(
                "identity",
                1,
                2,
                "Identity policy",
                "allows the action on the key's ARN, not on an alias",
                gate="identity",
            ),
            DrawnBox(
                "allowed",
                1,
                1,
                "Allowed",
                "across accounts only if the identity policy allows it as well",
                kind="end-allow",
            ),
            DrawnBox("denied", 0, 3, "Denied", "whatever IAM policies say", kind="end-deny"),
        ),
        (
            Arrow("ask", "grant", "or"),
            Arrow("ask", "policy"),
            Arrow("grant", "allowed"),
            Arrow("policy", "allowed", "yes"),
            Arrow("policy", "delegates", "no"),
            Arrow("delegates", "identity", "yes"),
            Arrow("identity", "allowed", "yes"),
            Arrow("delegates", "denied", "no"),
        ),
    )


def _scp_levels() -> Diagram:
    return Diagram(
        "Every level must allow, and a Deny anywhere ends it",
        ("Levels", "What the SCPs there must do"),
        (
            DrawnBox("root", 0, 0, "Root", "r-abcd"),
            DrawnBox("root-says", 1, 0, "At least one allows", "FullAWSAccess, unless it was taken away", gate="scp"),
            DrawnBox("ou", 0, 1, "Each OU on the way down", "ou-abcd-11111111"),
            DrawnBox("ou-says", 1, 1, "At least one allows", "A missing Allow here denies all below.", gate="scp"),
            DrawnBox("account", 0, 2, "The account", "111122223333"),
            DrawnBox("account-says", 1, 2, "At least one allows", "And no level on the way denies.", gate="scp"),
            DrawnBox(
                "inside",
                0,
                3,
                "The policies inside the account",
                "SCPs grant nothing: an Allow is needed here.",
                gate="identity",
            ),
            DrawnBox("denied", 1, 3, "Denied", "for users, roles and the root user of the account", kind="end-deny"),
        ),
        (
            Arrow("root", "root-says"),
            Arrow("root", "ou"),
            Arrow("ou", "ou-says"),
            Arrow("ou", "account"),
            Arrow("account", "account-says"),
            Arrow("account", "inside", "all allow"),
            Arrow("account-says", "denied", "one does not"),
        ),
    )


def _bare_s3() -> Diagram:
    return Diagram(
        "S3 says Access Denied and no more: where to look first",
        ("Ask in this order", "Then"),
        (
            DrawnBox("head", 0, 0, "Was it a HEAD request?", "aws s3 cp and sync begin with one"),
            DrawnBox("get", 1, 0, "Ask again with a GET", "Its answer has a text, and may name the policy."),
            DrawnBox("there", 0, 1, "Is the object there?", "its name letter by letter", gate="service"),
            DrawnBox("missing", 1, 1, "A missing object", "answers 403 to whoever may not list", kind="end-deny"),
            DrawnBox(
                "other", 0, 2, "Is the bucket of another organization?", "then S3 names no policy", gate="resource"
            ),
            DrawnBox("owner", 1, 2, "Both sides must allow", "The owner finds the request by its RequestId."),
            DrawnBox("key", 0, 3, "Is the object encrypted with a KMS key?", "field SSEKMSKeyId", gate="kms"),
            DrawnBox("kms", 1, 3, "The key's policy", "has to let the caller decrypt", gate="kms"),
            DrawnBox(
                "rest", 0, 4, "Ownership, Block Public Access, VPC endpoint", "the table names a command for each"
            ),
        ),
        (
            Arrow("head", "get", "yes"),
            Arrow("head", "there", "no"),
            Arrow("there", "missing", "no"),
            Arrow("there", "other", "yes"),
            Arrow("other", "owner", "yes"),
            Arrow("other", "key", "no"),
            Arrow("key", "kms", "yes"),
            Arrow("key", "rest", "no"),
        ),
    )


def _who_pulls() -> Diagram:
    return Diagram(
        "Who pulls the image, and what lets it",
        ("Who pulls", "What has to allow it"),
        (
            DrawnBox("you", 0, 0, "docker pull on a machine", "whoever aws sts get-caller-identity names"),
            DrawnBox("task", 0, 1, "An ECS task", "its execution role; on EC2 without one, the instance's role"),
            DrawnBox("pod", 0, 2, "A pod of EKS", "the node's role (on Fargate, the pod execution role)"),
            DrawnBox("login", 1, 0, "ecr:GetAuthorizationToken", "on *, and a login for this host", gate="identity"),
            DrawnBox("layers", 1, 1, "Identity policy", "the three pull actions on the repository", gate="identity"),
            DrawnBox("other", 1, 2, "Repository policy", "only if it is of another account", gate="resource"),
            DrawnBox("pulled", 1, 3, "The image is pulled", "its layers come from S3", kind="end-allow"),
        ),
        (
            Arrow("you", "login"),
            Arrow("task", "login"),
            Arrow("pod", "login"),
            Arrow("login", "layers"),
            Arrow("layers", "other"),
            Arrow("other", "pulled"),
        ),
    )


def _public_access() -> Diagram:
    return Diagram(
        "The four switches of Block Public Access",
        ("New ones are refused", "Those there have no effect"),
        (
            DrawnBox("acl-put", 0, 0, "BlockPublicAcls", "a PUT with a public ACL is denied", gate="s3-bpa"),
            DrawnBox("acl-there", 1, 0, "IgnorePublicAcls", "a public ACL lets nobody in", gate="s3-bpa"),
            DrawnBox("policy-put", 0, 1, "BlockPublicPolicy", "a PUT of a public policy is denied", gate="s3-bpa"),
            DrawnBox(
                "policy-there",
                1,
                1,
                "RestrictPublicBuckets",
                "a public policy lets in only the owner's account and AWS services",
                gate="s3-bpa",
            ),
        ),
        (),
    )


DIAGRAMS = {
    "evaluation-order": _evaluation_order(),
    "cross-account": _cross_account(),
    "role-assumption": _role_assumption(),
    "kms": _kms(),
    "scp-levels": _scp_levels(),
    "bare-s3": _bare_s3(),
    "who-pulls": _who_pulls(),
    "public-access": _public_access(),
}
