"""The diagrams: drawn from the engine's own order, safe in a page, and told in the same words as they are drawn."""

import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from whydenied.engine.evaluation.gates import GATES
from whydenied.kb.gates import GATES_BY_ID
from whydenied.kb.rendering import render
from whydenied.server.articles.diagrams import DIAGRAMS, draw_named, fill_diagrams

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_drawing_is_plain_svg(name: str) -> None:
    """No style, no script, nothing from elsewhere: the strict policy of the pages has nothing to block."""
    drawing = draw_named(name) or ""
    root = ElementTree.fromstring(drawing)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "defs", "marker", "path", "rect", "text", "g",
    }  # fmt: skip
    assert not re.search(r"style=|href|on[a-z]+=|<script", drawing)
    assert root.find(f"{SVG}title") is not None
    assert root.get("role") == "img"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_is_drawn_is_told(name: str) -> None:
    """Every word in a box stands in the text, and every box has a gate that exists, or none."""
    told = " ".join(fill_diagrams(f"```diagram {name}\n```").split())
    for box in DIAGRAMS[name].boxes:
        assert box.title in told
        assert box.text in told
        assert box.gate == "" or box.gate in GATES_BY_ID
    ids = [box.id for box in DIAGRAMS[name].boxes]
    assert len(set(ids)) == len(ids)
    assert all(way.start in ids and way.end in ids for way in DIAGRAMS[name].arrows)


def test_the_order_is_the_engines() -> None:
    """The gates stand in the order in which the evaluator asks them, each once."""
    drawn = [box.gate for box in DIAGRAMS["evaluation-order"].boxes if box.kind == "step" and box.gate]
    assert drawn == [gate.name for gate in GATES]


def test_a_fence_becomes_its_drawing_with_its_words_beside_it() -> None:
    """The article names the picture, the page adds it. Nothing that an author writes is let through."""
    drawn = render(fill_diagrams("```diagram kms\n```\n"), draw=draw_named).html
    assert "<svg" in drawn
    assert "A call needs the key: to decrypt, or to make a data key" in drawn
    body = "```diagram kms\n<b>words</b>\n```\n"
    assert fill_diagrams(body) == body
    assert "&lt;b&gt;words" in render(body, draw=draw_named).html
    assert "<svg" not in render(body).html
    assert fill_diagrams("```diagram nonsense\n```") == "```diagram nonsense\n```"
    assert "<svg" not in render("```diagram nonsense\nx\n```\n", draw=draw_named).html
    assert "<svg" not in render("\ue0000\ue000 <svg></svg>\n", draw=draw_named).html


def test_a_page_without_such_a_fence_has_no_drawing(client: FlaskClient) -> None:
    """Only articles that ask for a picture have one."""
    assert b'class="drawing"' not in client.get("/articles/scp-denies").data
