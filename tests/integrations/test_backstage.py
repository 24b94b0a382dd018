"""The Backstage card names what there is: fields of the report, frames, annotations, articles."""

import re
from pathlib import Path

import msgspec
import yaml
from flask import Flask

from whydenied.engine.triage import Group
from whydenied.kb.catalogue import load_catalogue
from whydenied.server.articles.inclusion import include
from whydenied.server.cli.triage_report import TriageReport, TriageRow
from whydenied.server.embeds import blueprint as embeds

_FOLDER = Path(__file__).parents[2] / "integrations" / "backstage"
_CARD = (_FOLDER / "WhyDeniedCard.tsx").read_text(encoding="utf-8")
_README = (_FOLDER / "README.md").read_text(encoding="utf-8")


def test_it_reads_fields_that_a_report_has() -> None:
    """By the names that `triage --format json` writes."""
    fields = {one.name for one in msgspec.structs.fields(TriageRow)}
    of_group = {one.name for one in msgspec.structs.fields(Group)}
    assert set(re.findall(r"row\.group\.(\w+)", _CARD)) <= of_group
    assert set(re.findall(r"row\.(\w+)", _CARD)) <= fields
    assert {"title", "fix", "article"} <= set(re.findall(r"row\.(\w+)", _CARD))
    assert set(re.findall(r"report\.(\w+)", _CARD)) <= {one.name for one in msgspec.structs.fields(TriageReport)}


def test_the_annotations_are_those_that_are_documented() -> None:
    """And the articles and parts of the example can be shown in frames."""
    example = yaml.safe_load(_README.split("```yaml\n")[1].split("```")[0])
    annotations = example["metadata"]["annotations"]
    assert set(annotations) == set(re.findall(r"'(whydenied/\w+)'", _CARD))
    for one in annotations["whydenied/articles"].split(", "):
        include(load_catalogue(), one)
    app = Flask("frames")
    app.register_blueprint(embeds)
    frames = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/embed/articles/")]
    assert any(f"${{site}}{frame.partition('<')[0]}${{" in _CARD for frame in frames)
