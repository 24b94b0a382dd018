"""What `terraform` itself says of the trees after their edits: laid out as it wants, and valid for the AWS provider."""

import os
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest

from tests.engine.source.test_trees import trees, wanted, write
from tests.terraform.installed import missing, plugin_mirror
from whydenied.engine.source import SourceEdit, changed, place, read_tree

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

# Provider blocks are not allowed in what is called with for_each, and modules of the registry cannot be fetched here.
_PROVIDERS = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
"""


def _edited() -> list[dict[str, Any]]:
    found = [one for one in trees() if one["from"].startswith("terraform") and "unplaced" not in one]
    return [one for one in found if "random_" not in str(one["files"])]


def test_terraform_accepts_every_edited_tree(tmp_path: Path) -> None:
    """All trees as modules of one configuration: `fmt -check` and `validate` find nothing."""
    root = [_PROVIDERS]
    unformatted = []
    for number, tree in enumerate(_edited()):
        folder = tmp_path / f"t{number}"
        folder.mkdir()
        write(tree, folder)
        source = read_tree(folder)
        edit = place(source, wanted(tree))
        assert isinstance(edit, SourceEdit), tree["says"]
        (folder / edit.path).write_bytes(changed(source.files[edit.path].data, edit.splices))
        root.append(_call(tmp_path, folder, number))
        if not tree.get("unformatted") and "half-written" not in tree["says"]:
            unformatted.append(folder)
    checks = [_terraform(tmp_path, "fmt", "-check", "-diff", "-recursive", str(one)) for one in unformatted]
    assert [one.stdout for one in checks if one.returncode] == []
    for broken in tmp_path.rglob("broken.tf"):
        broken.unlink()
    (tmp_path / "main.tf").write_text("\n".join(root))
    (tmp_path / "terraformrc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugin_mirror()}"\n  }}\n}}\n'
    )
    made = _terraform(tmp_path, "init", "-backend=false", "-no-color")
    assert made.returncode == 0, made.stderr
    found = _terraform(tmp_path, "validate", "-no-color")
    assert found.returncode == 0, found.stdout + found.stderr


def _call(top: Path, folder: Path, number: int) -> str:
    """Return the call of a tree's upmost folder, its variables left open."""
    inside = min((one.parent for one in folder.rglob("*.tf")), key=lambda one: (len(one.parts), str(one)))
    names = [name for file in inside.glob("*.tf") if file.name != "broken.tf" for name in _required(file)]
    lines = [f'variable "t{number}_{name}" {{}}\n' for name in names]
    given = "".join(f"  {name} = var.t{number}_{name}\n" for name in names)
    return "".join([*lines, f'module "t{number}" {{\n  source = "./{inside.relative_to(top)}"\n{given}}}\n'])


def _required(file: Path) -> list[str]:
    variables = hcl2.loads(file.read_text().rstrip("\n") + "\n").get("variable", [])
    return [name.strip('"') for one in variables for name, body in one.items() if "default" not in body]


def _terraform(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(folder / "terraformrc"), "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
