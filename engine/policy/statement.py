"""One statement of a policy, compiled as far as it is asked for.

Most statements of a policy are about other services than the request; they are never compiled. Each element is
compiled at its first use and kept.
"""

from collections.abc import Mapping
from typing import NamedTuple

from whydenied.engine.policy.conditions.condition import Condition, compile_conditions
from whydenied.engine.policy.context import SMALL_WORK, Context
from whydenied.engine.policy.kinds import Kind
from whydenied.engine.policy.matching import Matcher, glob
from whydenied.engine.policy.principals import Caller, Grade, PrincipalElement, compile_principal
from whydenied.engine.policy.resources import Resource, ResourcePattern, compile_resource

__all__ = ["ConditionAnswer", "Match", "Statement", "strings"]

# Kinds of policy in which a statement without Resource covers the resource the policy is attached to.
_RESOURCE_OPTIONAL: frozenset[Kind] = frozenset({"resource"})


# Entries of a list that cost too little to be counted.
_FEW = 50


class ConditionAnswer(NamedTuple):
    """A condition, whether it holds (None: cannot be known) and the request's value of its key."""

    condition: Condition
    holds: bool | None
    actual: str | tuple[str, ...] | None


class Match(NamedTuple):
    """What of a statement matched a request, element by element; None stands for "cannot be known".

    grade: how closely Principal names the caller (FULL where the policy has no Principal). outcome: whether the
    statement applies.
    """

    grade: Grade
    action: bool
    resource: bool | None
    conditions: tuple[ConditionAnswer, ...]
    outcome: bool | None


class Statement:
    """A statement. index: its place in the document, from 0. allow: True for Allow, False for Deny, None for
    neither."""

    __slots__ = (
        "_action",
        "_conditions",
        "_principal",
        "_resources",
        "allow",
        "index",
        "kind",
        "raw",
        "sid",
        "variables",
    )

    def __init__(self, raw: Mapping[str, object], index: int, kind: Kind, variables: bool) -> None:
        self.raw = raw
        self.index = index
        self.kind = kind
        self.variables = variables
        effect = raw.get("Effect")
        self.allow = True if effect == "Allow" else False if effect == "Deny" else None
        sid = raw.get("Sid")
        self.sid = sid if isinstance(sid, str) else ""
        self._action: tuple[bool, tuple[Matcher, ...]] | None = None
        self._resources: tuple[bool, tuple[ResourcePattern, ...]] | None = None
        self._conditions: tuple[Condition, ...] | None = None
        self._principal: PrincipalElement | None = None

    @property
    def label(self) -> str:
        """The Sid in backticks, or the place of the statement, counted from 1."""
        return f"`{self.sid}`" if self.sid else f"statement {self.index + 1}"

    def covers_action(self, action: str) -> bool:
        """Tell whether Action or NotAction covers an action (`service:name`, lower case)."""
        if self._action is None:
            self._action = self._compile_action()
        negated, matchers = self._action
        for matches in matchers:
            if matches(action):
                return not negated
        return negated

    def covers_resource(self, resource: Resource, context: Context) -> bool | None:
        """Tell whether Resource or NotResource covers a resource; None where an unknown variable decides."""
        if self._resources is None:
            self._charge(context, _resources_cost(self.raw))
            self._resources = self._compile_resources()
        negated, patterns = self._resources
        unknown = False
        for pattern in patterns:
            covered = pattern.matches(resource, context)
            if covered is None:
                unknown = True
            elif negated and (covered or pattern.short or pattern.broken):
                # A short ARN, or a variable that cannot be read, never makes a NotResource statement apply.
                return False
            elif covered:
                return True
        return None if unknown else negated

    @property
    def principal(self) -> PrincipalElement:
        """The compiled Principal or NotPrincipal element."""
        if self._principal is None:
            self._principal = compile_principal(self.raw)
        return self._principal

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The compiled conditions."""
        if self._conditions is None:
            # A block of the wrong shape can never hold.
            self._conditions = compile_conditions(self.raw.get("Condition"), self.variables) or (
                (Condition("Condition", "", [], False),) if self.raw.get("Condition") else ()
            )
        return self._conditions

    @property
    def resources(self) -> tuple[ResourcePattern, ...]:
        """The compiled entries of Resource or NotResource."""
        if self._resources is None:
            self._resources = self._compile_resources()
        return self._resources[1]

    def conditions_hold(self, context: Context) -> bool | None:
        """Tell whether all conditions hold; None where that cannot be known."""
        if self._conditions is None:
            self._charge(context, _conditions_cost(self.raw))
        unknown = False
        for condition in self.conditions:
            holds = condition.evaluate(context)
            if holds is None:
                unknown = True
            elif not holds:
                return False
        return None if unknown else True

    def _charge(self, context: Context, cost: int) -> None:
        """Count what compiling an element costs, where that is not little."""
        if cost > SMALL_WORK:
            context.spend(cost)

    def grade(self, caller: Caller, bounded: bool) -> Grade:
        """Grade how Principal or NotPrincipal names the caller, by the rules of this kind of policy."""
        if self.kind == "vpce" and "Principal" not in self.raw and "NotPrincipal" not in self.raw:
            return Grade.FULL
        return self.principal.grade(caller, allow=bool(self.allow), bounded=bounded)

    def match(self, action: str, resource: Resource, context: Context, caller: Caller | None, bounded: bool) -> Match:
        """Match every element, also after one that failed: what an explanation needs.

        caller: None for policies without Principal. bounded: the caller has a permissions boundary.
        """
        grade = Grade.FULL if caller is None else self.grade(caller, bounded)
        acts = self.covers_action(action)
        covered = self.covers_resource(resource, context)
        conditions = tuple(
            [
                ConditionAnswer(condition, condition.evaluate(context), condition.actual(context))
                for condition in self.conditions
            ]
        )
        named = bool(grade) or (None if caller is not None and self.principal.may_name(caller) else False)
        answers = (named, acts, covered, *[answer.holds for answer in conditions])
        outcome = False if False in answers else None if None in answers else True
        return Match(grade, acts, covered, conditions, outcome)

    def _compile_action(self) -> tuple[bool, tuple[Matcher, ...]]:
        negated = "Action" not in self.raw and "NotAction" in self.raw
        texts = strings(self.raw.get("NotAction" if negated else "Action"))
        matchers: list[Matcher] = []
        for text in texts:
            service, colon, _ = text.partition(":")
            # The service is never a pattern; `*` alone covers every action.
            if text == "*" or (colon and "*" not in service and "?" not in service):
                matchers.append(glob(text.lower()))
        # An empty NotAction is broken; it must not come to mean everything.
        return negated and bool(texts), tuple(matchers)

    def _compile_resources(self) -> tuple[bool, tuple[ResourcePattern, ...]]:
        raw = self.raw.get("Resource")
        negated = raw is None and "NotResource" in self.raw
        if raw is None and not negated:
            everything = ("*",) if self.kind in _RESOURCE_OPTIONAL else ()
            return False, tuple(compile_resource(text, self.kind, False) for text in everything)
        texts = strings(self.raw.get("NotResource") if negated else raw)
        patterns = tuple([compile_resource(text, self.kind, self.variables) for text in texts])
        if any(pattern.void for pattern in patterns):
            return False, ()  # the statement never applies, whatever else is listed
        return negated and bool(texts), patterns


def _resources_cost(raw: Mapping[str, object]) -> int:
    """Return what compiling Resource or NotResource costs, in the looks of engine.policy.context."""
    found = raw.get("Resource", raw.get("NotResource"))
    if not isinstance(found, list) or len(found) < _FEW:
        return 0
    texts = [one for one in found if isinstance(one, str)]
    return sum(40 if "${" in text else len(text) if "?" in text else 4 for text in texts)


def _conditions_cost(raw: Mapping[str, object]) -> int:
    """Return what compiling Condition costs: its keys, whatever values they have."""
    found = raw.get("Condition")
    if not isinstance(found, Mapping):
        return 0
    return 30 * sum([len(keys) for keys in found.values() if isinstance(keys, Mapping)])


def strings(raw: object) -> list[str]:
    """Read a string or a list of strings; anything else in it is left out."""
    if isinstance(raw, str):
        return [raw]
    if isinstance(raw, list):
        return [one for one in raw if isinstance(one, str)]
    return []
