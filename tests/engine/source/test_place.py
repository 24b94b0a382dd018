"""A statement goes where it belongs: right file, right block, nothing else touched, and `git apply` takes it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.case_files import cases_in
from whydenied.engine.source import SourceEdit, Unplaced, Wanted, changed, place, read_tree, unified

_CASES = Path(__file__).parent / "cases"
_STATEMENT = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::reports/q1.csv"}


def _cases() -> list[Any]:
    found = [(file.stem, one) for file in sorted(_CASES.glob("*.yaml")) for one in cases_in(file)]
    return [pytest.param(one, id=f"{stem}: {one['says']}") for stem, one in found]


@pytest.mark.parametrize("case", _cases())
def test_a_statement_goes_where_it_belongs(case: dict[str, Any], tmp_path: Path) -> None:
    """Each tree, its one right place, or the reason why there is none."""
    for path, content in case["files"].items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    wanted = Wanted(
        case.get("gate", "identity"),
        case.get("principal", ""),
        case.get("resource", ""),
        case.get("statement", _STATEMENT),
    )
    tree = read_tree(tmp_path)
    found = place(tree, wanted)
    if "unplaced" in case:
        assert isinstance(found, Unplaced), found
        assert case["unplaced"] in found.why
        assert list(found.places) == case.get("places", [])
        return
    assert isinstance(found, SourceEdit), found
    assert (found.path, found.what) == (case["path"], case["what"])
    before = tree.files[found.path].data
    after = changed(before, found.splices)
    assert case["holds"] in after.decode()
    _applies(tmp_path, unified(found.path, before, after), found.path, after)


def _applies(folder: Path, diff: str, path: str, after: bytes) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    subprocess.run(["git", "apply", "-"], cwd=folder, input=diff.encode(), check=True)
    assert (folder / path).read_bytes() == after
