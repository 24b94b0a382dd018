"""A wording that nobody could check says so in its file, and there are fewer of them each time, never more."""

from whydenied.checks.unchecked import CONSOLE, MARK
from whydenied.kb.catalogue import default_roots, load_catalogue

# How many templates were written from memory. Lower it with each one that is found in print.
UNCHECKED = 158


def test_unchecked_wordings_do_not_grow() -> None:
    titles = [source["title"] for one in load_catalogue(default_roots()).plain("pattern") for source in one["sources"]]
    assert sum(title.startswith(MARK) and title != CONSOLE for title in titles) <= UNCHECKED
