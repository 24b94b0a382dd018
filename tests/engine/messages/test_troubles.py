"""Where a text tells of something that went wrong."""

from whydenied.engine.messages.troubles import troubles


def test_only_what_stands_near_a_word_of_trouble_is_looked_at() -> None:
    text = "a" * 1_000 + " it failed here " + "b" * 1_000
    ((start, end),) = troubles(text)
    assert 0 < start < text.index("failed") < end < len(text)
    assert list(troubles("the role may read the bucket")) == []


def test_stretches_do_not_overlap_and_are_bounded_in_number() -> None:
    found = list(troubles("no " + "denied. " * 10 + "x" * 600 + " cannot"))
    assert len(found) == 2
    assert found[0][1] <= found[1][0]
    assert len(list(troubles(("error " + "y" * 600) * 500))) == 60
