"""What a draft is: one change, and what it rests on. Light to load: most commands show drafts, and few make one."""

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from whydenied.engine.evaluation.evaluate import Evaluation
    from whydenied.engine.remedies.remedy import Change, Danger

__all__ = ["FORMS", "Basis", "Draft", "Kind"]

FORMS = ("json", "cli", "terraform", "cloudformation", "cdk", "cdk_python")
"""The names of the forms, in the order in which they are shown; `cdk` is TypeScript."""

Kind = Literal["allow", "exception", "trust", "other"]

# What may yet refuse the request where nobody has seen it, by gate.
_UNSEEN = {
    "scp": "an SCP",
    "rcp": "an RCP",
    "vpce": "an endpoint policy",
    "resource": "the resource's own policy",
    "identity": "the caller's own policies",
    "boundary": "a permissions boundary",
    "session": "a session policy",
}


class Basis(NamedTuple):
    """What a draft was made from: the evaluation of the case, and the change that remedies found for it."""

    evaluation: "Evaluation"
    change: "Change"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A change drafted from a text.

    owner: who can make it, in words. gate: where, by the articles' names (`trust` for a trust policy). kind: what it
    is. target: the policy it goes into, in words. statements: as JSON; () where no statement helps. fragment: for an
    exception, the condition to add to the Deny that matches. status: `proved` where the policies were given, else
    `assumed`. assumes: the gates that nobody has seen. taken: what else is taken for granted, in clauses. blanks: what
    the text does not name and somebody has to fill in. why, notes, dangers: sentences. commands: lines for a shell.
    principal, resource, action: of the request, with blanks as in the statements. policy: the name of the policy that
    is made or edited. permission_set: its name where the caller's role belongs to one. denials: their numbers in the
    paste, from 1. basis: what it was made from. expected: the statements for what is
    expected to be refused next, these included; () where that is not known."""

    owner: str = ""
    gate: str
    kind: Kind
    target: str = ""
    statements: tuple[dict[str, Any], ...] = ()
    fragment: dict[str, Any] | None = None
    status: Literal["proved", "assumed"]
    assumes: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    dangers: "tuple[Danger, ...]" = ()
    commands: tuple[str, ...] = ()
    principal: str
    action: str
    resource: str
    policy: str = ""
    permission_set: str = ""
    denials: tuple[int, ...] = ()
    basis: Basis | None = None
    expected: tuple[dict[str, Any], ...] = ()

    @property
    def proof(self) -> str:
        """Say in a sentence what is sure of the change, and what it rests on."""
        if not self.statements and self.fragment is None:
            return ""
        if self.status == "proved":
            return "Allowed with this: the policies that were given were evaluated again with it."
        unseen = [_UNSEEN[gate] for gate in self.assumes if gate in _UNSEEN]
        blocks = f", unless {_either(unseen)} that you have not shown also blocks" if unseen else ""
        return f"Allowed with this{blocks}."


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
