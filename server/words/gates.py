"""The gates a request goes through, in the words and the order of the pages.

The ids are those of the causes' front matter. The order is the one a request meets them in, as far as there is
one: who you are first, then the organization, the network, the two sides of the account, then what narrows them.
The shape goes with the colour on the pages, so that colour is never the only sign.
"""

import msgspec

__all__ = ["GATES", "GATES_BY_ID", "Gate"]


class Gate(msgspec.Struct, frozen=True):
    """A gate: its id, its name, what it is in one sentence, and the shape that stands for it."""

    id: str
    name: str
    about: str
    shape: str


GATES = (
    Gate("authentication", "Authentication", "AWS could not tell who you are: no policy was looked at.", "key"),
    Gate("scp", "Service control policy", "The organization's limit on what its accounts may do.", "hexagon"),
    Gate("rcp", "Resource control policy", "The organization's limit on who may use its resources.", "pentagon"),
    Gate("vpce", "VPC endpoint policy", "The private endpoint lets only some requests through.", "arch"),
    Gate("resource", "Resource policy", "The policy on the resource: bucket, queue, secret, function.", "square"),
    Gate("trust", "Trust policy", "The role's own list of who may assume it.", "link"),
    Gate("kms", "KMS key", "The encryption key's policy, its grants, or kms permissions on you.", "lock"),
    Gate("s3-bpa", "S3 settings", "Block Public Access and object ownership, which overrule policies.", "bucket"),
    Gate("identity", "Identity policy", "What is attached to the user or role that made the call.", "circle"),
    Gate("boundary", "Permissions boundary", "The most that this user or role can ever be allowed.", "diamond"),
    Gate("session", "Session policy", "What was handed over when the session began narrows it.", "clock"),
    Gate("service", "Inside the service", "The service has permissions of its own, beside IAM.", "layers"),
    Gate("none", "No single gate", "It can sit at several gates, or is not a permission at all.", "cross"),
)

GATES_BY_ID = {gate.id: gate for gate in GATES}
