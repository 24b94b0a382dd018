"""The set-up that a refusal belongs to: the scenario with everything that the reader's own service needs."""

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
    scenarios, action = catalogue.of("scenario"), (error.action or "").lower()
    by_action = [one for one in scenarios if action in _keywords(one)]
    if len(by_action) == 1:
        return by_action[0]
    for name in error.patterns:
        pattern = catalogue.get("pattern", name)
        for other in pattern.meta["related"] if pattern else ():
            if (found := catalogue.get("scenario", other)) is not None:
                return found
    service, said = action.partition(":")[0], " ".join(text.lower().split())
    by_words = [
        one
        for one in scenarios
        if (not service or service in one.meta["services"])
        and any(len(word.split()) >= _WORDS and word in said for word in _keywords(one))
    ]
    return by_words[0] if len(by_words) == 1 else None


def _keywords(article: Article) -> list[str]:
    return [word.lower() for word in article.meta["keywords"]]
