"""How well the search answers people: Whoosh with our ranking, beside SQLite FTS5 over the same texts.

The queries and their right articles were written before any result was looked at. tests/kb/queries.jsonl holds those
that the search has not learnt from; those that it has (kb/asked.jsonl) are asked in folds, each of an index that has
learnt from the other folds alone. `python -m tests.bench.queries` prints the figures; `-v` each query that is not
answered first.
"""

import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from whydenied.kb.asked import Asked, read_asked
from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue
from whydenied.kb.index import Index, build_in_memory, term
from whydenied.kb.learning import learn
from whydenied.kb.manifest import FIELDS, searched_texts
from whydenied.kb.reading import Reader
from whydenied.kb.search import Search, open_search
from whydenied.kb.spelling import Dictionary
from whydenied.kb.terms import STOP_WORDS, pieces

__all__ = ["Figures", "fts5", "in_folds", "measure", "ours", "read_queries", "run"]

QUERIES = Path(__file__).parents[1] / "kb" / "queries.jsonl"
# A right article further down than this is not found, as far as people go.
DEPTH = 10
FOLDS = 5


class Figures(msgspec.Struct, frozen=True):
    """mrr: mean of 1 / rank of the first right article. first: share answered first. without: share without result.

    missed: the queries that were not answered first, with the rank (0: not within DEPTH) and what came first.
    """

    mrr: float
    first: float
    without: float
    missed: list[tuple[str, int, list[str]]]


def read_queries() -> list[Asked]:
    """Return the queries that the search has not learnt from."""
    return read_asked(QUERIES)


def measure(queries: Sequence[Asked], search: Callable[[str], list[str]]) -> Figures:
    """Ask every query and score the answers; search returns article ids, best first."""
    reciprocal, first, without = 0.0, 0, 0
    missed: list[tuple[str, int, list[str]]] = []
    for query in queries:
        found = search(query.query)[:DEPTH]
        rank = next((place for place, name in enumerate(found, 1) if name in query.right), 0)
        reciprocal += 1 / rank if rank else 0.0
        first += rank == 1
        without += not found
        if rank != 1:
            missed.append((query.query, rank, found[:3]))
    count = len(queries)
    return Figures(reciprocal / count, first / count, without / count, missed)


def ours(catalogue: Catalogue) -> Callable[[str], list[str]]:
    """Return the site's own search, on an index in memory."""
    search: Search = open_search(catalogue, None)
    return lambda query: [hit.id for hit in search.search(query, limit=DEPTH).hits]


def in_folds(catalogue: Catalogue, queries: Sequence[Asked]) -> Callable[[str], list[str]]:
    """Return the site's own search, where each of these queries is asked of one that has not learnt from its fold."""
    index = build_in_memory(catalogue)
    searches = []
    for fold in range(FOLDS):
        manifest = msgspec.structs.replace(index.manifest)
        others = [query for query in queries if _fold(query.query) != fold]
        manifest.learnt = learn(others, Reader(manifest, Dictionary(manifest.words), term), manifest)
        searches.append(Search(Index(manifest, index.whoosh, index.name)))
    return lambda query: [hit.id for hit in searches[_fold(query)].search(query, limit=DEPTH).hits]


def _fold(query: str) -> int:
    return zlib.crc32(query.encode()) % FOLDS


@contextmanager
def fts5(catalogue: Catalogue) -> Iterator[Callable[[str], list[str]]]:
    """Open SQLite's full-text search over the same fields with the same weights, Porter stems, words joined by OR."""
    with closing(sqlite3.connect(":memory:")) as database:
        yield _fill(database, catalogue)


def _fill(database: sqlite3.Connection, catalogue: Catalogue) -> Callable[[str], list[str]]:
    columns = ", ".join(FIELDS)
    database.execute(f"CREATE VIRTUAL TABLE pages USING fts5(id UNINDEXED, {columns}, tokenize='porter unicode61')")
    marks = ", ".join("?" for _ in range(len(FIELDS) + 1))
    for article in catalogue.articles.values():
        texts = searched_texts(article)
        database.execute(f"INSERT INTO pages VALUES ({marks})", [article.id, *(texts[name] for name in FIELDS)])
    weights = ", ".join(str(weight) for weight in (0.0, *FIELDS.values()))

    def search(query: str) -> list[str]:
        words = [piece.text.lower() for piece in pieces(query) if not piece.whole]
        wanted = " OR ".join(f'"{word}"' for word in words if word not in STOP_WORDS)
        if not wanted:
            return []
        order = f"SELECT id FROM pages WHERE pages MATCH ? ORDER BY bm25(pages, {weights}) LIMIT {DEPTH}"
        return [row[0] for row in database.execute(order, [wanted])]

    return search


def run(*, missed: bool = False) -> list[str]:
    """Measure both and return the lines to print; missed: also what is not answered first."""
    catalogue = load_catalogue(default_roots()[:1])
    queries, asked = read_queries(), read_asked()
    lines = [f"{len(queries)} queries, {len(asked)} learnt from, {len(catalogue)} articles"]
    with fts5(catalogue) as theirs:
        measured = [("whoosh, our ranking", measure(queries, ours(catalogue)))]
        measured.append(("sqlite fts5, bm25", measure(queries, theirs)))
    measured.append(("learnt, in folds", measure(asked, in_folds(catalogue, asked))))
    for name, figures in measured:
        lines.append(f"{name:20} MRR {figures.mrr:.3f}  first {figures.first:.1%}  no result {figures.without:.1%}")
        if missed:
            lines += [f"    {rank or '-':>2}  {query!r}: {', '.join(found)}" for query, rank, found in figures.missed]
    return lines


if __name__ == "__main__":
    print("\n".join(run(missed="-v" in sys.argv)))
