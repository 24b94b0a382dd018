"""A paste and answers in, ranked findings out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from whydenied.engine.cloudtrail.sign import may_hold_events
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.findings import Finding, Reason
from whydenied.engine.messages.parse import Parser, Reading
from whydenied.engine.messages.parsed import MAX_DENIALS, ParsedError
from whydenied.engine.rules.compile import compile_rules
from whydenied.engine.rules.network import NetworkName, make_network
from whydenied.engine.rules.session import Conclusions, Session

__all__ = ["Denial", "Diagnoser", "Diagnosis", "make_diagnoser"]


class Denial(msgspec.Struct, frozen=True):
    """One denial of a paste: what was read, the facts, the findings best first.

    decoded: the text of its authorization message, secrets masked, where it was decoded on the way; "" else."""

    error: ParsedError
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    decoded: str = ""

    @property
    def is_explained(self) -> bool:
        """Tell whether at least one cause is left standing."""
        return any(finding.certainty != "ruled-out" for finding in self.findings)


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything a paste gave.

    recognised: the text holds a denial or a look-alike that the knowledge base knows. text: the paste with every
    secret masked, the same length as the paste, so that spans point into it. secrets: the kinds of secret masked
    (`secret access key`), for the warning to rotate them. denials: in the order of the paste, but a stated refusal
    before other refusals, those before look-alikes, and last what the paste itself calls harmless; at most MAX_DENIALS.
    left_out: how many more the paste holds, of which nothing is told.
    """

    recognised: bool
    text: str
    secrets: tuple[str, ...]
    denials: tuple[Denial, ...]
    left_out: int = 0

    @property
    def main(self) -> Denial | None:
        """Return the denial that tells most; of equals the first."""
        return max(self.denials, key=_telling, default=None)

    @property
    def is_refused(self) -> bool:
        """Tell whether AWS refused a request or did not accept its credentials, and not a look-alike alone."""
        return self.recognised and any(_rank(denial) <= _RANKS["denial"] for denial in self.denials)


# A harmless AlreadyExists, a wrapper that lost its credentials on the way: the refusal is what the reader came for.
_RANKS = {"stated": 0, "denial": 1, "authentication": 1, "look-alike": 2}
_HARMLESS = 3
# What is refused after it would not have been: a program goes on without the role that it should have taken.
_LEADS = -1


def _rank(denial: Denial) -> int:
    """Say how early a denial is told of: 0 first. Of equals the order of the paste holds."""
    values = {fact.name: fact.value for fact in denial.facts if fact.name in _RANKED}
    if values.get("message.leads") and denial.is_explained:
        return _LEADS
    if values.get("message.harmless") or not denial.is_explained:
        return _HARMLESS
    if values.get("message.vague") and not denial.error.error_code:
        return _HARMLESS
    return _RANKS.get(values.get("message.class", ""), _HARMLESS)


_RANKED = frozenset({"message.class", "message.harmless", "message.leads", "message.vague"})


def _telling(denial: Denial) -> tuple[int | bool, ...]:
    error = denial.error
    named = bool(error.action and error.principal)
    return (
        denial.is_explained,
        -_rank(denial),
        bool(error.policy_type),
        bool(error.effect),
        named,
        bool(error.action or error.error_code),
    )


class Diagnoser:
    """Diagnoses pastes by the patterns and causes it was given. Safe to share between threads."""

    def __init__(
        self,
        patterns: Iterable[Mapping[str, object]],
        causes: Iterable[Mapping[str, object]],
        network: NetworkName = "auto",
    ) -> None:
        """Compile the front matter of the pattern and cause articles, each with its `id`.

        network: which rule network runs the rules (engine.rules.network). Raises ContentError, naming the article,
        for a template or rule that cannot be compiled.
        """
        self.parser = Parser(patterns)
        ruleset = compile_rules(causes)
        self._session = Session(ruleset, make_network(ruleset, network))

    def diagnose(self, text: str, answers: Mapping[str, str] | None = None, known: Sequence[Fact] = ()) -> Diagnosis:
        """Read a paste and name the causes of each denial in it.

        text: the paste, of any kind; its size is bounded by who takes it in. answers: facts that a person added, by
        question id; known: facts with a source of their own, such as an evaluation's. Both hold for every denial of
        the paste.
        """
        parsed = self.parser.parse(text)
        # CloudTrail's events say beside the message who called what: then the caller need not be in it. Like every
        # reader behind the door they are read from the masked text.
        read, left_out = self._of_events(parsed.text)
        readings = read or parsed.readings
        left_out += max(0, len(readings) - MAX_DENIALS)
        denials = tuple(self.explain(reading, answers or {}, known) for reading in readings[:MAX_DENIALS])
        explained = [denial for denial in denials if denial.is_explained]
        ranked = tuple(sorted(explained or denials, key=_rank))
        return Diagnosis(bool(explained), parsed.text, parsed.secrets, ranked, left_out)

    def _of_events(self, text: str) -> tuple[Sequence[Reading], int]:
        """Return the readings of the refused events in a text, and how many more there are."""
        if not may_hold_events(text):
            return (), 0
        # Here and not above: most pastes are no events.
        from whydenied.engine.cloudtrail.reading import read_events

        trail = read_events(text, self.parser)
        return trail.readings, trail.left_out

    def conclude(self, facts: Facts) -> tuple[Finding, ...]:
        """Return what the rules make of facts alone, without a paste."""
        return self.conclusions(facts).findings

    def conclusions(self, facts: Facts) -> Conclusions:
        """Return the findings and the derived facts that follow from facts alone."""
        return self._session.conclude(facts)

    def again(self, diagnosis: Diagnosis, known: Sequence[Fact]) -> Diagnosis:
        """Return a diagnosis with further facts added to each of its denials; the paste is not read again."""
        denials = tuple(
            self.explain(Reading(denial.error, Facts(_own_facts(denial))), {}, known) for denial in diagnosis.denials
        )
        return msgspec.structs.replace(diagnosis, denials=denials)

    def explain(self, reading: Reading, answers: Mapping[str, str], known: Sequence[Fact] = ()) -> Denial:
        """Name the causes of one error that was read already."""
        facts = Facts((*reading.facts, *known))
        for question, value in answers.items():
            facts.add(Fact(question, value, Source("answer", question)))
        conclusions = self._session.conclude(facts)
        return Denial(reading.error, (*facts, *conclusions.derived), _lowered(conclusions.findings, facts))


# What a message says that contradicts itself, in words.
_CONFLICTS = {
    "layer": "The text names two kinds of policy, and only one of them decided.",
    "effect": "The text says both that a statement denies it and that nothing allows it.",
    "kinds": "The text tells of a refusal and of something that is none, and does not say which came of which.",
    "code-authentication": "The text says that the request was refused, the error code that the credentials were not "
    "accepted: only one of the two holds.",
    "code-denial": "The text tells of something that is no refusal, the error code of a refusal: only one of the two "
    "holds.",
}


# Why nothing is confirmed where no wording of a service's was known.
_GENERAL = "No service's own words were recognised: this is what the text says in general."


def _lowered(findings: tuple[Finding, ...], facts: Facts) -> tuple[Finding, ...]:
    """Confirm nothing where the message contradicts itself or is known in general only, and say so."""
    reasons = tuple(
        Reason(f"conflict/{fact.value}", _CONFLICTS[fact.value], (fact,))
        for fact in facts
        if fact.name == "message.conflict"
    )
    reasons += tuple(Reason("general/words", _GENERAL, (fact,)) for fact in facts if fact.name == "message.general")
    if not reasons:
        return findings
    return tuple(
        msgspec.structs.replace(
            finding,
            certainty="likely",
            because=(*finding.because[:1], *reasons, *finding.because[1:]),
        )
        if finding.certainty in ("confirmed", "likely")
        else finding
        for finding in findings
    )


def make_diagnoser(plain: Callable[[str], Iterable[Mapping[str, object]]]) -> Diagnoser:
    """Make a diagnoser of articles. plain: gives the front matter, with its `id`, of every article of a kind.

    Raises ContentError, naming the article, for a template or rule that cannot be compiled.
    """
    return Diagnoser(plain("pattern"), plain("cause"))


def _own_facts(denial: Denial) -> Iterator[Fact]:
    """Yield the facts of a denial that no rule derived (of a derived fact the source names the rule, or nothing)."""
    return (fact for fact in denial.facts if fact.source.origin != "derived" or not fact.source.detail)
