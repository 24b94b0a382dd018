"""What a query asks for: its words in the articles' own, however they were typed.

A query is never parsed as a query language: it is words. Of a pasted text only the rarest words are looked
up, which is quicker and more exact than all of them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from whydenied.kb.foreign import in_english
from whydenied.kb.manifest import Manifest, term_pairs
from whydenied.kb.spelling import Dictionary
from whydenied.kb.synonyms import ASIDES, near, same
from whydenied.kb.terms import STOP_WORDS, QueryPiece, pieces

__all__ = ["ReadQuery", "Reader", "Word"]

# A word of a query: the terms that answer for it, with what each counts (1 for the word itself).
Word = dict[str, float]
_RAREST = 12
# How much words count that only stand for the one typed: of the same matter, or the nearest to an unknown one.
_NEAR = 0.65
_NEAREST = 0.9
# How AWS's standard denials end (IAM User Guide, "Troubleshoot access denied error messages").
_KIND = "(?:identity-based|resource-based|session|service control|resource control|vpc endpoint|role trust)"
_ENDING = re.compile(
    rf"\bno (?:{_KIND} polic(?:y|ies)|permissions boundary) allows?\b"
    rf"|\bexplicit deny in an? (?:{_KIND} policy|permissions boundary)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[a-z0-9-]{2,40}:[A-Za-z]{2,60}\b")
# How much a name counts whose parts were typed as two words.
_APART = 0.8


class ReadQuery(msgspec.Struct):
    """A query as words; pairs: those that stand side by side (`manifest.term_pairs`).

    small: its words that say nothing of a matter, unknown: those that no article holds. ending: the end of a denial,
    which names the policy itself, where it has one (`_ending`). correction: the query in known words, where it held
    unknown ones.
    """

    words: list[Word]
    pairs: set[int]
    small: set[str]
    unknown: set[str]
    ending: str
    correction: str | None = None
    corrected: bool = False

    @property
    def terms(self) -> Word:
        """Return every term with the greatest weight that it has."""
        terms: Word = {}
        for word in self.words:
            for each, weight in word.items():
                terms[each] = max(weight, terms.get(each, 0.0))
        return terms


class Reader:
    """Reads queries over the words of one index."""

    def __init__(self, manifest: Manifest, words: Dictionary, term: Callable[[str], str]) -> None:
        self._documents, self._terms, self._keys = manifest.documents, manifest.terms, manifest.keys
        self._words, self._term = words, term

    def read(self, query: str) -> ReadQuery:
        """Turn a query into words: known ones, what else they are called, unknown ones as their nearest; of many the
        rarest."""
        typed, query = query, in_english(query, self._words.__contains__)
        # What is left of another language is seldom a slip of the finger, and looks like any English word.
        slips = 2 if query == typed else 1
        ending = self._ending(query)
        query = ending or query
        everything = list(pieces(query))
        found = [piece for piece in everything if piece.text.lower() not in ASIDES] or everything
        pairs = term_pairs(" ".join(piece.text for piece in found if not piece.whole), self._term)
        known = {each: {each: 1.0} for each in (self._term(piece.text) for piece in found) if each in self._terms}
        small = {folded for piece in everything if (folded := piece.text.lower()) in STOP_WORDS | ASIDES}
        if len({self._term(piece.text) for piece in found if not piece.whole} - {""}) > _RAREST:
            rarest = sorted(known, key=lambda each: self._terms[each][0])[:_RAREST]
            return ReadQuery([known[each] for each in rarest], pairs, small, set(), ending)
        words = {**known, **self._synonyms(found, known)}
        corrected, end = "", 0
        unknown = self._unknown(found, words)
        for piece in unknown:
            folded = piece.text.lower()
            nearest = self._words.nearest(folded, slips=slips)
            for place, word in enumerate(nearest or self._words.starting_with(folded), start=1):
                words.setdefault(self._term(folded), {}).setdefault(self._term(word), _NEAREST / place)
            if nearest:
                corrected += query[end : piece.start] + nearest[0]
                end = piece.end
        correction = corrected + query[end:] if corrected else None
        return ReadQuery(
            words=list(words.values()),
            pairs=pairs,
            small=small,
            unknown={self._term(piece.text) for piece in unknown},
            ending=ending,
            correction=correction,
            corrected=bool(correction) and not known,
        )

    def _ending(self, query: str) -> str:
        """Return the end of a denial that says which policy it was, with the action that it does not allow if a cause
        is about that there; '' without such an end. Who was refused what on which resource tells nothing of the reason.
        """
        found = _ENDING.search(query)
        if found is None:
            return ""
        ending = found[0].lower()
        about = _NAME.findall(query) if ending.startswith("no ") else []
        return " ".join([ending, *(word for word in about if self._is_of_a_cause(word.lower(), ending))])

    def _is_of_a_cause(self, action: str, ending: str) -> bool:
        found = [
            self._documents[n] for n, weight, what in self._keys.get(action, ()) if what == "action" and weight >= 80
        ]
        gates = {document.gate for document in found if document.kind == "cause"}
        return any(re.search(rf"\b{gate}(?:-based)? polic", ending) for gate in gates)

    def _synonyms(self, found: Iterable[QueryPiece], known: Mapping[str, Word]) -> dict[str, Word]:
        """Return the words of a query that go by other names too, with those names: `pass role` is `PassRole`."""
        words: dict[str, Word] = {}
        before = ""
        for piece in found:
            typed = piece.text.lower()
            names = [(other, 1.0) for other in same(typed)] + [(other, _NEAR) for other in near(typed, before)]
            before = typed
            others = [(self._term(part.text), weight) for other, weight in names for part in pieces(other)]
            here = {each: weight for each, weight in others if each in self._terms}
            if here:
                words[self._term(typed)] = {**here, **known.get(self._term(typed), {})}
        for one, two in pairwise(piece for piece in found if not piece.whole):
            name = self._term(f"{one.text}{two.text}")
            for each in (self._term(one.text), self._term(two.text)) if name in self._terms else ():
                if each in known:
                    words[each] = {name: _APART, **words.get(each, known[each])}
        return words

    def _unknown(self, found: Sequence[QueryPiece], known: Collection[str]) -> list[QueryPiece]:
        """Return the words that no article holds and that are no part of a name one of them holds."""
        wholes = [piece for piece in found if piece.whole and self._term(piece.text) in known]
        return [
            piece
            for piece in found
            if not piece.whole
            and len(piece.text) > 3
            and not piece.text.isdigit()
            and piece.text.lower() not in STOP_WORDS
            and self._term(piece.text) not in known
            and not any(whole.start <= piece.start and piece.end <= whole.end for whole in wholes)
        ]
