"""What a plan is made of: changes, what the caller can meet, and the dangers that are said beside them."""

from typing import Any, Literal

import msgspec

from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.evaluate import Decision

__all__ = ["Change", "Danger", "Document", "Kind", "Meeting", "Plan", "Remedy", "Target"]

Document = dict[str, Any]
Kind = Literal["allow", "exception", "trust", "other"]


class Danger(msgspec.Struct, frozen=True):
    """What a change opens besides the request.

    kind: the danger. text: it in a sentence. safer: a statement to use instead, with blanks such as
    `<source-account>` where the request does not tell; None where the statement is as safe as it can be written."""

    kind: Literal["escalation", "public", "cross-account", "confused-deputy", "shared"]
    text: str
    safer: Document | None = None


class Target(msgspec.Struct, frozen=True):
    """The policy that a change edits.

    kind: `inline-user-policy`, `inline-group-policy`, `inline-role-policy`, `customer-managed-policy`,
    `aws-managed-policy` (never edited: a copy takes its place), `permission-set`, `permissions-boundary`, `scp`,
    `rcp`, `vpc-endpoint-policy`, `session-policy`, `trust-policy`, `setting`, or the service's word (`bucket-policy`).
    name: of the policy. holder: who or what has it, as far as it is known. words: all of it for people."""

    kind: str
    name: str
    holder: str
    words: str


class Change(msgspec.Struct, frozen=True):
    """One changed document (or setting).

    gate, title, owner: whose it is. kind: what the change is. target: where the policy lives. policy: its name; level:
    of an SCP or RCP, 0 for the root, else -1; position: its place among the gate's documents. why: what is done, in
    sentences. guardrail: what it weakens, "" if it is no guardrail. wider: what it lets through besides the request.
    statements: those that are added or that take the place of others. before, after: the documents; None for "none was
    given". diff: both as unified text, "" where nobody asked for it. commands: lines for a shell, in order: they read
    what is there, merge, write. warnings: what stops the commands, or what else they touch. dangers: what the
    statements open."""

    gate: GateName
    title: str
    owner: str
    kind: Kind
    target: Target
    policy: str
    level: int
    position: int
    why: tuple[str, ...]
    guardrail: str
    wider: str
    statements: tuple[Document, ...]
    before: Document | None
    after: Document | None
    diff: str
    commands: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()


class Meeting(msgspec.Struct, frozen=True):
    """A condition that the request fails, and how to meet it without a change of a policy.

    gate, policy, statement: where it stands. key: the condition key. value: one that meets it; None for "leave it out".
    phrase: the condition in words. how: what to do, in a sentence. commands: lines for a shell, where one does it."""

    gate: GateName
    policy: str
    statement: str
    key: str
    value: str | tuple[str, ...] | None
    phrase: str
    how: str
    commands: tuple[str, ...] = ()


class Remedy(msgspec.Struct, frozen=True):
    """What lets the request pass: conditions to meet, changes to make, or both.

    before, after: the decision without and with it: the proof. after is Unknown where nothing that is known blocks
    any more, but something is not known; left_open says what. weakens: the conditions that it goes round, "" for
    none; such a remedy is the first only where nobody can meet them, or only by a tag that others must set. assumes:
    what the proof takes for granted, in clauses. unseen: the gates that may yet refuse it, since nobody has seen
    their policies."""

    changes: tuple[Change, ...]
    summary: str
    before: Decision
    after: Decision
    left_open: str
    meets: tuple[Meeting, ...] = ()
    weakens: str = ""
    assumes: tuple[str, ...] = ()
    unseen: tuple[GateName, ...] = ()

    @property
    def status(self) -> Literal["proved", "assumed"]:
        """`proved` where every gate was seen, else `assumed`."""
        return "proved" if self.after == "Allowed" else "assumed"


class Plan(msgspec.Struct, frozen=True):
    """What can be done. remedy: the best, None where nothing helps that anybody should do (`refusals` says why).
    alternatives: other ways, the ones that weaken something last. advice: what the caller can do without any change."""

    remedy: Remedy | None
    alternatives: tuple[Remedy, ...]
    refusals: tuple[str, ...]
    advice: tuple[str, ...]
