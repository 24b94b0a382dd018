"""The gates a request goes through, in the words and the order of articles and pages.

The ids are those of the causes' front matter. The order is the one a request meets them in, as far as there is
one: who you are first, then the organization, the network, the two sides of the account, then what narrows them.
The shape goes with the colour on the pages, so that colour is never the only sign.
"""

import msgspec

__all__ = ["GATES", "GATES_BY_ID", "Gate"]


class Gate(msgspec.Struct, frozen=True):
    """A gate: its id, its name, what it is in one sentence, and the shape that stands for it.

    Of a gate that policies decide also: what its diagram asks (`question`), what becomes of a request that it does not
    let through (`refusal`), and, where it has policies of its own, what to paste into its box of the form (`box`) and
    the words for having none (`none`).
    """

    id: str
    name: str
    about: str
    shape: str
    question: str = ""
    refusal: str = ""
    box: str = ""
    none: str = "There is none"

    @property
    def is_decided(self) -> bool:
        """Whether the evaluator decides it under this very name."""
        return bool(self.question)


GATES = (
    Gate("authentication", "Authentication", "AWS could not tell who you are: no policy was looked at.", "key"),
    Gate(
        "scp",
        "Service control policy",
        "The organization's limit on what its accounts may do.",
        "hexagon",
        question="Do root, every OU and the account allow it?",
        refusal="no SCP allows it",
        box="Of the caller's organization, root first, then each OU, then the account; a line --- between levels.",
        none="There are none",
    ),
    Gate(
        "rcp",
        "Resource control policy",
        "The organization's limit on who may use its resources.",
        "pentagon",
        question="Does no RCP of the resource's account deny it?",
        refusal="an RCP denies it",
        box="Of the organization that owns the resource, in the same way.",
        none="There are none",
    ),
    Gate(
        "vpce",
        "VPC endpoint policy",
        "The private endpoint lets only some requests through.",
        "arch",
        question="If it comes through an endpoint: does its policy allow it?",
        refusal="the endpoint stops it",
        box="Of the endpoint that the request goes through.",
        none="No endpoint",
    ),
    Gate(
        "resource",
        "Resource policy",
        "The policy on the resource: bucket, queue, secret, function.",
        "square",
        question="Where it has to (another account, a key, a role): does it allow the caller?",
        refusal="no resource policy allows it",
        box="The policy on the resource: of a bucket, queue, secret, key; to assume a role, its trust policy.",
    ),
    Gate("trust", "Trust policy", "The role's own list of who may assume it.", "link"),
    Gate("kms", "KMS key", "The encryption key's policy, its grants, or kms permissions on you.", "lock"),
    Gate(
        "s3-bpa",
        "S3 settings",
        "Block Public Access and object ownership, which overrule policies.",
        "bucket",
        question="Is the bucket policy not public, or the caller our own?",
        refusal="S3 blocks it",
    ),
    Gate(
        "identity",
        "Identity policy",
        "What is attached to the user or role that made the call.",
        "circle",
        question="Do they allow it, unless the resource policy was enough?",
        refusal="no identity policy allows it",
        box="Everything attached to the user (and its groups) or the role, inline and managed.",
    ),
    Gate(
        "boundary",
        "Permissions boundary",
        "The most that this user or role can ever be allowed.",
        "diamond",
        question="If there is one: does it allow it too?",
        refusal="the boundary does not allow it",
        box="The managed policy set as the boundary of the user or role.",
    ),
    Gate(
        "session",
        "Session policy",
        "What was handed over when the session began narrows it.",
        "clock",
        question="If one was passed: does it allow it too?",
        refusal="the session policy does not allow it",
        box="What was passed when the role was assumed.",
    ),
    Gate("service", "Inside the service", "The service has permissions of its own, beside IAM.", "layers"),
    Gate("none", "No single gate", "It can sit at several gates, or is not a permission at all.", "cross"),
)

GATES_BY_ID = {gate.id: gate for gate in GATES}
