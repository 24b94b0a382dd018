"""The forecast: every request of a plan through every gate, and what it comes to.

A request whose resource is known in part only (`*`) is decided where a policy covers all that it may be, or none of it;
where a policy covers some of it, it cannot be known."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.answer import EXPLICIT, Answer
from whydenied.engine.evaluation.cases import read_policies, read_request
from whydenied.engine.evaluation.evaluate import Evaluation, evaluate
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.needs import what_would_decide
from whydenied.engine.evaluation.request import Policies
from whydenied.engine.evaluation.resource_policies import takes_policy
from whydenied.engine.plans.places import is_role_of
from whydenied.engine.plans.requests import Asked, is_made_by
from whydenied.engine.plans.standing import Standing
from whydenied.engine.policy.document import Document, compile_document
from whydenied.engine.policy.matching import overlap
from whydenied.engine.policy.statement import Statement

__all__ = ["Court", "Outcome", "Verdict"]

Outcome = Literal["allowed", "refused", "unknown"]
_RESOURCE = find_gate("resource")


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a request comes to. gates: those that refuse it. unseen: gates whose policies nobody gave, that may yet
    refuse it (of a refused one: `resource`, whose own policy might let it in). why: what cannot be known, "" else."""

    asked: Asked
    outcome: Outcome
    gates: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    why: str = ""


class Court:
    """Decides the requests of one caller.

    standing: the caller's policies. owned: policies of the plan's own resources by ARN (engine.plans.owned). assumed:
    the roles that providers assume: where the caller is one of these, it is not the one who runs Terraform."""

    def __init__(self, standing: Standing, owned: Mapping[str, object], assumed: Iterable[str] = ()) -> None:
        case = {name: value for name, value in standing.case.items() if name != "stated"}
        self._principal = standing.principal
        self._is_assumed = any(is_role_of(standing.principal, role) for role in assumed)
        self._settings = case.get("settings") or {}
        self._stated = standing.case.get("stated") or {}
        self.policies = read_policies(case)
        self._absent = _tag_keys(standing)
        self._owned = {**owned, **standing.resources}
        self._compiled: dict[str, tuple[Document, ...]] = {}

    def judge(self, asked: Iterable[Asked]) -> Iterator[Verdict]:
        """Yield the verdict on each request."""
        for one in asked:
            yield self.verdict(one)

    def verdict(self, asked: Asked, policies: Policies | None = None) -> Verdict:
        """Decide a request. policies: in place of the caller's own, such as those after a change."""
        if not is_made_by(asked, self._principal, assumed=self._is_assumed):
            return Verdict(asked, "unknown", why=_OTHER.format(asked.by) if asked.by else _RUNS)
        try:
            evaluation = self.evaluation(asked, policies)
        except InputError as error:
            return Verdict(asked, "unknown", why=str(error))
        uncertain = not asked.is_certain
        if evaluation.decision == "Unknown" and "resource" in {answer.gate for answer in evaluation.open}:
            # Hardly any resource's own policy lets a pipeline in: without one it is refused, and that is said.
            without = self.evaluation(asked, policies, lenient=True)
            if without.blocking:
                return Verdict(asked, "refused", tuple(without.blocked_by), ("resource",))
        if evaluation.decision in ("Allowed", "Unknown"):
            found = Verdict(asked, "allowed") if evaluation.decision == "Allowed" else self._open(evaluation, asked)
            if found.outcome == "allowed" and uncertain and _may_deny(evaluation, asked):
                return Verdict(asked, "unknown", why=_NAME.format(asked.resource))
            return found
        gates = tuple(answer.gate for answer in evaluation.blocking)
        if uncertain and all(_may_allow(answer, evaluation, asked) for answer in evaluation.blocking):
            return Verdict(asked, "unknown", gates, why=_NAME.format(asked.resource))
        return Verdict(asked, "refused", gates)

    def evaluation(
        self, asked: Asked, policies: Policies | None = None, *, explain: bool = False, lenient: bool = False
    ) -> Evaluation:
        """Evaluate a request, with the policy of its resource where that is known. Raises InputError.

        lenient: a resource of which the policy is not known is taken to have none."""
        request = read_request(
            {
                "request": {
                    "principal": self._principal,
                    "action": asked.action,
                    "resource": asked.resource,
                    "resource_account": self._account(asked),
                    "context": {**self._absent, **asked.context},
                    "context_complete": False,
                    "stated": self._stated,
                },
                "settings": self._settings,
            }
        )
        known = self._of_resource(asked.resource)
        ours = policies or self.policies
        if known is not None:
            ours = ours.with_documents({("resource", -1): known})
        elif not lenient and takes_policy(request) is not False and not _is_new(asked):
            unknown = frozenset((*ours.unknown, "resource"))
            levels = {gate: ours.levels(gate) for gate in _FIELDS if ours.levels(gate)}
            ours = Policies(levels, unknown, ours.unread)
        return evaluate(request, ours, explain=explain)

    def _account(self, asked: Asked) -> str | None:
        """Return who owns the resource: what the plan makes or keeps is the caller's own."""
        parts = asked.resource.split(":", 5)
        if len(parts) == 6 and not parts[4]:
            return self._principal.split(":")[4] or None
        return None

    def _of_resource(self, resource: str) -> tuple[Document, ...] | None:
        """Return the compiled policy of a resource, () for none; None where it is not known."""
        arn = resource if resource in self._owned else resource.partition("/")[0] if ":s3:::" in resource else ""
        if arn not in self._owned:
            return None
        if arn not in self._compiled:
            raw = self._owned[arn]
            self._compiled[arn] = (compile_document(raw, _RESOURCE.kind, f"policy of {arn}"),) if raw else ()
        return self._compiled[arn]

    def _open(self, evaluation: Evaluation, asked: Asked) -> Verdict:
        """Say what is not known: gates that nobody gave are left open, all else is told."""
        unseen = tuple(answer.gate for answer in evaluation.open if answer.missing)
        if all(answer.missing for answer in evaluation.open) and evaluation.same_account_assumed is None:
            return Verdict(asked, "allowed", unseen=unseen)
        texts = list(dict.fromkeys(need.text for need in what_would_decide(evaluation) if need.what != "policy"))
        return Verdict(asked, "unknown", unseen=unseen, why="allowed if " + " and ".join(texts[:3]))


_FIELDS = ("identity", "boundary", "session", "scp", "rcp", "vpce", "resource")
_OTHER = "`{}` makes this call, and its policies were not given: ask again with it as the principal"
_RUNS = "whoever runs Terraform makes this call, and not the role that was given as the principal"
_NAME = "a policy covers a part of `{}`, and what `*` will be is known after apply only"


def _is_new(asked: Asked) -> bool:
    """Tell whether the resource is made by this plan, so that nobody can have given it a policy."""
    resource = asked.call.resource
    return resource is not None and not resource.before and asked.call.stage == "create"


def _tag_keys(standing: Standing) -> dict[str, None]:
    """Return the request tags that the policies ask for, as absent: what a request does not carry is known."""
    text = msgspec.json.encode((standing.case, list(standing.resources.values()))).decode()
    names = {part.split('"')[0].split("}")[0] for part in text.split("aws:RequestTag/")[1:]}
    return {f"aws:RequestTag/{name}": None for name in names if name and "\\" not in name}


def _statements(evaluation: Evaluation, gate: str) -> Iterator[tuple[Statement, ...]]:
    """Yield the Deny and Allow statements of a gate that are about the action, one after the other."""
    for document in evaluation.policies.documents(find_gate(gate).policies_of):
        yield from document.candidates(evaluation.request.key)


def _may_deny(evaluation: Evaluation, asked: Asked) -> bool:
    """Tell whether a Deny covers a part of what the resource may be."""
    return any(
        statement.allow is False and _touches(statement, asked.resource)
        for answer in evaluation.answers
        for group in _statements(evaluation, answer.gate)
        for statement in group
    )


def _may_allow(answer: Answer, evaluation: Evaluation, asked: Asked) -> bool:
    """Tell whether an Allow of a gate that denies by silence covers a part of what the resource may be."""
    if answer.decision == EXPLICIT:
        return False
    return any(
        statement.allow is True and _touches(statement, asked.resource)
        for group in _statements(evaluation, answer.gate)
        for statement in group
    )


def _touches(statement: Statement, resource: str) -> bool:
    if "NotResource" in statement.raw:
        return True
    return any(not one.everything and overlap(one.text, resource) for one in statement.resources)
