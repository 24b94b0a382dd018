"""What somebody names to have it shown elsewhere: an article, or one section of it, as `id` or `id#section`.

Embeds and the builders of other people's documentation ask here, so that they take the same names and refuse the
same ones in the same words.
"""

import msgspec

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.problems import did_you_mean
from whydenied.server.articles.parts import Part, article_parts

__all__ = ["Inclusion", "UnknownReference", "include"]


class UnknownReference(LookupError):
    """There is no such article or section; the message says what to write instead."""


class Inclusion(msgspec.Struct, frozen=True):
    """What is included: of which article, which section ('' for all of it), and its parts."""

    article: Article
    section: str
    parts: tuple[Part, ...]

    def holds(self, anchor: str) -> bool:
        """Tell whether this anchor of the article is in what is included ('' is the article's beginning)."""
        return not self.section if not anchor else any(anchor in (part.anchor, *part.anchors) for part in self.parts)


def include(catalogue: Catalogue, reference: str) -> Inclusion:
    """Find what a reference names.

    Raises UnknownReference where there is no such article, or no such section in it.
    """
    name, _, section = reference.partition("#")
    article = catalogue.find(name)
    if article is None:
        hint = did_you_mean(name, [known for _, known in catalogue.articles])
        raise UnknownReference(f"there is no article `{name}`: {hint or 'whydenied search finds it'}")
    parts = tuple(article_parts(article, catalogue))
    if not section:
        return Inclusion(article, "", parts)
    found = tuple(part for part in parts if part.anchor == section)
    if not found:
        known = [part.anchor for part in parts if part.anchor]
        hint = did_you_mean(section, known) or f"use one of {', '.join(known)}"
        raise UnknownReference(f"article `{article.id}` has no section `{section}`: {hint}")
    return Inclusion(article, section, found)
