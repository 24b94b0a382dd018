"""Going through the statements of a gate's policies.

The quick way stops at the first Deny that applies and at the first Allow that cannot be bettered. The thorough way, for
explanations, keeps every statement about the action with what matched. Both ask the same questions of the same
statements.
"""

from collections.abc import Callable, Iterable

from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.principals import Caller, Grade
from whydenied.engine.policy.statement import Match, Statement

__all__ = ["Determining", "Reach", "Tally", "Trace", "scan"]

# A statement and the document it is in.
Determining = tuple[Document, Statement]

Reach = Callable[[Statement, Caller], bool | None]
"""Whether a statement that names the caller means the caller, where a gate reads Principal in a way of its own; None
where that cannot be known."""


class Trace:
    """A statement about the request's action and what of it matched; `match` is worked out when it is asked for."""

    __slots__ = ("_match", "_reach", "_request", "_with_principal", "bounded", "document", "statement")

    def __init__(
        self,
        document: Document,
        statement: Statement,
        request: Request,
        with_principal: bool,
        bounded: bool | None,
        reach: Reach | None = None,
    ) -> None:
        self.document = document
        self.statement = statement
        self.bounded = bounded
        self._request = request
        self._with_principal = with_principal
        self._reach = reach
        self._match: Match | None = None

    @property
    def match(self) -> Match:
        """What matched, element by element."""
        if self._match is None:
            request = self._request
            caller = request.caller if self._with_principal else None
            match = self.statement.match(request.key, request.resource, request.context, caller, self.bounded is True)
            if self._reach is not None and match.grade:
                reaches = self._reach(self.statement, request.caller)
                if reaches is False:
                    match = match._replace(grade=Grade.NONE, outcome=False)
                elif reaches is None:
                    match = match._replace(outcome=match.outcome and None)
            self._match = match
        return self._match


class Tally:
    """What a scan found.

    denies, allows: statements that apply. maybe_denies, maybe_allows: those of which it cannot be known. grade,
    maybe_grade: the closest way in which an Allow of either sort names the caller. traces: every statement about the
    action, when asked.
    """

    __slots__ = ("allows", "denies", "grade", "maybe_allows", "maybe_denies", "maybe_grade", "traces")

    def __init__(self) -> None:
        self.denies: list[Determining] = []
        self.allows: list[Determining] = []
        self.maybe_denies: list[Determining] = []
        self.maybe_allows: list[Determining] = []
        self.grade = Grade.NONE
        self.maybe_grade = Grade.NONE
        self.traces: list[Trace] = []


def scan(
    documents: Iterable[Document],
    request: Request,
    *,
    principal: bool = False,
    bounded: bool | None = False,
    reach: Reach | None = None,
    thorough: bool = False,
) -> Tally:
    """Scan a gate's policies.

    principal: the policies have a Principal element (resource policies, RCPs, VPC endpoint policies). bounded: the
    caller has a permissions boundary (None: not known). reach: how Principal is read, where not as usual. thorough:
    keep traces and do not stop early.
    """
    tally = Tally()
    for document in documents:
        document.charge(request.context)
        denies, allows = document.candidates(request.key)
        if thorough:
            tally.traces.extend(
                Trace(document, statement, request, principal, bounded, reach) for statement in (*denies, *allows)
            )
        for statement in denies:
            if tally.denies and not thorough:
                break
            applies = _applies(statement, request, principal, bounded, reach)
            if applies:
                tally.denies.append((document, statement))
            elif applies is None:
                tally.maybe_denies.append((document, statement))
        for statement in allows:
            if tally.grade == Grade.FULL and not thorough:
                break
            applies = _applies(statement, request, principal, bounded, reach)
            if applies is False:
                continue
            grade = statement.grade(request.caller, bounded is True) if principal else Grade.FULL
            if applies:
                tally.allows.append((document, statement))
                tally.grade = max(tally.grade, grade)
            else:
                tally.maybe_allows.append((document, statement))
                tally.maybe_grade = max(tally.maybe_grade, grade)
    return tally


def _applies(
    statement: Statement, request: Request, principal: bool, bounded: bool | None, reach: Reach | None
) -> bool | None:
    """Tell whether a statement that covers the action applies; None where that cannot be known."""
    sure = True
    if principal and not statement.grade(request.caller, bounded is True):
        # A Deny with NotPrincipal hits whoever has a boundary.
        of_a_boundary = bounded is None and statement.grade(request.caller, True)
        if not of_a_boundary and not statement.principal.may_name(request.caller):
            return False
        sure = False
    if reach is not None:
        reaches = reach(statement, request.caller)
        if reaches is False:
            return False
        sure = sure and reaches is True
    covered = statement.covers_resource(request.resource, request.context)
    if covered is False:
        return False
    holds = statement.conditions_hold(request.context)
    if holds is False:
        return False
    return True if covered and holds and sure else None
