"""The plan: the best way to let a denied request pass, proved by evaluating again.

First what the caller can meet without any change, then the fewest and smallest changes; a way that goes round a
condition comes last, and says so."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from whydenied.engine.errors import TooLargeError
from whydenied.engine.evaluation.evaluate import Evaluation, evaluate
from whydenied.engine.evaluation.gates import title
from whydenied.engine.evaluation.needs import summary as still_unknown
from whydenied.engine.evaluation.needs import what_would_decide
from whydenied.engine.evaluation.resource_policies import takes_policy
from whydenied.engine.remedies.advice import advice_for
from whydenied.engine.remedies.caller import (
    PRINCIPAL_ARN,
    is_service_linked,
    principal_arns,
    with_context,
    with_principal,
)
from whydenied.engine.remedies.changes import changes_of
from whydenied.engine.remedies.edit import Edit, apply_edits
from whydenied.engine.remedies.edits import edits_for, resource_way, setting_edit
from whydenied.engine.remedies.expiry import just_before, read_expiry
from whydenied.engine.remedies.limits import too_much
from whydenied.engine.remedies.meet import Option, failing_phrase, options_for
from whydenied.engine.remedies.refusals import refusal
from whydenied.engine.remedies.remedy import Change, Meeting, Plan, Remedy
from whydenied.engine.remedies.tagging import asks_others_to_tag

__all__ = ["Change", "Plan", "Remedy", "plan"]

# Fixing one gate can make another one matter; more rounds than gates cannot help.
_ROUNDS = 8
# Parts of a remedy that are tried for being superfluous; each costs an evaluation.
_MAX_TRIED = 16
_TOO_MUCH = (
    "The patterns and values of this case take too many comparisons: no change was worked out. Leave out the "
    "statements and keys that have nothing to do with the request."
)


# Which conditions are to be met rather than gone round.
_Choice = Callable[[Option], bool]


class _Way(NamedTuple):
    """What is done: documents edited, conditions met."""

    edits: tuple[Edit, ...] = ()
    options: tuple[Option, ...] = ()

    def without(self, part: Edit | Option) -> "_Way":
        """Return all but one part."""
        return _Way(
            tuple(one for one in self.edits if one is not part), tuple(one for one in self.options if one is not part)
        )

    def with_one_less(self, key: str) -> "_Way":
        """Return the same without meeting what is asked of one condition key (lower case)."""
        options = []
        for one in self.options:
            changed = {name: value for name, value in one.changed.items() if name != key}
            meetings = tuple(meeting for meeting in one.meetings if meeting.key.lower() != key)
            options.append(one._replace(changed=changed, meetings=meetings))
        return self._replace(options=tuple(options))


class _Found(NamedTuple):
    """A way that lets the request pass, and the evaluation that says so."""

    way: _Way
    after: Evaluation


def plan(evaluation: Evaluation, until: str = "", *, best_only: bool = False) -> Plan:
    """Find remedies for a denied request; an evaluation that allows, or is unknown, gets an empty plan.

    until: a date (`2026-12-31`) or moment after which the changes allow nothing any more; "" for no end. best_only:
    find the same remedy, but neither alternatives nor advice, and none of what is only read: diffs, what is left open.
    Raises InputError where `until` is neither."""
    until = read_expiry(until)
    if not _denied(evaluation):
        return Plan(None, (), (), ())
    why = refusal(evaluation) or too_much(evaluation)
    if why:
        return Plan(None, (), (why,), ())
    try:
        return _planned(evaluation, until, best_only)
    except TooLargeError:
        return Plan(None, (), (_TOO_MUCH,), ())


def _planned(evaluation: Evaluation, until: str, best_only: bool) -> Plan:
    base = _base(evaluation, until)
    advice = () if best_only else advice_for(base)
    first, stuck = _search(base, _Way(), meet=True, until=until)
    if first is None:
        return Plan(None, (), (stuck or _stuck(base),), advice)
    if best_only and not _place(first.way, base):
        return Plan(_remedy(first, base, evaluation, in_full=False), (), (), ())
    ways = sorted((first, *_others(base, first, until)), key=lambda one: _place(one.way, base))
    if best_only:
        return Plan(_remedy(ways[0], base, evaluation, in_full=False), (), (), ())
    best, *rest = (_remedy(one, base, evaluation, in_full=True) for one in ways)
    # A condition that a Deny of the same gate hides is worth meeting all the same.
    hidden = [edit for edit in ways[0].way.edits if edit.around and not any(edit.around in line for line in advice)]
    for edit in hidden:
        holds = "does not hold" if edit.kind == "exception" else "holds"
        advice = (*advice, f"No way round is needed for a request for which it {holds} that {edit.around}.")
    return Plan(best, tuple(rest), (), tuple(dict.fromkeys(advice)))


def _place(way: _Way, base: Evaluation) -> int:
    """Rank a way: what weakens nothing comes before what goes round a condition. A tag that somebody else must set
    changes what others may do, too, and comes after a policy that changes it for this request alone."""
    if any(asks_others_to_tag(option, base) for option in way.options):
        return 2
    return 1 if any(edit.around for edit in way.edits) else 0


def _others(base: Evaluation, first: _Found, until: str) -> list[_Found]:
    """Return the ways that begin with another edit than the first, and the one that meets nothing."""
    others: list[_Found] = []

    def meets_alone(option: Option) -> bool:
        return option.solved and not asks_others_to_tag(option, base)

    if _place(first.way, base) == 2:
        # Only the tag is gone round: everything else is met all the same.
        without, _ = _found(base, _Way(), meets_alone, until)
        if without and without.way != first.way:
            others.append(without)
    if first.way.options:
        # Where the first is where the Allow belongs, the way round it is there too.
        round_about, _ = _search(base, _Way(), meet=False, until=until)
        if round_about and round_about.way not in [one.way for one in (first, *others)]:
            others.append(round_about)
    for start in _starts(base, until):
        other, _ = _search(base, _Way((start,)), meet=True, until=until)
        if other and start in other.way.edits and other.way not in [one.way for one in (first, *others)]:
            others.append(other)
    return others


def _denied(evaluation: Evaluation) -> bool:
    return evaluation.decision in ("ImplicitlyDenied", "ExplicitlyDenied")


def _base(evaluation: Evaluation, until: str) -> Evaluation:
    """Return the evaluation with what AWS sends in any case; as it was where that alone lets the request pass."""
    request = with_principal(evaluation.request)
    now = "aws:currenttime"
    if until and now not in request.context.values:
        # The proof is for the time in which the change holds.
        request = with_context(request, {now: just_before(until)})
    if request is evaluation.request:
        return evaluation
    fuller = evaluate(request, evaluation.policies)
    return fuller if _denied(fuller) else evaluation


def _stuck(evaluation: Evaluation) -> str:
    request = evaluation.request
    names = ", ".join(title(answer.gate, request) for answer in evaluation.blocking)
    return f"No change was found that allows this request; look at: {names}."


def _search(base: Evaluation, chosen: _Way, *, meet: bool, until: str) -> tuple[_Found | None, str]:
    """Do something about every gate that blocks until none does, then leave out what is not needed.

    meet: conditions are met where they can be; else every one is gone round. Returned with why it is stuck, if so."""
    first = ""
    for may_meet in (_any_solved, _same_caller, _none) if meet else (_none,):
        found, stuck = _found(base, chosen, may_meet, until)
        first = first or stuck
        # Another principal has policies of its own: what this one's need says nothing about it.
        if found is not None and not (found.way.edits and any(option.who for option in found.way.options)):
            return found, ""
    return None, first


def _any_solved(option: Option) -> bool:
    return option.solved


def _same_caller(option: Option) -> bool:
    return option.solved and not option.who


def _none(_option: Option) -> bool:
    return False


def _found(base: Evaluation, chosen: _Way, may_meet: _Choice, until: str) -> tuple[_Found | None, str]:
    way = chosen
    for _ in range(_ROUNDS):
        after = _after(base, way)
        if not _denied(after):
            return _least(base, _Found(way, after)), ""
        before = {key for option in way.options for key in option.changed}
        now: set[str] = set()
        for answer in after.blocking:
            options = options_for(answer, after)
            solved = [one for one in options if may_meet(one) and not before & set(one.changed)]
            if solved:
                # What another gate is meeting now may be what this one asks for: the next round tells.
                if not now & set(solved[0].changed):
                    now |= set(solved[0].changed)
                    way = way._replace(options=(*way.options, solved[0]))
                continue
            found = edits_for(answer, after, options, until)
            if not found.edits:
                return None, found.stuck
            way = way._replace(edits=(*way.edits, *found.edits))
    return None, ""


def _after(base: Evaluation, way: _Way) -> Evaluation:
    if not way.edits and not way.options:
        return base
    request, policies = apply_edits(base.request, base.policies, way.edits)
    for option in way.options:
        request = with_context(request, option.changed)
    return evaluate(request, policies)


def _least(base: Evaluation, found: _Found) -> _Found:
    """Drop every part without which the request is not denied either, the widest first, conditions last."""
    way = found.way
    edits = sorted(way.edits, key=lambda one: (not one.wider, not one.around))
    parts: list[Edit | Option] = [*edits, *way.options]
    if len(parts) == 1:
        return found
    if len(parts) > _MAX_TRIED:
        # Each Deny that applies must be narrowed: only the others can be superfluous.
        parts = [part for part in parts if not (isinstance(part, Edit) and part.kind == "exception")][:_MAX_TRIED]
    for part in parts:
        found = _smaller(base, found, found.way.without(part))
    if len(found.way.options) < len(way.options):
        # What is not met any more may have been what a Deny went by.
        for edit in found.way.edits if len(found.way.edits) > 1 else ():
            found = _smaller(base, found, found.way.without(edit))
    for option in found.way.options:
        for key in list(option.changed)[:_MAX_TRIED] if len(option.changed) > 1 else ():
            found = _smaller(base, found, found.way.with_one_less(key))
    return found


def _smaller(base: Evaluation, found: _Found, fewer: _Way) -> _Found:
    """Return a way with less in it, where the request passes by that one too."""
    after = _after(base, fewer)
    return found if _denied(after) else _Found(fewer, after)


def _starts(base: Evaluation, until: str) -> Iterator[Edit]:
    """Yield edits that other ways may begin with."""
    gates = {answer.gate for answer in base.blocking}
    if "s3-bpa" in gates:
        yield setting_edit()
    request = base.request
    if "identity" in gates and request.same_account and takes_policy(request) and not is_service_linked(request):
        # It goes round a condition of the identity policies as much as a second statement among them would.
        around = failing_phrase([one for answer in base.blocking for one in options_for(answer, base)])
        yield from resource_way(base, around, until).edits


def _remedy(found: _Found, base: Evaluation, evaluation: Evaluation, *, in_full: bool) -> Remedy:
    way, after = found
    changes = changes_of(way.edits, base, after, with_diffs=in_full)
    meets = tuple(meeting for option in way.options for meeting in option.meetings)
    left_open = still_unknown(after, what_would_decide(after)) if in_full and after.decision == "Unknown" else ""
    return Remedy(
        changes=changes,
        summary=_summary(changes, meets),
        before=evaluation.decision,
        after=after.decision,
        left_open=left_open,
        meets=meets,
        weakens=" and ".join(dict.fromkeys(edit.around for edit in way.edits if edit.around)),
        assumes=tuple(_assumed(way, base, evaluation)),
        unseen=tuple(dict.fromkeys(answer.gate for answer in after.open)),
    )


def _summary(changes: tuple[Change, ...], meets: tuple[Meeting, ...]) -> str:
    if not changes:
        return "Needs no change of a policy: meet what it asks for."
    owners = list(dict.fromkeys(change.owner for change in changes))
    count = f"{len(changes)} change" + ("" if len(changes) == 1 else "s")
    who = "this owner" if len(owners) == 1 else "these owners"
    meet = "Meet what is asked for; and it needs" if meets else "Needs"
    return f"{meet} {count}, by {who}: {'; '.join(owners)}."


def _assumed(way: _Way, base: Evaluation, evaluation: Evaluation) -> Iterator[str]:
    """Say what the proof takes for granted."""
    request = base.request
    arns = principal_arns(request)
    written = [statement for edit in way.edits for statement in edit.statements]
    named = any("aws:PrincipalArn" in str(statement) for statement in written)
    if named and PRINCIPAL_ARN in request.context.values and PRINCIPAL_ARN not in evaluation.request.context.names:
        yield f"the request has aws:PrincipalArn, as every request of an IAM principal has ({' or '.join(arns)})"
        if len(arns) > 1:
            yield f"the path of the role `{request.caller.name}` is not known, so it is named by patterns"
    if len(arns) > 1 and any(one.get("Principal") == {"AWS": arns[0]} for one in written):
        yield f"the role `{request.caller.name}` has no path (with one, its ARN has it, and any other is refused)"
