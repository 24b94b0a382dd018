"""The set-up that a refusal belongs to: the scenario with everything that the reader's own service needs."""

from functools import lru_cache

from whydenied.engine.messages.parsed import ParsedError
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue

__all__ = ["set_up_of"]

# A keyword of so many words is a piece of a message, and no other message holds it.
_WORDS = 4


def set_up_of(error: ParsedError, text: str, catalogue: Catalogue) -> Article | None:
    """Return the only scenario with the action among its keywords; else the one that a pattern of the message names in
    its `related`; else the only one for the action's service with a keyword that is a piece of the text; None where
    none of these tells. text: of this denial alone, else ""."""
    keywords, action = _keywords(catalogue), (error.action or "").lower()
    by_action = keywords.get(action, [])
    if len(by_action) == 1:
        return by_action[0]
    for name in error.patterns:
        pattern = catalogue.get("pattern", name)
        for other in pattern.meta["related"] if pattern else ():
            if (found := catalogue.get("scenario", other)) is not None:
                return found
    service, words = action.partition(":")[0], text.lower().split()
    said, pieces = " ".join(words), _pieces(catalogue)
    within = [piece for word in pieces.keys() & words for piece in pieces[word]]
    by_words = {one.id: one for piece, scenarios in within if piece in said for one in scenarios}
    fitting = [one for one in by_words.values() if not service or service in one.meta["services"]]
    return fitting[0] if len(fitting) == 1 else None


# Of few catalogues at a time: a site has one, and for a while that which comes after it.
@lru_cache(maxsize=4)
def _keywords(catalogue: Catalogue) -> dict[str, list[Article]]:
    """Return the scenarios by their keywords, in lower case."""
    found: dict[str, list[Article]] = {}
    for scenario in catalogue.of("scenario"):
        for word in dict.fromkeys(" ".join(word.lower().split()) for word in scenario.meta["keywords"]):
            found.setdefault(word, []).append(scenario)
    return found


@lru_cache(maxsize=4)
def _pieces(catalogue: Catalogue) -> dict[str, list[tuple[str, list[Article]]]]:
    """Return those of the keywords that are a piece of a message, with their scenarios, by the longest of the words in
    their middle: a text that holds the piece holds such a word whole."""
    pieces: dict[str, list[tuple[str, list[Article]]]] = {}
    for keyword, found in _keywords(catalogue).items():
        words = keyword.split(" ")
        if len(words) >= _WORDS:
            pieces.setdefault(max(words[1:-1], key=len), []).append((keyword, found))
    return pieces
