"""The people of readers.yaml, walked through the wizard as the site has it: from what they bring to where it ends."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from whydenied.engine.diagnosis import make_diagnoser
from whydenied.engine.facts import UNKNOWN
from whydenied.engine.inquiry.person import READER, ways_out
from whydenied.kb.catalogue import load_catalogue
from whydenied.server.wizard.state import State
from whydenied.server.wizard.steps import Wizard

READS_IAM = ("both", "iam")


class Walked(msgspec.Struct, frozen=True):
    """How one person fared. place: that of the first cause that would help, from 1; asked: questions and answers."""

    id: str
    sees: str
    place: int
    causes: tuple[str, ...]
    certainty: str
    asked: tuple[tuple[str, str], ...]

    @property
    def is_misled(self) -> bool:
        """Whether a cause that does not help is called more than possible."""
        return self.place > 1 and self.certainty != "possible"


@lru_cache(1)
def people() -> list[Mapping[str, Any]]:
    """Everybody, each with all that they would answer."""
    read = yaml.safe_load((Path(__file__).parent / "readers.yaml").read_text())
    return [{**one, "answers": _answers(read, one)} for one in read["people"]]


def _answers(read: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, str]:
    usual = read["everybody"] | (read["reads_iam"] if one["sees"] in READS_IAM else {})
    return {name: value for name, value in {**usual, **one["answers"]}.items() if value}


@lru_cache(1)
def wizard() -> Wizard:
    """The wizard over the real content."""
    catalogue = load_catalogue()
    return Wizard(catalogue, make_diagnoser(catalogue.plain))


def walk(person: Mapping[str, Any]) -> Walked:
    """Walk one person through the wizard."""
    state = _start(person)
    asked: list[tuple[str, str]] = []
    while (step := wizard().step(state)).ask is not None:
        said = _said(person, step.ask.question, step.beside, dict(asked))
        asked.append(said)
        state = state.answered(dict([said]))
    left = [one for one in step.findings if one.certainty != "ruled-out"]
    place = next((place for place, one in enumerate(left, 1) if one.cause in person["causes"]), 99)
    first = tuple(one.cause for one in left[:4])
    return Walked(person["id"], person["sees"], place, first, left[0].certainty, tuple(asked))


def _start(person: Mapping[str, Any]) -> State:
    paste = wizard().read_message(person["paste"]) if "paste" in person else None
    if paste is not None:
        return paste.state
    return wizard().read_words(person.get("words", "")) or State()


def _said(person: Mapping[str, Any], name: str, beside: str, asked: Mapping[str, str]) -> tuple[str, str]:
    """What this person answers: to the question, to the one beside it, or that IAM cannot be looked at."""
    question = wizard().inquiry.model.questions[name]
    said = person["answers"].get(name, UNKNOWN)
    if said == UNKNOWN and person["sees"] in ways_out(question, asked):
        return (beside, person["answers"].get(beside, UNKNOWN)) if beside else (READER, person["sees"])
    return name, said


def shares(walked: Iterable[Walked]) -> tuple[int, float, float]:
    """How many, and the shares of them whose cause comes first, and among the first three."""
    places = [one.place for one in walked]
    return len(places), sum(p == 1 for p in places) / len(places), sum(p <= 3 for p in places) / len(places)
