"""Pastes with a secret in them, drawn from a seed, and how to tell whether any of it came out."""

import base64
import html
import random
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec

from tests.case_files import cases_in

__all__ = ["Paste", "leaks", "pastes", "some_of_each"]

_SPELLINGS = Path(__file__).parent / "engine" / "secrets" / "spellings.yaml"
_ALPHABETS = {
    "a": string.ascii_letters + string.digits,
    "h": "0123456789abcdef",
    "b": string.ascii_letters + string.digits + "+/",
    "u": string.ascii_letters + string.digits + "-_",
    "d": string.digits,
}
_DRAWN = re.compile(r"\{(\w+)\}")
_WINDOW = 8


class Paste(msgspec.Struct, frozen=True):
    """A paste: the family of its spelling, its text, and what of it is secret."""

    family: str
    text: str
    secrets: tuple[str, ...]


def pastes(seed: int) -> Iterator[Paste]:
    """Yield one paste for each spelling."""
    for number, (family, template) in enumerate(cases_in(_SPELLINGS)):
        draw = random.Random(f"{seed} {number}")
        secrets: list[str] = []

        def fill(match: re.Match[str], draw: random.Random = draw, secrets: list[str] = secrets) -> str:
            if match[1] == "nl":
                return "\n"
            secrets.append(_drawn(match[1], draw))
            return secrets[-1]

        text = _DRAWN.sub(fill, template.replace("{{", "\1").replace("}}", "\2"))
        yield Paste(family, text.replace("\1", "{").replace("\2", "}"), tuple(secrets))


def some_of_each(drawn: Iterable[Paste], most: int) -> list[Paste]:
    """Return at most so many pastes of each family, from all over it."""
    families: dict[str, list[Paste]] = {}
    for paste in drawn:
        families.setdefault(paste.family, []).append(paste)
    return [paste for one in families.values() for paste in one[:: -(-len(one) // most)]]


def _drawn(name: str, draw: random.Random) -> str:
    def some(alphabet: str, count: int) -> str:
        # As machines make them: one without any digit is one in nine hundred, and counted elsewhere.
        return "".join([draw.choice("0123456789") if at % 7 == 3 else draw.choice(alphabet) for at in range(count)])

    if name == "key":
        return some(_ALPHABETS["b"], 40)
    if name == "token":
        return "IQoJb3JpZ2luX2VjE" + some(_ALPHABETS["b"], 240)
    if name == "word":
        return some(string.ascii_letters + string.digits + "!%^_-", 12)
    if name == "uuid":
        return "-".join(some(_ALPHABETS["h"], count) for count in (8, 4, 4, 4, 12))
    if name == "basic":
        return base64.b64encode(f"ana:{some(_ALPHABETS['a'], 9)}".encode()).decode()
    if name == "jwt":
        return "eyJ" + some(_ALPHABETS["u"], 33) + ".eyJ" + some(_ALPHABETS["u"], 60) + "." + some(_ALPHABETS["u"], 43)
    return some(_ALPHABETS[name[0]], int(name[1:]))


def leaks(paste: Paste, shown: str) -> list[str]:
    """Return the secrets of a paste of which eight characters in a row stand in a text, as they are or escaped.

    One that is shorter must stand as a word: times and digests hold any four digits sooner or later.
    """
    texts = {shown, html.unescape(shown), unquote(shown), html.unescape(unquote(shown)), shown.replace("\\/", "/")}
    return [secret for secret in paste.secrets if any(_stands(secret, text) for text in texts)]


def _stands(secret: str, text: str) -> bool:
    if len(secret) < _WINDOW:
        return re.search(rf"(?<![0-9A-Za-z])(?<!\d\.){re.escape(secret)}(?![0-9A-Za-z]|\.\d)", text) is not None
    return any(secret[at : at + _WINDOW] in text for at in range(len(secret) - _WINDOW + 1))
