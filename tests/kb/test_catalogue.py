"""The catalogue holds what the folders hold, later folders over earlier ones, and is quick the second time."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.kb.conftest import CONTENT, OVERLAY
from whydenied.kb.cache import is_trusted
from whydenied.kb.catalogue import Catalogue, Use, content_files, default_roots, load_catalogue


def test_articles_are_found_by_folder(catalogue: Catalogue) -> None:
    """Each file is an article of its folder's kind, named by its file."""
    assert catalogue.problems == []
    assert [article.id for article in catalogue.of("cause")] == ["key-policy", "pass-role", "web-identity"]
    article = catalogue.get("question", "boundary.attached")
    assert article is not None
    assert article.path == "questions/boundary.attached.md"
    assert catalogue.get("cause", "simulator") is None


def test_an_article_is_found_by_its_former_id(catalogue: Catalogue) -> None:
    """An alias leads to the article that has it now; the kind need not be known."""
    former, now = catalogue.find("passrole"), catalogue.find("pass-role")
    assert former is not None
    assert former is now
    assert catalogue.find("nothing") is None


def test_plain_data_is_json(catalogue: Catalogue) -> None:
    """The engine gets front matter as JSON-able dictionaries with the id and every default."""
    (pattern,) = catalogue.plain("pattern")
    assert json.loads(json.dumps(pattern)) == pattern
    assert (pattern["id"], pattern["templates"], pattern["reviewed_on"]) == ("bare-denied", [], "2026-01-10")


def test_a_later_folder_adds_and_replaces() -> None:
    """An overlay changes one article and adds another; the rest stays."""
    both = load_catalogue([CONTENT, OVERLAY])
    ours = both.get("cause", "pass-role")
    assert ours is not None
    assert ours.title == "How passing roles works with us"
    assert both.find("whom-to-ask") is not None
    assert both.find("our-passrole") is ours
    assert len(both) == 8
    turned = load_catalogue([OVERLAY, CONTENT]).get("cause", "pass-role")
    assert turned is not None
    assert turned.root == str(CONTENT)


def test_the_environment_names_further_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """`WHYDENIED_CONTENT` adds folders after our own."""
    monkeypatch.setenv("WHYDENIED_CONTENT", f"{CONTENT}{os.pathsep}{OVERLAY}")
    assert default_roots()[1:] == [CONTENT, OVERLAY]


def test_a_broken_file_is_left_out_and_named(guide: Callable[..., Path]) -> None:
    """The others load; the problem is in the result."""
    root = guide()
    guide(name="broken", extra="typo: x\n")
    catalogue = load_catalogue([root])
    assert [article.id for article in catalogue.of("guide")] == ["page"]
    assert [problem.field for problem in catalogue.problems] == ["typo"]
    # The second time, from the compiled file, it is still named.
    assert load_catalogue([root]).problems == catalogue.problems


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A misspelt content folder is not silently empty."""
    (problem,) = load_catalogue([tmp_path / "nowhere"]).problems
    assert problem.message == "is not a folder"


def test_files_that_are_no_articles_are_not_read(guide: Callable[..., Path]) -> None:
    """Notes, hidden files and other folders may lie about."""
    root = guide()
    for name in ("README.md", ".hidden.md", "_draft.md", "notes.txt"):
        (root / "guides" / name).write_text("x", encoding="utf-8")
    (root / "other").mkdir()
    assert len(load_catalogue([root])) == 1


@pytest.mark.slow
def test_a_warm_start_imports_no_reader(tmp_path: Path) -> None:
    """From the compiled file the catalogue loads without pydantic, YAML, Markdown or Whoosh."""
    code = (
        "import sys; from pathlib import Path; from whydenied.kb.catalogue import load_catalogue; "
        f"print(len(load_catalogue([Path({str(CONTENT)!r})]))); "
        "print(*sorted({'pydantic', 'yaml', 'markdown_it', 'whoosh', 'pygments'} & set(sys.modules)))"
    )
    outputs = [subprocess.check_output([sys.executable, "-c", code], text=True).split() for _ in range(2)]
    assert outputs[0][0] == outputs[1][0] == "7"
    assert "pydantic" in outputs[0]
    assert outputs[1][1:] == []


def test_a_change_is_seen(guide: Callable[..., Path]) -> None:
    """A changed, added or removed file makes the compiled file stale."""
    root = guide("one")
    first = load_catalogue([root])
    guide("two")
    second = load_catalogue([root])
    guide("three", name="other")
    third = load_catalogue([root])
    (root / "guides" / "other.md").unlink()
    fourth = load_catalogue([root])
    assert [len(c) for c in (first, second, third, fourth)] == [1, 1, 2, 1]
    assert first.digest != second.digest != third.digest
    assert second.digest == fourth.digest


@pytest.mark.parametrize("rubbish", [b"", b"\x00" * 100, b"\x81\xa1a\x01", b"\x94\x90\xa1x\x90"])
def test_a_damaged_compiled_file_is_ignored(tmp_path: Path, rubbish: bytes) -> None:
    """Whatever lies in the cache, the content decides."""
    load_catalogue([CONTENT])
    (compiled,) = (tmp_path / "cache").iterdir()
    compiled.write_bytes(rubbish)
    assert len(load_catalogue([CONTENT])) == 7


def test_a_half_written_compiled_file_is_ignored(tmp_path: Path) -> None:
    """A cut file is not half a catalogue."""
    load_catalogue([CONTENT])
    (compiled,) = (tmp_path / "cache").iterdir()
    compiled.write_bytes(compiled.read_bytes()[:-50])
    assert len(load_catalogue([CONTENT])) == 7


def test_the_cache_is_never_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written the catalogue loads as well, and leaves nothing behind."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("WHYDENIED_CACHE", str(blocked))
    assert len(load_catalogue([CONTENT])) == 7
    monkeypatch.delenv("WHYDENIED_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "relative")
    assert len(load_catalogue([CONTENT])) == 7


@pytest.mark.parametrize(("code_is", "kept"), [("older", 1), ("newer", 0)])
def test_nothing_is_kept_in_the_name_of_code_that_came_later(tmp_path: Path, code_is: str, kept: int) -> None:
    """A site that reloads in the middle of an upgrade compiles with the code that it has loaded."""
    code = tmp_path / "rules.py"
    code.touch()
    if code_is == "newer":
        later = time.time() + 60
        os.utime(code, (later, later))
    else:
        os.utime(code, (1_000_000_000, 1_000_000_000))
    assert len(load_catalogue([CONTENT], Use("tests", (code,), lambda _articles: ()))) == 7
    assert len(list((tmp_path / "cache").glob("*"))) == kept


def test_the_compiled_file_is_plain_data(tmp_path: Path) -> None:
    """It is msgpack, which cannot hold code."""
    load_catalogue([CONTENT])
    (compiled,) = (tmp_path / "cache").iterdir()
    assert isinstance(msgspec.msgpack.decode(compiled.read_bytes()), list)


@pytest.mark.parametrize("lying_about", ["dangling", "loop", "pipe", "folder", "device", "closed"])
def test_what_is_no_file_costs_only_itself(guide: Callable[..., Path], tmp_path: Path, lying_about: str) -> None:
    """A link to nowhere or to itself, a pipe, a folder, a file nobody may read: named, and all others are read."""
    root = guide()
    odd = root / "guides" / "odd.md"
    if lying_about == "dangling":
        odd.symlink_to("gone.md")
    elif lying_about == "loop":
        odd.symlink_to("odd.md")
    elif lying_about == "pipe":
        os.mkfifo(odd)
    elif lying_about == "folder":
        odd.mkdir()
    elif lying_about == "device":
        odd.symlink_to("/dev/zero")
    else:
        odd.write_text("secret", encoding="utf-8")
        odd.chmod(0)
    catalogue = load_catalogue([root])
    assert [article.id for article in catalogue.of("guide")] == ["page"]
    assert {problem.file for problem in catalogue.problems} == {str(odd)}
    assert load_catalogue([root]).problems == catalogue.problems


def test_a_file_that_goes_while_the_folder_is_listed_costs_only_itself(
    guide: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editors replace files all the time: the name is listed, and gone before it is looked at."""
    root = guide()
    guide(name="going")
    monkeypatch.setattr("whydenied.kb.catalogue._is_article", lambda name: _unless_gone(root / "guides" / name))
    assert [name for _, name, _ in content_files(root)] == ["page.md"]


def _unless_gone(path: Path) -> bool:
    if path.name == "going.md":
        path.unlink()
    return True


def test_a_folder_that_cannot_be_listed_is_named(guide: Callable[..., Path], tmp_path: Path) -> None:
    """A file in the place of a folder, a link to nowhere, or closed doors: the rest is read, and it is said."""
    root = guide()
    (root / "causes").symlink_to("nowhere")
    (root / "patterns").write_text("x", encoding="utf-8")
    catalogue = load_catalogue([root])
    assert len(catalogue) == 1
    assert [(problem.file, problem.message) for problem in catalogue.problems] == [
        (str(root / "causes"), "is a link that leads nowhere"),
        (str(root / "patterns"), "cannot be listed: not a directory"),
    ]


@pytest.mark.parametrize("fault", ["writable", "link", "pipe"])
def test_a_compiled_file_that_others_can_have_written_is_not_read(tmp_path: Path, fault: str) -> None:
    """What it says is shown as ours, commands included: only what we wrote is believed."""
    load_catalogue([CONTENT])
    (compiled,) = (tmp_path / "cache").iterdir()
    assert compiled.stat().st_mode & 0o777 == 0o600
    forged = compiled.read_bytes().replace(b"key-policy", b"bad-policy")
    if fault == "writable":
        compiled.write_bytes(forged)
        compiled.chmod(0o622)
    else:
        compiled.unlink()
        if fault == "pipe":
            os.mkfifo(compiled)
        else:
            (tmp_path / "theirs").write_bytes(forged)
            compiled.symlink_to(tmp_path / "theirs")
    assert load_catalogue([CONTENT]).get("cause", "key-policy")


def test_a_file_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    """Root's is: root may do all anyway, and a read-only image is root's."""
    status = list(tmp_path.stat())
    judged = []
    for owner in (os.getuid(), 0, os.getuid() + 1):
        status[stat.ST_UID] = owner
        judged.append(is_trusted(os.stat_result(status)))
    assert judged == [True, True, False]
