"""What people asked before ranks what is asked now, and only where it resembles."""

import pytest

from whydenied.kb.asked import Asked, familiarity, learn
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.index import Index, build_in_memory, term
from whydenied.kb.manifest import Learnt, Manifest
from whydenied.kb.reading import Reader
from whydenied.kb.search import Search
from whydenied.kb.spelling import Dictionary

ASKED = [
    Asked("key policy of a role", ("pass-role", "key-policy")),
    Asked("pass the role", ("pass-role",)),
    Asked("pass a key", ("no-such-article",)),
]


def _learnt(index: Index, asked: list[Asked]) -> Manifest:
    manifest = index.manifest
    manifest.learnt = learn(asked, Reader(manifest, Dictionary(manifest.words), term), manifest)
    return manifest


def test_what_was_right_for_a_query_is_familiar_to_one_like_it(catalogue: Catalogue) -> None:
    """The same words count as seventeen, shared by the square root of how many articles are right for them."""
    manifest = _learnt(build_in_memory(catalogue), ASKED)
    numbers = {document.id: n for n, document in enumerate(manifest.documents)}
    reader = Reader(manifest, Dictionary(manifest.words), term)
    assert manifest.learnt.right == [[numbers["pass-role"], numbers["key-policy"]], [numbers["pass-role"]]]
    for place, expected in ((0, 17 / 2**0.5), (1, 17.0)):
        manifest.learnt.right = [right if n == place else [] for n, right in enumerate(manifest.learnt.right)]
        found = familiarity(reader.read(ASKED[place].query).terms, manifest)
        assert {round(value / expected, 2) for value in found.values()} == {1.0}
        assert len(found) == len(ASKED[place].right)
        manifest = _learnt(Index(manifest, None, ""), ASKED)
    assert familiarity({term("simulator"): 1.0}, manifest) == {}


def test_the_familiar_article_gains(catalogue: Catalogue) -> None:
    """By how familiar it is; the others keep their score."""
    index = build_in_memory(catalogue)
    index.manifest.learnt = Learnt([], {})
    before = {hit.id: hit.score for hit in Search(index).search("role policy denied in a simulator").hits}
    last = [*before][-1]
    _learnt(index, [Asked("role policy denied in a simulator", (last,))])
    after = {hit.id: hit.score for hit in Search(index).search("role policy denied in a simulator").hits}
    assert after.pop(last) / before.pop(last) == pytest.approx(1 + 17, rel=0.01)
    assert after == before
