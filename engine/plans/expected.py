"""What policies are expected to allow and to refuse, in sentences, and whether they do.

`importer may s3:GetObject on ARN`, `builder may not s3:DeleteObject on ARN`, `nobody but keeper may kms:Decrypt on
ARN`.
What nobody gave is unknown, and no expectation holds of it: neither "may" nor "may not"."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.cases import read_case
from whydenied.engine.evaluation.evaluate import Decision, Evaluation
from whydenied.engine.evaluation.explanation import explain
from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.plans.standing import Standing

__all__ = ["Expectation", "Outcome", "decide", "read_expectation"]

_SENTENCE = re.compile(
    r"(?P<but>nobody but )?(?P<who>[\w.-]{1,100}(?:(?:, | and )[\w.-]{1,100}){0,50}) may (?P<no>not )?"
    r"(?P<action>[A-Za-z0-9-]{1,60}:[A-Za-z0-9]{1,100}) on (?P<resource>\S{1,2000})"
)


class Expectation(msgspec.Struct, frozen=True):
    """A sentence. who: the principals' names; but: they alone, and nobody else. may: whether it is to be allowed.
    context: condition keys of the request; account: of the resource, "" where its ARN tells."""

    text: str
    who: tuple[str, ...]
    but: bool
    may: bool
    action: str
    resource: str
    context: Mapping[str, object] = {}
    account: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What came of an expectation for one principal. decision: of the policies; why: in one sentence; statements: those
    that decided, with their policy. before: the same with the policies from before a change, None without any."""

    expectation: Expectation
    principal: str
    may: bool
    decision: Decision
    why: str
    statements: tuple[str, ...]
    before: "Outcome | None" = None

    @property
    def holds(self) -> bool:
        """Whether the policies do what is expected, for certain."""
        return self.decision == "Allowed" if self.may else self.decision in ("ImplicitlyDenied", "ExplicitlyDenied")

    @property
    def flipped(self) -> bool:
        """Whether the decision is another one than before."""
        return self.before is not None and self.before.decision != self.decision


def read_expectation(
    text: str, principals: Sequence[str], context: Mapping[str, object] | None = None, account: str = ""
) -> Expectation:
    """Read a sentence. principals: the names that there are. Raises InputError, with the form, where it is none."""
    found = _SENTENCE.fullmatch(" ".join(text.split()))
    if found is None:
        raise InputError(
            f"`{text[:200]}` is no expectation: write `NAME may [not] service:Action on ARN` or `nobody but NAME may …`"
        )
    who = tuple(re.split(r", | and ", found["who"]))
    for name in who:
        if name not in principals:
            raise InputError(f"`{name}` in `{text[:200]}` is not among `principals`: {', '.join(principals) or 'none'}")
    if found["but"] and found["no"]:
        raise InputError(f"`{text[:200]}` says two things: write `nobody but NAME may …`, or `NAME may not …`")
    may = not found["no"]
    return Expectation(text, who, bool(found["but"]), may, found["action"], found["resource"], context or {}, account)


def decide(
    expectation: Expectation,
    standings: Mapping[str, Standing],
    none: Sequence[str] = (),
    before: Mapping[str, Standing] | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome for each principal that an expectation is about.

    standings: the principals' policies by name; before: the same from before a change. none: the gates that are said to
    have no policies where none are given. Raises InputError."""
    for name in standings if expectation.but else expectation.who:
        may = expectation.may if name in expectation.who else not expectation.may
        outcome = _outcome(expectation, name, may, standings[name], none)
        if before is not None:
            then = _outcome(expectation, name, may, before[name], none)
            outcome = msgspec.structs.replace(outcome, before=then)
        yield outcome


def _outcome(expectation: Expectation, name: str, may: bool, standing: Standing, none: Sequence[str]) -> Outcome:
    evaluation = _evaluate(expectation, standing, none)
    told = explain(evaluation, everything=False)
    statements = tuple(
        f"{one.effect} {f'`{one.statement}`' if one.statement else f'statement {one.index + 1}'} of `{one.policy}`"
        for gate in told.gates
        if gate.blocks == "yes" or evaluation.decision == "Allowed"
        for one in gate.determining
    )
    return Outcome(expectation, name, may, evaluation.decision, told.summary, statements)


def _evaluate(expectation: Expectation, standing: Standing, none: Sequence[str]) -> Evaluation:
    case = {field: value for field, value in standing.case.items() if field not in ("stated", "unknown")}
    resource = next((policy for arn, policy in standing.resources.items() if _covers(arn, expectation.resource)), None)
    given = {"resource"} if resource is not None else set()
    listed = standing.case.get("unknown")
    unknown = {*(listed if isinstance(listed, (list, tuple)) else ()), "resource"} - given - set(none)
    request: dict[str, object] = {
        "principal": standing.principal,
        "action": expectation.action,
        "resource": expectation.resource,
        "context": dict(expectation.context),
        "context_complete": False,
        "stated": standing.case.get("stated") or {},
    }
    if expectation.account:
        request["resource_account"] = expectation.account
    order = [gate.name for gate in POLICY_GATES if gate.name in unknown]
    return read_case({**case, "request": request, "resource_policy": resource, "unknown": order}, explain=True)


def _covers(owner: str, resource: str) -> bool:
    """Tell whether a resource is one that has this policy: itself, or an object of the bucket."""
    return resource == owner or (owner.startswith("arn:aws:s3:::") and resource.startswith(f"{owner}/"))
