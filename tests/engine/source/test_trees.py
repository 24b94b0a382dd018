"""Source trees as people keep them: the right block, nothing else, and what another reader makes of the new text."""

import difflib
import fnmatch
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.case_files import cases_in
from tests.engine.source.reading import plain_statement, statements_in
from tests.reference_evaluator import decide
from whydenied.engine.source import SourceEdit, Unplaced, Wanted, changed, place, read_tree, unified

_TREES = Path(__file__).parent / "trees"
DEFAULTS: dict[str, Any] = {
    "gate": "identity",
    "principal": "",
    "resource": "",
    "statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::reports/q1.csv"},
}


def trees() -> list[dict[str, Any]]:
    """Return all trees, each with the name of its file."""
    return [{**DEFAULTS, "from": file.stem, **one} for file in sorted(_TREES.glob("*.yaml")) for one in cases_in(file)]


def write(tree: dict[str, Any], folder: Path) -> None:
    """Write a tree's files."""
    for path, content in tree["files"].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        data = content.replace("\n", "\r\n") if tree.get("line_ends") == "crlf" else content
        (folder / path).write_bytes(data.encode())


def wanted(tree: dict[str, Any]) -> Wanted:
    """Return what is asked for in a tree."""
    return Wanted(tree["gate"], tree["principal"], tree["resource"], tree["statement"])


_ALL = [pytest.param(one, id=f"{one['from']}: {one['says']}") for one in trees()]


@pytest.mark.parametrize("tree", _ALL)
def test_a_tree_takes_the_statement_in_its_one_place(tree: dict[str, Any], tmp_path: Path) -> None:
    """The block is the one that was written down before; where there is none, nothing is edited and it is said why."""
    write(tree, tmp_path)
    source = read_tree(tmp_path)
    found = place(source, wanted(tree))
    if "unplaced" in tree:
        assert isinstance(found, Unplaced), found
        assert tree["unplaced"] in " ".join((found.why, *found.places))
        assert list(found.places) == tree.get("places", list(found.places))
        return
    assert isinstance(found, SourceEdit), found
    assert found.path == tree["path"]
    assert list(found.notes) == tree.get("notes", list(found.notes))
    before = source.files[found.path].data
    after = changed(before, found.splices)
    block = _check_statements(tree, before.decode(), after.decode())
    assert fnmatch.fnmatch(block, tree["block"]), block
    assert tree.get("holds", "") in after.decode().replace("\r\n", "\n")
    _check_outside(before.decode(), after.decode())
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    diff = unified(found.path, before, after)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert (tmp_path / found.path).read_bytes() == after


def _check_statements(tree: dict[str, Any], before: str, after: str) -> str:
    """Another reader finds the statements that were there, and one more, which lets the request pass."""
    old, new = statements_in(tree["path"], before), statements_in(tree["path"], after)
    more = list(new)
    for one in old:
        assert one in more, f"gone: {one}"
        more.remove(one)
    ((block, added),) = more
    assert json.loads(added) == json.loads(json.dumps(plain_statement(tree["statement"])))
    document = [json.loads(statement) for where, statement in new if where == block]
    assert decide(_case(tree, document))[0] == "Allowed"
    assert decide(_case(tree, [one for one in document if one != json.loads(added)]))[0] != "Allowed"
    return block


def _case(tree: dict[str, Any], statements: list[dict[str, Any]]) -> dict[str, Any]:
    everything = _document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
    gate = "identity" if tree["gate"] == "permission-set" else tree["gate"]
    own = {"identity": everything, "boundary": everything, gate: _document(statements)}
    statement = tree["statement"]
    of_resource = tree["gate"] in ("resource", "trust")
    role = tree["resource"] if tree["gate"] == "trust" else statement.get("Resource", "")
    resource = role if str(role).startswith("arn:") else tree["resource"]
    principal = statement.get("Principal", {})
    federated = principal.get("Federated") if isinstance(principal, dict) else None
    conditions = statement.get("Condition", {})
    keys = conditions.get("StringEquals", {}) | conditions.get("ArnEquals", {})
    return {
        "request": {
            "principal": {"federated": federated} if federated else tree["principal"],
            "action": statement["Action"],
            "resource": resource,
            "resource_account": "111122223333",
            "context": {"aws:SecureTransport": "true", **keys},
        },
        "settings": {"vpc_endpoint_kind": "interface"},
        "identity_policies": [{"name": "own", "document": own["identity"]}],
        "permissions_boundaries": [own["boundary"]],
        **({"resource_policy": _document(statements)} if of_resource else {}),
        **({"vpc_endpoint_policies": [own["endpoint"]]} if "endpoint" in own else {}),
    }


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _check_outside(before: str, after: str) -> None:
    """No line is lost: what is replaced comes back with brackets, commas, a dash or an indent more."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal" and a != b:
            assert kind == "replace"
            rest = "".join(new[c:d])
            for line in old[a:b]:
                for word in line.split():
                    assert word.strip("{}[],") in rest, line
    if "\r\n" in before:
        assert "\n" not in after.replace("\r\n", "")
