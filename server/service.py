"""The engine over the knowledge base: what the site, the API and the assistants' tools ask.

Everything is built when it is first needed, and once, because the command line that shows an article must
not wait for the rules, and the page that diagnoses must not wait for the search index.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from whydenied.engine.diagnosis import Diagnoser, Diagnosis, make_diagnoser
from whydenied.engine.facts import Fact
from whydenied.kb.article import Article
from whydenied.kb.cache import cache_folder
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.gates import GATES, Gate
from whydenied.kb.rendering import Rendered, render
from whydenied.kb.search import Results, Search, Suggestion, open_search
from whydenied.server.articles.content import load_content
from whydenied.server.articles.diagrams import draw_named, fill_diagrams
from whydenied.server.diagnosis.report import Report, make_report

__all__ = ["Filters", "Service", "load_service", "service_over"]


_HITS = 20


class Filters(msgspec.Struct, frozen=True):
    """What a search is narrowed to; '' is no narrowing."""

    kind: str = ""
    service: str = ""
    gate: str = ""


_NO_FILTERS = Filters()


class Service:
    """Diagnosis, search and articles over one catalogue. Safe to share between threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        make_diagnoser: Callable[[Catalogue], Diagnoser],
        make_search: Callable[[Catalogue], Search],
        today: Callable[[], date] = date.today,
    ) -> None:
        self.catalogue = catalogue
        self.today = today
        self._make_diagnoser, self._make_search = make_diagnoser, make_search
        self._lock = threading.RLock()

    @cached_property
    def diagnoser(self) -> Diagnoser:
        """The engine with our patterns and causes compiled."""
        with self._lock:
            return self._make_diagnoser(self.catalogue)

    @cached_property
    def finder(self) -> Search:
        """The search index, opened."""
        with self._lock:
            return self._make_search(self.catalogue)

    def warm_up(self) -> None:
        """Build everything now, so that no reader waits for it."""
        self.diagnose("")
        self.suggest("access")

    def diagnose(self, text: str) -> Diagnosis:
        """Read a paste: every denial in it, with its causes ranked."""
        return self.diagnoser.diagnose(text)

    def report(self, text: str) -> Report:
        """Diagnose a paste and join it with the articles of its causes."""
        return self.report_on(self.diagnose(text))

    def report_on(self, diagnosis: Diagnosis) -> Report:
        """Join a diagnosis with the articles of its causes."""
        return make_report(diagnosis, self.catalogue)

    def again(self, diagnosis: Diagnosis, known: Sequence[Fact]) -> Diagnosis:
        """Rank the causes of a diagnosis once more. known: facts from elsewhere, such as an evaluation's."""
        return self.diagnoser.again(diagnosis, known)

    def search(self, query: str, filters: Filters = _NO_FILTERS, limit: int = _HITS) -> Results:
        """Search the articles, of one kind, service or gate where that is said."""
        kinds, services, gates = ([value] if value else [] for value in (filters.kind, filters.service, filters.gate))
        return self.finder.search(query, kinds=kinds, services=services, gates=gates, limit=limit)

    def suggest(self, query: str) -> list[Suggestion]:
        """Offer articles for the beginning of a query."""
        return self.finder.suggest(query)

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id or former id."""
        return self.catalogue.find(article_id)

    def articles(self, ids: Sequence[str]) -> list[Article]:
        """Return the articles of these ids, in order, without those that are not there."""
        return [article for article_id in ids if (article := self.catalogue.find(article_id)) is not None]

    def rendered(self, article: Article) -> Rendered:
        """Render an article's body; its links lead to the articles of this catalogue."""
        return render(fill_diagrams(article.body), article.path, self._url, draw_named)

    def review_due(self, article: Article) -> date:
        """Return the day by which the article is to be reviewed again."""
        return article.review_due

    def is_overdue(self, article: Article) -> bool:
        """Say whether that day has gone by."""
        return self.today() > self.review_due(article)

    def by_gate(self) -> list[tuple[Gate, list[Article]]]:
        """Return the gates that have causes, with their causes."""
        causes = self.catalogue.of("cause")
        groups = [(gate, [cause for cause in causes if cause.meta["gate"] == gate.id]) for gate in GATES]
        return [(gate, articles) for gate, articles in groups if articles]

    def by_service(self) -> Mapping[str, list[Article]]:
        """Return the services that articles name, with their articles."""
        services: dict[str, list[Article]] = {}
        for article in sorted(self.catalogue.articles.values(), key=lambda article: article.title.lower()):
            for service in article.services:
                services.setdefault(service, []).append(article)
        return dict(sorted(services.items()))

    def by_code(self) -> Mapping[str, list[Article]]:
        """Return the error codes that patterns know, with the patterns."""
        codes: dict[str, list[Article]] = {}
        for article in self.catalogue.of("pattern"):
            read = [example["reads"].get("error_code") for example in article.meta["examples"]]
            for code in {*article.meta["codes"], *(code for code in read if isinstance(code, str))}:
                codes.setdefault(code, []).append(article)
        return dict(sorted(codes.items(), key=lambda item: (item[0][:1].isdigit(), item[0].lower())))

    def _url(self, kind: str, article_id: str) -> str | None:
        return f"/articles/{article_id}" if self.catalogue.get(kind, article_id) else None


def load_service(roots: Sequence[Path] | None = None) -> Service:
    """Load the content (ours and what is laid over it) and return the service over it."""
    return service_over(load_content(roots))


def service_over(catalogue: Catalogue) -> Service:
    """Return the service over content that is loaded already."""
    return Service(catalogue, lambda content: make_diagnoser(content.plain), _make_search)


def _make_search(catalogue: Catalogue) -> Search:
    folder = cache_folder()
    return open_search(catalogue, folder / "index" if folder else None)
