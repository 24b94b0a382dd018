"""The Markdown source of a body, cut and relinked, says what the body says."""

import pytest

from whydenied.kb.catalogue import Catalogue, load_catalogue
from whydenied.kb.outline import links, parser, sections
from whydenied.kb.source import cut, relink


def everything() -> Catalogue:
    """Our own articles."""
    return load_catalogue()


@pytest.mark.slow
def test_a_body_is_cut_at_its_headings_and_nothing_is_lost() -> None:
    for article in everything().articles.values():
        pieces = cut(article.body)
        whole = "\n".join(f"## {piece.title}\n\n{piece.markdown}" for piece in pieces)
        assert words(whole) == words(article.body), article.id
        assert len({piece.anchor for piece in pieces}) == len(pieces)


def test_a_piece_holds_the_anchors_of_the_headings_under_its_own() -> None:
    pieces = cut("### before\n\n## A\n\n### one\n\n#### two\n\n## B\n\n## C\n\n### one\n")
    assert [(piece.anchor, piece.anchors) for piece in pieces] == [
        ("", ()),
        ("a", ("one", "two")),
        ("b", ()),
        ("c", ("one-1",)),
    ]


def words(markdown: str) -> list[str]:
    return " ".join(f"{s.title} {s.text} {s.code}" for s in sections(parser().parse(markdown))).split()


@pytest.mark.slow
def test_every_link_between_articles_is_led_elsewhere_and_no_other() -> None:
    for article in everything().articles.values():
        before = [link.href for link in links(parser().parse(article.body))]
        text = relink(article.body, article.path, lambda kind, name, anchor: f"https://docs.example/{name}#{anchor}")
        after = [link.href for link in links(parser().parse(text))]
        assert len(after) == len(before)
        assert not [href for href in after if not href.startswith(("https://", "http://"))], article.id
        text = relink(article.body, article.path, lambda kind, name, anchor: None)
        left = [link.href for link in links(parser().parse(text))]
        assert left == [href for href in before if href.startswith(("https://", "http://"))]
        assert words(text) == words(article.body)


def test_code_is_left_alone_and_broken_lines_are_not() -> None:
    text = (
        "Read [passing\na role](../causes/pass-role.md#fix), not `[x](../causes/pass-role.md)`.\n\n"
        "```text\n[y](../causes/pass-role.md)\n```\n\n- [[deep] one](#traps)"
    )
    assert relink(text, "guides/a.md", lambda kind, name, anchor: f"{kind}/{name}#{anchor}") == (
        "Read [passing\na role](cause/pass-role#fix), not `[x](../causes/pass-role.md)`.\n\n"
        "```text\n[y](../causes/pass-role.md)\n```\n\n- [[deep] one](/#traps)"
    )
