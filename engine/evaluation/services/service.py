"""What a service does differently from the rules that all services share."""

from collections.abc import Callable
from typing import NamedTuple

from whydenied.engine.evaluation.request import Request

__all__ = ["Service"]


def _no(_request: Request) -> bool:
    return False


def _nothing(_request: Request) -> str:
    return ""


def _no_notes(_request: Request) -> tuple[str, ...]:
    return ()


class Service(NamedTuple):
    """The exceptions of one service. Every field has a default that means "as everywhere".

    prefix: in actions. always_allowed: the action needs no permission. refuses: why the service refuses whatever the
    policies say, else "". resource_policy: what the resource policy is called. resource_policy_rules: the resource
    policy must name the caller or the account before any other policy counts. both_must_allow: and whatever it names,
    the caller's own policies must allow as well. above_policy: why the resource policy
    does not bind this caller, else "". also_needs: another policy that must let the request pass and that a case does
    not hold, else "". grants: why a grant of the service allows the request, else "". may_grant: what must be known
    to say whether one does, else "". notes: advice that belongs to the request, in whole sentences.
    """

    prefix: str
    always_allowed: Callable[[Request], bool] = _no
    refuses: Callable[[Request], str] = _nothing
    resource_policy: str = "resource policy"
    resource_policy_rules: Callable[[Request], bool] = _no
    both_must_allow: bool = False
    above_policy: Callable[[Request], str] = _nothing
    also_needs: Callable[[Request], str] = _nothing
    grants: Callable[[Request], str] = _nothing
    may_grant: Callable[[Request], str] = _nothing
    notes: Callable[[Request], tuple[str, ...]] = _no_notes
