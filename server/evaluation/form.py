"""The form of /evaluate: its fields, and the case that they make.

Whatever cannot be read stays in its field, with what is wrong beside it. A kind of policy that was left empty is not
known, unless its box says that there is none.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.accounts import DETAILS
from whydenied.engine.evaluation.gates import POLICY_GATES, Gate
from whydenied.engine.policy.outputs import policies_in
from whydenied.engine.policy.principals import read_caller
from whydenied.engine.secrets.hiding import Hider
from whydenied.kb.gates import GATES_BY_ID
from whydenied.server.evaluation.documents import JsonError, read_levels, read_one, read_values
from whydenied.server.evaluation.request import read_action, read_context_field, read_principal

__all__ = ["BOXES", "FIELD_TITLES", "FLAGS", "Box", "Form", "Mistake", "read_form"]


Case = dict[str, Any]
"""A request with its policies, or a part of it, as docs/evaluate.md has it."""


class Box(msgspec.Struct, frozen=True):
    """A text area for one kind of policy. name: of the field, and the key in a case; `<name>.none` says that there is
    none. gate: the evaluator's name for it. shape: of its gate. limit: it only takes away. levels: of an organization.
    """

    name: str
    gate: str
    title: str
    about: str
    shape: str
    none: str
    limit: bool
    levels: bool


def _box(gate: Gate) -> Box:
    words = GATES_BY_ID[gate.name]
    levels = gate.shape == "levels"
    return Box(gate.field, gate.name, gate.title, words.box, words.shape, words.none, not gate.grants, levels)


# What gives before what only takes away, each from the caller outwards.
BOXES = tuple(_box(gate) for gate in sorted(POLICY_GATES, key=lambda gate: (not gate.grants, -gate.place)))

FLAGS = (
    ("principal_in_management_account", "The caller is in the organization's management account"),
    ("s3_block_public_access", "S3 Block Public Access (RestrictPublicBuckets) is on"),
)

FIELD_TITLES = {
    "principal": "Who calls",
    "action": "Action",
    "resource_account": "Account that owns the resource",
    "context": "Condition keys",
    "details": "Account details",
    "case": "A whole case as JSON",
    **{box.name: box.title for box in BOXES},
}

_TEXTS = ("principal", "action", "resource", "resource_account", "context", "case", "details", "message")
_TICKS = ("context_complete", *(name for name, _ in FLAGS), *(f"{box.name}.none" for box in BOXES))


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a field, and the words around the place where it is (`before` and `after` it)."""

    text: str
    before: str = ""
    after: str = ""


class Form(msgspec.Struct, frozen=True):
    """values: what was sent, by field, as it was sent. mistakes: by field; "" is the form as a whole. case: what is
    evaluated, None where there is a mistake."""

    values: dict[str, str]
    mistakes: dict[str, Mistake] = {}
    case: Case | None = None

    @property
    def hider(self) -> Hider:
        """What hides the secrets that were sent."""
        return Hider(*self.values.values())

    def shown(self) -> "Form":
        """Return the form as it is sent back: every secret in it masked, also where a mistake quotes it."""
        hider = self.hider
        values = {name: hider.text(value) for name, value in self.values.items()}
        mistakes = {
            name: Mistake(hider.text(one.text), hider.text(one.before), hider.text(one.after))
            for name, one in self.mistakes.items()
        }
        return Form(values, mistakes)

    def with_mistake(self, text: str) -> "Form":
        """Return the form with a mistake that belongs to no single field."""
        return msgspec.structs.replace(self, mistakes={**self.mistakes, "": Mistake(text)}, case=None)


def read_form(sent: Mapping[str, str]) -> Form:
    """Read what was sent. Nothing is lost: the values are in the form as they came, whatever is wrong with them."""
    names = (*_TEXTS, *_TICKS, *(box.name for box in BOXES))
    # A form sends every line end as two characters, whatever was pasted.
    values = {name: value for name in names if (value := sent.get(name, "").replace("\r\n", "\n")).strip()}
    reader = _Reader(values)
    case = reader.whole() if "case" in values else reader.fields()
    return Form(values, reader.mistakes, None if reader.mistakes else case)


class _Reader:
    """Reads field by field and collects the mistakes."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.mistakes: dict[str, Mistake] = {}

    def read(self, name: str, reader: Callable[[str], Any]) -> Any:
        """Read a field; None where it cannot be read."""
        try:
            return reader(self.values.get(name, ""))
        except JsonError as error:
            self.mistakes[name] = Mistake(str(error), error.before, error.after)
        except InputError as error:
            self.mistakes[name] = Mistake(str(error))
        return None

    def whole(self) -> Case:
        """Read a case that was pasted as one; the account's details may stand beside it."""
        case = self.read("case", _object)
        return {**(case or {}), **self._details()}

    def fields(self) -> Case:
        """Make a case of the fields."""
        values = self.values
        request: Case = {
            "principal": self.read("principal", read_principal),
            "action": self.read("action", read_action),
            "resource": values.get("resource", "*").strip(),
            "resource_account": self.read("resource_account", _account),
            "context": self.read("context", read_context_field),
            "context_complete": "context_complete" in values,
        }
        case: Case = {"request": request, **self._details()}
        case["settings"] = {name: True for name, _ in FLAGS if name in values}
        unknown = []
        for box in BOXES:
            if box.name in values:
                case[box.name] = self.read(box.name, _LEVELS if box.levels else _POLICIES)
            elif f"{box.name}.none" in values or (box.gate == "session" and _has_no_session(request["principal"])):
                case[box.name] = None
            elif DETAILS not in case:
                unknown.append(box.gate)
        case["unknown"] = unknown
        return case

    def _details(self) -> Case:
        return {DETAILS: self.read("details", _object)} if "details" in self.values else {}


def _object(text: str) -> Case:
    value = read_one(text)
    if not isinstance(value, dict):
        raise InputError("one JSON object is expected; paste it from its first brace to its last")
    return value


def _account(text: str) -> str | None:
    text = text.strip().replace("-", "")
    if text and not (len(text) == 12 and text.isascii() and text.isdigit()):
        raise InputError(f"`{text[:40]}` is no account; write its twelve digits, or leave it empty")
    return text or None


def _policies(text: str) -> list[Any]:
    return [policy for value in read_values(text) for policy in policies_in(value)]


_POLICIES: Callable[[str], object] = _policies
_LEVELS: Callable[[str], object] = read_levels


def _has_no_session(principal: object) -> bool:
    """Tell whether a caller can have no session policy: then nobody has to say that there is none."""
    return isinstance(principal, str) and read_caller(principal).kind in ("user", "root")
