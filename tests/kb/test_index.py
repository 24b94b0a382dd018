"""An index is there whole or not at all, and only our own is opened."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kb.conftest import CONTENT, OVERLAY
from whydenied.kb import index
from whydenied.kb.catalogue import Catalogue, load_catalogue
from whydenied.kb.errors import NoIndexError
from whydenied.kb.index import build_in_memory, build_index, open_index
from whydenied.kb.search import Search, open_search


def test_a_built_index_is_the_current_one(catalogue: Catalogue, tmp_path: Path) -> None:
    """Building again changes nothing; the current index is found without the content."""
    place = build_index(catalogue, tmp_path)
    files = {file: file.stat().st_mtime_ns for file in place.iterdir()}
    assert build_index(catalogue, tmp_path) == place
    assert {file: file.stat().st_mtime_ns for file in place.iterdir()} == files
    assert open_index(tmp_path).name == place.name


def test_other_content_has_another_index(catalogue: Catalogue, tmp_path: Path) -> None:
    """The index is named by its content; the one before is kept, older ones go."""
    first = build_index(catalogue, tmp_path)
    second = build_index(load_catalogue([CONTENT, OVERLAY]), tmp_path)
    third = build_index(Catalogue([], digest="0" * 32), tmp_path)
    assert len({first.name, second.name, third.name}) == 3
    assert open_index(tmp_path).name == third.name
    assert (first.exists(), second.exists(), third.exists()) == (False, True, True)


def test_an_empty_catalogue_can_be_searched(tmp_path: Path) -> None:
    """No articles give no hits."""
    search = open_search(Catalogue([], digest="0" * 32), tmp_path)
    assert search.search("bucket").hits == []
    assert search.suggest("bu") == []


KILLED = """
import os, signal, sys
from pathlib import Path
from whydenied.kb import index
from whydenied.kb.catalogue import load_catalogue

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

at = sys.argv[1]
if at == "documents":
    index.searched_texts = die
elif at == "manifest":
    index._fingerprints = die
elif at == "rename":
    Path.rename = die
index.build_index(load_catalogue([Path(p) for p in sys.argv[3:]]), Path(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["documents", "manifest", "rename"])
def test_a_killed_build_leaves_the_last_good_index(catalogue: Catalogue, tmp_path: Path, moment: str) -> None:
    """SIGKILL at any moment: the old index serves, and the next build succeeds."""
    folder = tmp_path / "index"
    good = build_index(catalogue, folder)
    command = [sys.executable, "-c", KILLED, moment, str(folder), str(CONTENT), str(OVERLAY)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert open_index(folder).name == good.name
    assert Search(open_index(folder)).search("pass role").hits
    left = [entry.name for entry in folder.iterdir() if entry.name.startswith(".building-")]
    assert len(left) == 1
    later = build_index(load_catalogue([CONTENT, OVERLAY]), folder)
    assert open_index(folder).name == later.name != good.name
    # What the killed build left is removed once it cannot be at work any more.
    os.utime(folder / left[0], (0, 0))
    build_index(load_catalogue([CONTENT, OVERLAY]), folder)
    assert not (folder / left[0]).exists()


def test_a_failed_build_leaves_the_last_good_index(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk halfway: nothing half is left, and the old index serves the new content's search."""
    good = build_index(catalogue, tmp_path)

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(index, "_write_postings", fail)
    both = load_catalogue([CONTENT, OVERLAY])
    with pytest.raises(OSError, match="no space"):
        build_index(both, tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name != "cache") == sorted([good.name, "current"])
    assert open_search(both, tmp_path).name == good.name


@pytest.mark.slow
def test_two_builders_do_not_disturb_each_other(catalogue: Catalogue, tmp_path: Path) -> None:
    """Workers that start together build the same index; both end with a whole one."""
    code = (
        "import sys; from pathlib import Path; "
        "from whydenied.kb.catalogue import load_catalogue; from whydenied.kb.index import build_index; "
        "build_index(load_catalogue([Path(sys.argv[1])]), Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(CONTENT), str(tmp_path / "index")]
    builders = [subprocess.Popen(command) for _ in range(3)]
    assert [builder.wait() for builder in builders] == [0, 0, 0]
    assert Search(open_index(tmp_path / "index")).search("bucket") is not None
    assert not [entry for entry in (tmp_path / "index").iterdir() if entry.name.startswith(".building-")]


def test_an_index_that_was_changed_is_not_opened(catalogue: Catalogue, tmp_path: Path) -> None:
    """Any changed, missing or added file, or a foreign manifest, makes it not ours."""
    place = build_index(catalogue, tmp_path)
    segment = next(file for file in place.iterdir() if file.suffix == ".seg")
    original = segment.read_bytes()
    segment.write_bytes(original[:-1] + b"?")
    with pytest.raises(NoIndexError, match="damaged or not ours"):
        open_index(tmp_path)
    segment.write_bytes(original)
    (place / "extra").write_bytes(b"x")
    with pytest.raises(NoIndexError):
        open_index(tmp_path)
    (place / "extra").unlink()
    (place / "manifest.msgpack.z").write_bytes(b"\x80")
    with pytest.raises(NoIndexError, match="cannot be read"):
        open_index(tmp_path)
    assert open_index(tmp_path, build_index(catalogue, tmp_path).name)


@pytest.mark.parametrize("where", ["folder", "file"])
def test_an_index_that_others_may_write_is_not_opened(catalogue: Catalogue, tmp_path: Path, where: str) -> None:
    """Whoosh unpickles its files, so that nobody else may have put them there."""
    place = build_index(catalogue, tmp_path)
    path = place if where == "folder" else place / "manifest.msgpack.z"
    path.chmod(path.stat().st_mode | 0o002)
    with pytest.raises(NoIndexError, match="others may write"):
        open_index(tmp_path)


@pytest.mark.parametrize("pointer", ["", "../elsewhere", "/etc", "x" * 41, "\x00"])
def test_the_pointer_leads_nowhere_else(tmp_path: Path, pointer: str) -> None:
    """Only a name of our own form is followed."""
    (tmp_path / "current").write_text(pointer, encoding="utf-8")
    with pytest.raises(NoIndexError, match="whydenied build"):
        open_index(tmp_path)


def test_where_nothing_can_be_written_search_works(catalogue: Catalogue, tmp_path: Path) -> None:
    """Without a folder, or with one that is a file, the index lives in memory and answers the same."""
    blocked = tmp_path / "blocked"
    blocked.write_text("x", encoding="utf-8")
    answers = [
        search.search("bucket key policy", limit=5)
        for search in (
            Search(build_in_memory(catalogue)),
            open_search(catalogue, None),
            open_search(catalogue, blocked / "index"),
            open_search(catalogue, tmp_path / "index"),
        )
    ]
    assert answers[0].hits
    assert all(answer == answers[0] for answer in answers)


def test_in_memory_nothing_is_written_anywhere(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoosh's own storage keeps scratch files in `MAIN.tmp` of the shared temporary folder, and empties it after."""
    shared = tmp_path / "tmp"
    (shared / "MAIN.tmp").mkdir(parents=True)
    (shared / "MAIN.tmp" / "somebody-elses").write_text("x", encoding="utf-8")
    (shared / "MAIN.tmp").chmod(0o500)
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    assert Search(build_in_memory(catalogue)).search("bucket key policy").hits
    assert [str(path.relative_to(shared)) for path in sorted(shared.rglob("*"))] == [
        "MAIN.tmp",
        "MAIN.tmp/somebody-elses",
    ]


@pytest.mark.parametrize("fault", ["a folder for a file", "closed to us"])
def test_a_cache_that_cannot_be_entered_costs_only_time(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The index is built in memory, and answers the same."""
    folder = tmp_path / "index"
    place = build_index(catalogue, folder)
    if fault == "a folder for a file":
        segment = next(file for file in place.iterdir() if file.suffix == ".seg")
        segment.unlink()
        segment.mkdir(mode=0o700)
        assert open_search(catalogue, folder).search("bucket key policy").hits
        return

    # The tests may run as root, for whom no door is closed.
    for name in ("is_dir", "exists", "read_bytes", "mkdir", "iterdir", "lstat"):
        monkeypatch.setattr(Path, name, _closed_below(folder, getattr(Path, name)))
    assert open_search(catalogue, folder).search("bucket key policy").hits


def _closed_below(folder: Path, method: Callable[..., object]) -> Callable[..., object]:
    def called(path: Path, *arguments: object, **named: object) -> object:
        if folder in path.parents:
            raise PermissionError(13, "Permission denied")
        return method(path, *arguments, **named)

    return called
