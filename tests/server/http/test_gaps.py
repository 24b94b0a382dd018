"""Gaps: what found nothing, as fingerprints of our own words, and only where an operator asked for them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from whydenied.server.app import create_app
from whydenied.server.cli import main
from whydenied.server.http.gaps import fingerprint, note_gap, read_gaps
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service

SECRET = "arn:aws:iam::999988887777:role/payroll-prod AKIAIOSFODNN7EXAMPLE ana@corp.example denied by policy"


def known(word: str) -> bool:
    """A vocabulary of four words."""
    return word in {"denied", "policy", "bucket", "s3"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("bucket policy denied", "bucket policy denied"),
        (SECRET, "… denied … policy"),
        ("111122223333 10.0.0.1 i-0abc", "…"),
        ("policy " * 100, " ".join(["policy"] * 30)),
        ("", ""),
    ],
)
def test_only_our_own_words_are_kept(text: str, kept: str) -> None:
    """Names, accounts, addresses, keys and numbers are not in any article, so they are not in any fingerprint."""
    assert fingerprint(text, known) == kept


def test_nothing_is_kept_unless_asked_for(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting no file appears anywhere."""
    monkeypatch.chdir(tmp_path)
    client = create_app(service).test_client()
    client.get("/search?q=xylophone+zzz")
    client.post("/diagnose", data={"text": SECRET, "as": "error"})
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file that the operator names."""
    return tmp_path / "gaps.jsonl"


@pytest.fixture
def noting(service: Service, kept: Path) -> FlaskClient:
    """A site that keeps gaps."""
    return create_app(service, Settings(gaps=str(kept))).test_client()


def test_what_finds_nothing_is_noted_without_what_is_private(noting: FlaskClient, kept: Path) -> None:
    """A paste leaves words of ours, its day, and no more; the file is its owner's alone."""
    noting.post("/diagnose", data={"text": f"the policy of {SECRET} says nothing", "as": "error"})
    lines = kept.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert set(json.loads(lines[0])) == {"day", "kind", "fingerprint"}
    for private in ("payroll", "9999", "AKIA", "ana", "corp"):
        assert private not in lines[0]
    assert kept.stat().st_mode & 0o077 == 0


def test_what_is_found_is_no_gap(noting: FlaskClient, kept: Path) -> None:
    """A search with results and an error that is known leave nothing."""
    noting.get("/search?q=policy")
    assert not kept.exists()


def test_the_list_counts_and_a_stub_begins_an_article(tmp_path: Path, kept: Path) -> None:
    """The most frequent first; a stub carries the words into the skeleton."""
    for text in ("bucket denied", "policy", "bucket denied"):
        note_gap(str(kept), "search", text, known)
    kept.write_bytes(kept.read_bytes() + b"not json\n")
    assert [(gap.times, gap.fingerprint) for gap in read_gaps(kept.read_bytes().splitlines())] == [
        (2, "bucket denied"),
        (1, "policy"),
    ]
    listed = CliRunner().invoke(main, ["gaps", str(kept)])
    assert listed.output.splitlines()[0].split()[1] == "2x"
    arguments = ["gaps", str(kept), "--stub", "1", "--id", "bucket-gap", "--into", str(tmp_path)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert 'keywords: ["bucket denied"]' in (tmp_path / "causes" / "bucket-gap.md").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_no_failure(service: Service) -> None:
    """The reader's answer matters more than the operator's list."""
    client = create_app(service, Settings(gaps="/nowhere/gaps.jsonl")).test_client()
    assert client.get("/search?q=xylophone+zzz").status_code == 200


def test_without_a_file_the_command_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept by default, and the message says so."""
    monkeypatch.delenv("WHYDENIED_GAPS", raising=False)
    answer = CliRunner().invoke(main, ["gaps"])
    assert answer.exit_code == 2
    assert "WHYDENIED_GAPS" in answer.output
