"""After a package moved, the articles that rest on what changed are named."""

import json
import sys

import pytest

from scripts import changed_facts
from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def few() -> Catalogue:
    """One article of each kind of name."""
    catalogue = load_catalogue(default_roots()[:1])
    ids = (("cause", "kms-key"), ("scenario", "lambda-execution-role"), ("question", "boundary.attached"))
    return Catalogue([catalogue.articles[id_] for id_ in ids])


def test_each_kind_of_name_is_known_with_its_articles(few: Catalogue) -> None:
    known, users = changed_facts.facts_of(few)
    assert known["action kms:Decrypt"].startswith("Write arn:*:kms:*:*:key/*")
    assert "kms:viaservice" in known["action kms:Decrypt"]
    assert known["operation iam get-role"] == "RoleName!"
    assert users["operation iam get-role"] == ["scenarios/lambda-execution-role.md", "questions/boundary.attached.md"]


def test_only_what_is_otherwise_is_told() -> None:
    before = {"a": "1", "b": "1", "gone": "1"}
    assert changed_facts.changes(before, {"a": "1", "b": "2", "new": "1"}) == {"b": "1 -> 2"}


def test_the_articles_are_printed(
    few: Catalogue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    from pathlib import Path

    record = Path(str(tmp_path)) / "facts.json"
    monkeypatch.setattr(changed_facts, "RECORD", record)
    monkeypatch.setattr(changed_facts, "load_catalogue", lambda _: few)
    monkeypatch.setattr(sys, "argv", ["changed_facts.py", "--write"])
    changed_facts.main()
    known = json.loads(record.read_text("utf-8"))
    assert "action aws:SourceArn" not in known
    moved = {**known, "operation iam get-role": "RoleName! Path", "action kms:Unused": "Read"}
    record.write_text(json.dumps(moved), "utf-8")
    monkeypatch.setattr(sys, "argv", ["changed_facts.py"])
    capsys.readouterr()
    changed_facts.main()
    out = capsys.readouterr().out
    assert "operation iam get-role: RoleName! Path -> RoleName!\n    scenarios/lambda-execution-role.md, " in out
    assert out.endswith("1 names have changed since the last release, 2 articles to read again\n")


def test_a_name_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, few: Catalogue) -> None:
    before, _ = changed_facts.facts_of(few)
    monkeypatch.setattr(changed_facts, "_of_action", lambda _: "is not there")
    now, _ = changed_facts.facts_of(few)
    assert changed_facts.changes(before, now)["action kms:Decrypt"].endswith("-> is not there")
