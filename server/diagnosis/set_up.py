"""The set-up that a refusal belongs to: the scenario with everything that the reader's own service needs."""

from whydenied.engine.messages.parsed import ParsedError
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue

__all__ = ["set_up_of"]

# A keyword of so many words is a piece of a message, and no other message holds it.
_WORDS = 4


def set_up_of(error: ParsedError, text: str, catalogue: Catalogue) -> Article | None:
    """Return the scenario that a pattern of the message names in its `related`; else the only one with the action among
    its keywords; else the only one with a keyword that is a piece of the text. text: of this denial alone, else ""."""
    for name in error.patterns:
        pattern = catalogue.get("pattern", name)
        for other in pattern.meta["related"] if pattern else ():
            if (found := catalogue.get("scenario", other)) is not None:
                return found
    scenarios = catalogue.of("scenario")
    action, said = (error.action or "").lower(), " ".join(text.lower().split())
    by_action = [one for one in scenarios if action in _keywords(one)]
    by_words = [one for one in scenarios if any(len(w.split()) >= _WORDS and w in said for w in _keywords(one))]
    return next((found[0] for found in (by_action, by_words) if len(found) == 1), None)


def _keywords(article: Article) -> list[str]:
    return [word.lower() for word in article.meta["keywords"]]
