"""What people asked before ranks what is asked now, and only where it resembles."""

from whydenied.kb.asked import Asked
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.index import Index, build_in_memory, term
from whydenied.kb.learning import evidence, learn
from whydenied.kb.manifest import Learnt
from whydenied.kb.reading import Reader, ReadQuery
from whydenied.kb.search import Search
from whydenied.kb.spelling import Dictionary

ASKED = [
    Asked("let the role use a key", ("key-policy",)),
    Asked("who may use the key of a role", ("pass-role",)),
    Asked("policy denied zeppelins", ("key-policy",)),
    Asked("policy of a role", ("no-such-article",)),
]


def _reader(index: Index) -> Reader:
    return Reader(index.manifest, Dictionary(index.manifest.words), term)


def _learnt(index: Index, asked: list[Asked]) -> Learnt:
    index.manifest.learnt = learn(asked, _reader(index), index.manifest)
    return index.manifest.learnt


def _told(index: Index, query: str) -> dict[str, float]:
    asked = _reader(index).read(query)
    return {index.manifest.documents[n].id: weight for n, weight in evidence(asked, index.manifest).items()}


def test_a_trait_speaks_for_what_it_was_right_for_and_against_the_rest(catalogue: Catalogue) -> None:
    """Be it a word, a small word, or one that no article holds."""
    index = build_in_memory(catalogue)
    _learnt(index, ASKED)
    for query, right, wrong in (
        ("let", "key-policy", "pass-role"),
        ("who may", "pass-role", "key-policy"),
        ("zeppelins", "key-policy", "pass-role"),
    ):
        told = _told(index, query)
        assert told[right] > 0.0 >= told.get(wrong, 0.0), query
    assert _told(index, "simulator") == {}


def test_the_end_of_a_denial_says_itself_what_it_is_about(catalogue: Catalogue) -> None:
    index = build_in_memory(catalogue)
    _learnt(index, ASKED)
    assert _told(index, "with an explicit deny in a service control policy") == {}


def test_a_query_in_the_same_words_finds_what_was_right_for_it(catalogue: Catalogue) -> None:
    """Though it came last before, and without a word for those that nothing was learnt of."""
    index = build_in_memory(catalogue)
    index.manifest.learnt = Learnt({}, [[] for _ in index.manifest.documents])
    before = [hit.id for hit in Search(index).search("role policy denied in a simulator").hits]
    _learnt(index, [Asked("role policy denied in a simulator", (before[-1],))])
    assert Search(index).search("the simulator denied my role policy").hits[0].id == before[-1]
    assert len(before) > 1


def test_what_is_learnt_is_the_same_in_whatever_order(catalogue: Catalogue) -> None:
    """And of articles that are there alone."""
    index = build_in_memory(catalogue)
    learnt = _learnt(index, ASKED)
    assert learnt == _learnt(index, ASKED[::-1]) == _learnt(index, ASKED[:3])
    numbers = {document.id: n for n, document in enumerate(index.manifest.documents)}
    assert [numbers["key-policy"], numbers["pass-role"]] == sorted(n for n, words in enumerate(learnt.words) if words)


def test_a_query_of_nothing_tells_nothing(catalogue: Catalogue) -> None:
    index = build_in_memory(catalogue)
    _learnt(index, ASKED)
    assert evidence(ReadQuery([], set(), set(), set(), ending=""), index.manifest) == {}
