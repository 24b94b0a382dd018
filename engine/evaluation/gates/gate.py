"""What a gate is: everything that is true of one kind of policy on a request's way, in one record."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from whydenied.engine.evaluation.answer import Answer, GateName
from whydenied.engine.evaluation.situation import Excuse, Situation
from whydenied.engine.policy.kinds import WITH_PRINCIPAL, Kind

__all__ = ["Gate"]


class Gate(NamedTuple):
    """One gate.

    name: in answers, facts and cases. place: where it stands when the gates are listed; no answer depends on it.
    title: for headings. owner: who can change its policies, with `{ours}` for the caller's account and `{theirs}` for
    the resource's. answer: what it makes of a situation, given what the resource policy excuses it from.

    kind: the rules that its documents are read by. field: the key of its policies in a case, "" where it judges those
    of another gate (`judges`). shape: what stands under that key: one document, a list of them, or a list of levels of
    an organization, root first. words: one of its policies in words;
    policies: all of them, in a sentence.

    grants: an Allow here gives a permission; other gates only take away. also: what articles and messages call it
    besides. titled: its title by the prefix of the action, where services have words of their own. guardrail: what to
    say before it is weakened, in whole sentences. may_stay_open: what a proof takes for granted, as a clause, where its
    policies could not be read; "" where nothing can be proved without them.
    """

    name: GateName
    place: int
    title: str
    owner: str
    answer: Callable[[Situation, Excuse], Answer]
    kind: Kind
    field: str = ""
    shape: Literal["one", "list", "levels"] = "list"
    words: str = ""
    policies: str = ""
    judges: GateName = ""
    grants: bool = False
    also: tuple[str, ...] = ()
    titled: Callable[[str], str] | None = None
    guardrail: str = ""
    may_stay_open: str = ""

    @property
    def with_principal(self) -> bool:
        """Whether its statements say whom they are about."""
        return self.kind in WITH_PRINCIPAL

    @property
    def policies_of(self) -> GateName:
        """The gate whose policies it judges: itself, but for a setting that looks at another gate's policies."""
        return self.judges or self.name
