"""What the gates are asked about: the request and its policies; and what a resource policy excuses the caller's own
policies from. Both are values: no gate writes anything that another one reads."""

import msgspec

from whydenied.engine.evaluation.request import Policies, Request

__all__ = ["NO_EXCUSE", "Excuse", "Situation", "is_bounded"]


def is_bounded(request: Request, policies: Policies) -> bool | None:
    """Tell whether the caller has a permissions boundary; only users, roles and their sessions can. None where that is
    not known."""
    if not request.caller.has_identity or request.caller.kind == "root":
        return False
    if policies.documents("boundary") or policies.unread.get("boundary"):
        return True
    return None if "boundary" in policies.unknown else False


class Situation(msgspec.Struct, frozen=True, gc=False):
    """request, policies: what was asked. thorough: every statement about the action is to be traced.

    same_account: caller and resource belong to one account. bounded: the caller has a permissions boundary;
    None where that is not known.
    """

    request: Request
    policies: Policies
    same_account: bool
    thorough: bool
    bounded: bool | None


class Excuse(msgspec.Struct, frozen=True, gc=False):
    """Whether identity policies, and boundary and session policies, must allow (`identity`, `limits`; None where that
    cannot be known), since a resource policy or a grant may make up for them; `why` not, in words."""

    identity: bool | None
    limits: bool | None
    why: str


NO_EXCUSE = Excuse(identity=True, limits=True, why="")
