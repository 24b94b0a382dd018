"""What is no address leads nowhere, and breaks nothing."""

from whydenied.kb.links import article_link, is_external, scheme_of
from whydenied.kb.outline import Slugs
from whydenied.kb.rendering import render


def test_a_broken_address_is_no_article_and_has_no_scheme() -> None:
    broken = "http://[bad"
    assert is_external(broken)
    assert scheme_of(broken) == ""
    assert article_link(broken, "causes/x.md") is None
    assert 'href="http://[bad"' not in render(f"[a]({broken})", "causes/x.md", lambda kind, name: None).html


def test_headings_alike_are_numbered_in_order() -> None:
    slugs = Slugs()
    assert [slugs.slug("A"), slugs.slug("A 1"), slugs.slug("A"), slugs.slug("A")] == ["a", "a-1", "a-2", "a-3"]
