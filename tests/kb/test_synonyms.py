"""Everyday words lead to the words of the articles."""

import pytest

from whydenied.kb import synonyms
from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue
from whydenied.kb.search import Search, open_search
from whydenied.kb.synonyms import near, same
from whydenied.kb.terms import STOP_WORDS


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Our own content."""
    return load_catalogue(default_roots()[:1])


@pytest.fixture(scope="module")
def search(catalogue: Catalogue) -> Search:
    """A search over our own content."""
    return open_search(catalogue, None)


@pytest.mark.slow
def test_every_word_stands_for_one_that_the_articles_hold(search: Search) -> None:
    """A row that leads to no article would be dead, and one for a small word is never read."""
    tables = (synonyms._SAME_WORDS, synonyms._NEAR_WORDS)
    rows = [(word, other) for table in tables for word, others in table.items() for other in others]
    assert [row for row in rows if not search.search(row[1]).total] == []
    assert [word for word, _ in rows if word in STOP_WORDS] == []


def test_a_short_form_is_the_word_itself() -> None:
    assert same("ddb") == ("dynamodb",)
    assert near("kafka") == ("msk",)
    assert same("bucket") == near("bucket") == ()
    assert near("key") == near("key", "disabled") == ("kms",)
    assert near("key", "access") == ()


@pytest.mark.slow
def test_what_is_said_around_the_matter_changes_nothing(search: Search) -> None:
    """Of what is found, and what first, unless it is all that is said."""
    plain, wordy = search.search("kms decrypt denied"), search.search("I really just want kms decrypt, still denied")
    assert {hit.id for hit in wordy.hits} == {hit.id for hit in plain.hits}
    assert wordy.hits[0].id == plain.hits[0].id
    assert search.search("explain").total


@pytest.mark.slow
def test_a_message_is_found_by_its_end(search: Search) -> None:
    """What was refused on what tells nothing of the policy, unless a cause is about that very action there."""
    endings = {
        "because no identity-based policy allows the": "identity-no-allow",
        "because no resource-based policy allows the": "resource-no-allow",
        "because no permissions boundary allows the": "boundary-no-allow",
        "because no session policy allows the": "session-no-allow",
        "because no service control policy allows the": "scp-no-allow",
        "because no VPC endpoint policy allows the": "vpce-no-allow",
        "with an explicit deny in an identity-based policy": "identity-explicit-deny",
        "with an explicit deny in a resource-based policy": "resource-explicit-deny",
        "with an explicit deny in a permissions boundary": "boundary-explicit-deny",
        "with an explicit deny in a session policy": "session-explicit-deny",
        "with an explicit deny in a service control policy": "scp-explicit-deny",
        "with an explicit deny in a resource control policy": "rcp-explicit-deny",
        "with an explicit deny in a VPC endpoint policy": "vpce-explicit-deny",
    }
    asked = {"is not authorized to perform: {0} {1} {0} action", "{1} {0}"}
    for action in ("kms:Decrypt", "bedrock:InvokeModel"):
        for ending, right in endings.items():
            assert [search.search(one.format(action, ending)).hits[0].id for one in asked] == [right, right]
    about = {
        "no identity-based policy allows the iam:PassRole action": "pass-role-missing",
        "iam:PassRole with an explicit deny in an identity-based policy": "identity-explicit-deny",
        "no resource-based policy allows the lambda:InvokeFunction action": "service-resource-policy",
        "no identity-based policy allows the lambda:InvokeFunction action": "identity-no-allow",
    }
    assert {query: search.search(query).hits[0].id for query in about} == about
