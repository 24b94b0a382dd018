"""Search answers by exact names first, then by words, and forgives slips."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from whydenied.kb.catalogue import Catalogue
from whydenied.kb.search import Search, open_search

PASTE = """
Traceback (most recent call last):
  File "/app/deploy.py", line 12, in main
botocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling the CreateFunction operation:
User: arn:aws:sts::111122223333:assumed-role/ci/run-77 is not authorized to perform: iam:PassRole on resource:
arn:aws:iam::111122223333:role/fn because no identity-based policy allows the iam:PassRole action
"""


@pytest.fixture(scope="module")
def search(catalogue: Catalogue) -> Search:
    """A search over the fixture articles."""
    return open_search(catalogue, None)


@pytest.mark.parametrize(
    ("query", "first", "matched"),
    [
        ("pass-role", "pass-role", "id"),
        ("passrole", "pass-role", "id"),
        ("iam:PassRole", "pass-role", "action"),
        ("`IAM:PASSROLE`", "pass-role", "action"),
        ("sts:AssumeRoleWithWebIdentity", "web-identity", "action"),
        ("AccessDenied", "key-policy", "code"),
        ("403", "key-policy", "code"),
        ("kms", "key-policy", "service"),
        ("trust", "web-identity", "gate"),
        ("github actions", "web-identity", "keyword"),
        ("GetObject", "bare-denied", "operation"),
        ("kms accessdenied", "key-policy", "code"),
    ],
)
def test_an_exact_name_answers_first(search: Search, query: str, first: str, matched: str) -> None:
    """Codes, actions, operations, services, gates, keywords and ids are looked up before full text."""
    results = search.search(query)
    assert results.answered_by == "fields"
    assert results.hits[0].id == first
    assert results.hits[0].matched in (matched, "keyword", "gate")
    assert results.did_you_mean is None


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("githb oidc not authorised", "web-identity"),
        ("github oidc", "web-identity"),
        ("who manages the encryption key", "key-policy"),
        ("role handed to a service", "pass-role"),
        ("behavior of the workflow's token", "web-identity"),
        ("try a policy out before changing it", "simulator"),
        ("simulating custom policies", "simulator"),
        ("decrypting", "key-policy"),
        ("deploy a lambda function", "lambda-role"),
        (PASTE, "pass-role"),
    ],
)
def test_words_find_their_article(search: Search, query: str, first: str) -> None:
    """Forms, spellings, parts of names, slips and whole pastes lead to the right article."""
    results = search.search(query)
    assert results.answered_by == "text"
    assert results.hits[0].id == first


def test_a_slip_is_offered_or_corrected(search: Search) -> None:
    """With other hits the correction is offered; without any it is used, and said."""
    offered = search.search("githb oidc")
    assert (offered.did_you_mean, offered.corrected) == ("github oidc", False)
    corrected = search.search("bondary")
    assert (corrected.did_you_mean, corrected.corrected) == ("boundary", True)
    assert corrected.hits[0].id == "boundary.attached"
    nothing = search.search("zzzzzzzz qqqqqqq")
    assert (nothing.hits, nothing.did_you_mean, nothing.corrected) == ([], None, False)


def test_a_hit_leads_to_its_section(search: Search) -> None:
    """The anchor is that of the section with the words; the snippet marks them."""
    hit = search.search("PassedToService condition").hits[0]
    assert (hit.id, hit.anchor, hit.section) == ("pass-role", "traps", "Traps")
    assert "".join(text for text, _ in hit.snippet) == "A condition on iam:PassedToService may name another service."
    assert [text for text, marked in hit.snippet if marked] == ["condition", "PassedToService", "service"]


def test_code_is_searched(search: Search) -> None:
    """What stands only in a code block, an example or a command is found."""
    assert search.search("simulate-custom-policy").hits[0].id == "simulator"
    assert search.search("simulate-principal-policy").hits[0].id == "pass-role"


def test_filters_and_their_counts(search: Search) -> None:
    """A filter narrows the hits; the counts of a filter are those the other filters leave."""
    everything = search.search("policy")
    narrow = search.search("policy", services=["kms"])
    assert {hit.id for hit in narrow.hits} == {"key-policy"}
    assert narrow.facets.services == everything.facets.services
    assert narrow.facets.gates == {"kms": 1}
    assert narrow.total == 1 < everything.total
    by_gate = search.search("policy", gates=["trust", "kms"])
    assert {hit.gate for hit in by_gate.hits} == {"trust", "kms"}
    assert {hit.kind for hit in search.search("policy", kinds=["guide"]).hits} == {"guide"}
    assert search.search("policy", services=["nosuch"]).hits == []


def test_the_limit_does_not_change_the_count(search: Search) -> None:
    """`limit` cuts what is shown, not what is counted."""
    assert len(search.search("policy", limit=1).hits) == 1
    assert search.search("policy", limit=1).total == search.search("policy", limit=50).total > 1


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pa", "pass-role"),
        ("The KMS k", "key-policy"),
        ("oid", "web-identity"),
        ("bou", "boundary.attached"),
        ("simul", "simulator"),
    ],
)
def test_suggestions_go_on_from_what_was_typed(search: Search, typed: str, first: str) -> None:
    """Words of titles, keywords and ids are completed, and the beginning is marked."""
    suggestions = search.suggest(typed)
    assert suggestions[0].id == first
    assert "".join(text for text, _ in suggestions[0].segments) == suggestions[0].title


def test_suggestions_forgive_a_slip(search: Search) -> None:
    """When nothing goes on from it, the nearest word does."""
    assert search.suggest("githb")[0].id == "web-identity"
    assert search.suggest("x") == []
    assert search.suggest("qqqq") == []
    assert search.suggest("") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "*",
        "the",
        '"',
        "a AND (b OR",
        "title:x NOT *",
        "\x00\x01",
        "🔑 policy",
        "\ud800 policy",
        "-" * 5000,
        "x" * 100_000,
        "é" * 300,
    ],
)
def test_a_query_is_words_and_never_a_language(search: Search, query: str) -> None:
    """Signs mean nothing, and nothing breaks the search."""
    results = search.search(query)
    assert results.total >= len(results.hits)
    search.suggest(query)


def test_markup_in_a_title_stays_text(search: Search) -> None:
    """Snippets are segments of text, so that a page escapes them like any other text."""
    for hit in search.search("policy role token").hits:
        assert all(isinstance(text, str) and isinstance(marked, bool) for text, marked in hit.snippet)


@pytest.mark.slow
def test_threads_share_a_search(search: Search) -> None:
    """Threads get the answers that one of them alone gets."""
    queries = ["github oidc", "kms:Decrypt", "bondary", "policy", "pass a role", PASTE] * 20
    alone = [search.search(query) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(search.search, queries)) == alone
