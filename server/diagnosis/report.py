"""A diagnosis as a report: what was read, the causes with their reasons, and what to do, ready to be shown.

The page, the JSON API and the command line show this one thing, so that they cannot say different things.
"""

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import msgspec

from whydenied.engine.diagnosis import Denial, Diagnosis
from whydenied.engine.drafts.gate import is_of_a_policy
from whydenied.engine.drafts.record import Draft
from whydenied.engine.facts import Fact
from whydenied.engine.findings import Certainty
from whydenied.engine.messages.decoded import read_decoded
from whydenied.engine.messages.parsed import ParsedError, Span
from whydenied.engine.secrets.sign import shown
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.gates import GATES, GATES_BY_ID, Gate
from whydenied.server.diagnosis.cause import Cause, Evidence, cause_of
from whydenied.server.diagnosis.commands import ANY_RESOURCE, Command, command_names, first_commands, most_telling
from whydenied.server.diagnosis.denying import denying_words
from whydenied.server.diagnosis.marks import Stretch, mark_id, stretches, visible
from whydenied.server.diagnosis.set_up import set_up_of
from whydenied.server.words.fields import FIELD_NAMES

if TYPE_CHECKING:
    from whydenied.engine.remedies.remedy import Remedy

__all__ = ["GateState", "Report", "Result", "make_report"]

_LONGEST_QUOTE = 90
# Gates that only some requests meet: shown where a cause sits there.
_SOMETIMES = ("none", "service", "s3-bpa", "kms", "trust")
# Shown in this order in "what was read"; the layer and its effect are said in words of their own.
_READ = (
    "principal",
    "action",
    "operation",
    "resource",
    "policy_type",
    "effect",
    "error_code",
    "http_status",
    "policy_arn",
    "region",
    "authorization_id",
    "request_id",
)
# How Terraform, CloudFormation and Pulumi name a resource's type.
_RESOURCE_OF_A_TOOL = re.compile(r"\baws_[a-z0-9_]++\.|\bAWS::[A-Z]|(?<![:\w])aws:[a-z0-9]++[/:]")
# The call itself was taken, and its role lacks something.
_LET_IN = (("call.let-in", "yes"), ("role.lacks", "yes"))
_FIELD_OF_FACT = {"message.layer": "policy_type", "message.effect": "effect"}
_EFFECTS = {"explicit": "explicit deny: a statement forbids it", "implicit": "nothing allows it"}


class GateState(msgspec.Struct, frozen=True):
    """A gate on the way of this request, and the best certainty of a cause that sits there (None: no sign of it)."""

    gate: Gate
    certainty: Certainty | None


class Result(msgspec.Struct, frozen=True):
    """One denial: what was read of it, its causes best first, those ruled out, the gates.

    own_commands: those that the message itself asks for. changes: what mends it, () where nothing is known that does.
    is_denial: whether anything was refused. let_in: whether the call itself was taken, so that what its role lacks is
    something else. set_up: the scenario of what was refused, where one is known. denying: what
    a decoded message tells of the Deny that matched, in sentences."""

    number: int
    error: ParsedError
    read: tuple[tuple[str, str, str], ...]
    causes: tuple[Cause, ...]
    ruled_out: tuple[Cause, ...]
    gates: tuple[GateState, ...]
    own_commands: tuple[Command, ...]
    changes: tuple[Draft, ...] = ()
    is_denial: bool = True
    let_in: bool = False
    set_up: Article | None = None
    denying: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands that the message itself asks for, then those of the first cause."""
        return (*self.own_commands, *(self.causes[0].commands if self.causes else ()))

    @property
    def command_parts(self) -> frozenset[str]:
        """The kinds of part that its commands are made of."""
        return frozenset(part.kind for command in self.commands for part in command.parts)

    @property
    def first_command(self) -> tuple[Command, ...]:
        """The one to run first, at most: what the message itself asks for, else the most telling of the cause."""
        return self.own_commands[:1] or tuple(most_telling(self.commands))


class Report(msgspec.Struct, frozen=True):
    """A whole paste: was it recognised, how it was answered, its text with secrets masked, what to rotate, the text in
    marked stretches, and a result for each denial; left_out: how many more denials it holds than are told of; changes:
    what mends them, one for each caller and gate."""

    recognised: bool
    answered_by: str
    text: str
    secrets: tuple[str, ...]
    paste: tuple[Stretch, ...]
    results: tuple[Result, ...]
    left_out: int = 0
    changes: tuple[Draft, ...] = ()


class _Marks:
    """The marks of a paste, to be found by place."""

    def __init__(self, paste: tuple[Stretch, ...], text: str) -> None:
        self._text = text
        # Reasons of several causes rest on the same words.
        self._quoted: dict[tuple[int, int], Evidence] = {}
        self._marks = [stretch for stretch in paste if stretch.fields]
        self._starts = [stretch.start for stretch in self._marks]

    def over(self, start: int, end: int) -> str:
        """Return the first mark in these words, where marks make up most of them: a link must not lead elsewhere."""
        first, last = max(bisect_right(self._starts, start) - 1, 0), bisect_left(self._starts, end)
        within = [mark for mark in self._marks[first:last] if start < mark.start + len(mark.text)]
        covered = sum(min(end, mark.start + len(mark.text)) - max(start, mark.start) for mark in within)
        return mark_id(within[0].start) if within and covered * 2 >= end - start else ""

    def quote(self, start: int, end: int) -> Evidence:
        """Return these words, and the mark they stand in."""
        quoted = self._quoted.get((start, end))
        if quoted is None:
            quoted = Evidence(_quote(self._text[start:end]), self.over(start, end))
            self._quoted[start, end] = quoted
        return quoted


def make_report(diagnosis: Diagnosis, catalogue: Catalogue, remedy: "Remedy | None" = None) -> Report:
    """Join a diagnosis with the articles of its causes.

    remedy: of an evaluation of the denial that tells most, whose changes are proved; the others are drafted."""
    spans = [span for denial in diagnosis.denials for span in (*denial.error.spans, *_policy_spans(denial.facts))]
    paste = tuple(stretches(diagnosis.text, spans))
    marks = _Marks(paste, diagnosis.text)
    # Looked for once: a log of a megabyte may hold hundreds of denials.
    is_of_a_tool = _RESOURCE_OF_A_TOOL.search(diagnosis.text) is not None
    main = diagnosis.main
    results = tuple(
        _result(
            number,
            denial,
            diagnosis.text,
            marks,
            catalogue,
            remedy if denial is main else None,
            alone=len(diagnosis.denials) == 1,
            is_of_a_tool=is_of_a_tool,
        )
        for number, denial in enumerate(diagnosis.denials, start=1)
    )
    by_pattern = any(denial.error.patterns for denial in diagnosis.denials)
    answered_by = ("fingerprint" if by_pattern else "fields") if diagnosis.recognised else "text"
    changes = _merged([change for result in results for change in result.changes])
    return Report(
        diagnosis.recognised,
        answered_by,
        diagnosis.text,
        diagnosis.secrets,
        paste,
        results,
        diagnosis.left_out,
        # A change that can be made before a word on why none can.
        tuple(sorted(changes, key=lambda change: change.kind == "other")),
    )


def _result(
    number: int,
    denial: Denial,
    text: str,
    marks: _Marks,
    catalogue: Catalogue,
    remedy: "Remedy | None",
    *,
    alone: bool,
    is_of_a_tool: bool,
) -> Result:
    names = command_names(denial.error, text)
    known = {(fact.name, fact.value) for fact in denial.facts}
    causes = [
        cause_of(finding, article, names, known, lambda facts: _evidence(facts, len(text), marks))
        for finding in denial.findings
        if (article := catalogue.get("cause", finding.cause)) is not None
    ]
    left = tuple(cause for cause in causes if cause.certainty != "ruled-out")
    changes = _changes(number, denial, left[0], text, remedy, is_of_a_tool=is_of_a_tool) if left else ()
    if any(change.resource == "*" for change in changes):
        names[ANY_RESOURCE] = "*"
    ruled_out = tuple(cause for cause in causes if cause.certainty == "ruled-out")
    kind = next((fact.value for fact in denial.facts if fact.name == "message.class"), "")
    return Result(
        number,
        denial.error,
        _read(denial.error),
        left,
        ruled_out,
        _gates(left),
        first_commands(denial.error, names),
        changes,
        kind not in ("authentication", "look-alike"),
        known.issuperset(_LET_IN),
        set_up_of(denial.error, text if alone else "", catalogue),
        _denying(denial, text) if alone else (),
    )


def _denying(denial: Denial, text: str) -> tuple[str, ...]:
    decoded = read_decoded(denial.decoded or text) if denial.error.effect == "explicit" else None
    return denying_words(decoded) if decoded is not None else ()


def _changes(
    number: int, denial: Denial, cause: Cause, text: str, remedy: "Remedy | None", *, is_of_a_tool: bool
) -> tuple[Draft, ...]:
    error = denial.error
    if remedy is not None and remedy.changes:
        from whydenied.engine.drafts.proved import proved_drafts

        found = proved_drafts(remedy, error.principal or "", error.action or "", error.named_resource or "")
    elif cause.id == "lake-formation":
        from whydenied.engine.drafts.lake import lake_grant

        grant = lake_grant(error, text)
        found = (grant,) if grant is not None else ()
    elif not is_of_a_policy(error, cause.gate.id, cause.id):
        found = ()
    else:
        # Here and not above: what drafts a change holds the whole evaluation, and many answers have none.
        from whydenied.engine.drafts.draft import draft_for

        let_in, of_role = _told(denial, "call.let-in"), _told(denial, "role.lacks")
        drafted = draft_for(error, cause.id, cause.gate.id, text, let_in=let_in, of_role=of_role)
        if drafted is not None and is_of_a_tool:
            drafted = _with_following(drafted, error, text)
        found = (drafted,) if drafted is not None else ()
    return tuple(msgspec.structs.replace(change, denials=(number,)) for change in found)


def _merged(changes: list[Draft]) -> tuple[Draft, ...]:
    if not changes:
        return ()
    from whydenied.engine.drafts.merge import merged

    return tuple(merged(changes))


def _told(denial: Denial, fact: str) -> bool:
    return any((one.name, one.value) == (fact, "yes") for one in denial.facts)


def _with_following(draft: Draft, error: ParsedError, text: str) -> Draft:
    """Add what the resource of Terraform, Pulumi or CloudFormation that a text names will be asked for next."""
    # Loaded where it is needed: most pastes are of no such tool.
    from whydenied.engine.plans.following import with_following

    return with_following(draft, error, text)


def _policy_spans(facts: tuple[Fact, ...]) -> list[Span]:
    """Return where the text says which policy it was and how it decided: those are read as facts, not as fields."""
    return [
        Span(_FIELD_OF_FACT[fact.name], fact.source.start, fact.source.end)
        for fact in facts
        if fact.name in _FIELD_OF_FACT
    ]


def _evidence(facts: tuple[Fact, ...], length: int, marks: _Marks) -> tuple[Evidence, ...]:
    places = {(f.source.start, f.source.end) for f in facts if 0 <= f.source.start < f.source.end <= length}
    # Of words within words the longer ones are quoted, once.
    outer = [p for p in places if not any(o != p and o[0] <= p[0] and p[1] <= o[1] for o in places)]
    return tuple(marks.quote(start, end) for start, end in sorted(outer))


def _quote(words: str) -> str:
    words = shown(visible(" ".join(words.split())))
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _read(error: ParsedError) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for field in _READ:
        value = shown(getattr(error, field) or "")
        if value:
            words = GATES_BY_ID[value].name.lower() if field == "policy_type" and value in GATES_BY_ID else value
            rows.append((field, FIELD_NAMES[field], _EFFECTS.get(words, words) if field == "effect" else words))
    if error.encoded_message:
        rows.append(("encoded_message", FIELD_NAMES["encoded_message"], "yes: it can be decoded"))
    return tuple(rows)


def _gates(causes: tuple[Cause, ...]) -> tuple[GateState, ...]:
    best: dict[str, Certainty] = {}
    for cause in causes:  # best first, so the first of a gate is its best
        best.setdefault(cause.gate.id, cause.certainty)
    on_the_way = [gate for gate in GATES if gate.id not in _SOMETIMES or gate.id in best]
    return tuple(GateState(gate, best.get(gate.id)) for gate in on_the_way)
