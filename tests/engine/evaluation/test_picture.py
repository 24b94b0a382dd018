"""The picture: well-formed, safe to put into a page, and readable without colour."""

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.evaluation.generated import budget
from tests.engine.evaluation.shorthand import expand
from tests.engine.evaluation.test_cases import CASES
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.explanation import explain
from whydenied.engine.evaluation.picture import picture

_SVG = "{http://www.w3.org/2000/svg}"


def _picture(short: dict[str, Any], **options: Any) -> str:
    return picture(explain(read_case(expand(short), explain=True)), **options)


@pytest.mark.parametrize("short", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_every_case_can_be_drawn(short: dict[str, Any]) -> None:
    """It is XML with a title, a description, and a row in words for each gate."""
    explanation = explain(read_case(expand(short), explain=True))
    root = ElementTree.fromstring(picture(explanation))
    title, description = root.find(f"{_SVG}title"), root.find(f"{_SVG}desc")
    assert title is not None
    assert description is not None
    assert explanation.summary in str(description.text)
    words = " ".join(str(element.text) for element in root.iter(f"{_SVG}text"))
    for gate in explanation.gates:
        assert gate.title in words
        assert gate.title in str(description.text)


def test_answers_differ_in_shape_and_word() -> None:
    """Each answer has a shape and a word of its own, so that colour is never needed."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    drawing = _picture(
        {
            "identity": [everything],
            "boundary": [{**everything, "Effect": "Deny"}],
            "session": [{**everything, "Action": "sqs:*"}],
            "unknown": ["vpce"],
        }
    )
    for word in ("allows", "explicit deny", "no allow", "does not apply", "not known"):
        assert f": {word}" in drawing
    shapes = set()
    for group in ElementTree.fromstring(drawing).iter(f"{_SVG}g"):
        if group.get("class") == "shape":
            shapes.add("".join(str(child.attrib.get("d") or child.attrib.get("r")) for child in group))
    assert len(shapes) == 5
    assert 'stroke="currentColor"' in drawing
    assert 'stroke-dasharray="2 6"' in drawing


@pytest.mark.slow
@settings(max_examples=budget(60), deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_in_a_request_becomes_markup(key: str, name: str) -> None:
    """Whatever a policy is called or a resource is named, the picture stays XML without script, style or links."""
    case = expand({"target": f"arn:aws:s3:::b/{key}"})
    case["identity_policies"] = [
        {"name": name, "document": {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}}
    ]
    drawing = picture(explain(read_case(case, explain=True)), name=name)
    for element in ElementTree.fromstring(drawing).iter():
        assert element.tag.removeprefix(_SVG) in {"svg", "title", "desc", "text", "path", "circle", "g"}
        assert not any(attribute.startswith("on") or "href" in attribute for attribute in element.attrib)


def test_a_file_of_its_own_brings_light_and_dark() -> None:
    """Only then is there a style element, which a page's own policy would refuse."""
    assert "prefers-color-scheme" in _picture({}, standalone=True)
    assert "<style" not in _picture({})
