"""Every piece of Terraform on a page passes `terraform validate`, where Terraform and the AWS provider are installed.

Each piece is a module of one configuration, so that the provider is started once. What a page leaves to the reader's own
files stands in for itself: variables, the resources that it only refers to, the files of policies.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.terraform.installed import missing, plugin_mirror
from whydenied.checks.forms import pieces
from whydenied.checks.terraform import read_terraform
from whydenied.kb.catalogue import Catalogue

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]

# What the provider that is installed here (5.100) does not know yet, and its documentation does.
NEWER_THAN_THE_PROVIDER = {"invoked_via_function_url"}
_REFERENCE = re.compile(r'(?<![\w."-])((?:data\.)?aws_[a-z0-9_]+\.[a-z0-9_]+)((?:\[[^\]]*\])?(?:\.[a-z_]+)*)')
_DECLARED = re.compile(r'^(resource|data) "(\w+)" "(\w+)"', re.MULTILINE)
_LOCALS = """\
locals {
  elsewhere     = "elsewhere"
  elsewhere_arn = "arn:aws:iam::111122223333:role/elsewhere"
}
"""
_POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'

# Files that hold no policy, by the argument that takes them.
_CONTENTS = {"container_definitions": '[{"name": "web", "image": "web"}]', "saml_metadata_document": "x" * 1_000}


def standing_alone(text: str) -> str:
    """Put a text in place of what another file of the reader's declares, and declare the variables."""
    declared = {f"{'data.' if kind == 'data' else ''}{type_}.{name}" for kind, type_, name in _DECLARED.findall(text)}
    text = re.sub(r"^ *depends_on +=.*\n", "", text, flags=re.MULTILINE)
    aliases = set(re.findall(r'^ +alias += "(\w+)"', text, re.MULTILINE))
    text = re.sub(r"^ *provider += aws\.(\w+)\n", lambda one: one[0] if one[1] in aliases else "", text, flags=re.MULTILINE)
    def elsewhere(match: re.Match[str]) -> str:
        if match[1] in declared:
            return match[0]
        return "local.elsewhere_arn" if match[2].endswith("arn") else "local.elsewhere"

    text = _REFERENCE.sub(elsewhere, text)
    variables = "".join(f'variable "{name}" {{}}\n' for name in sorted(set(re.findall(r"\bvar\.(\w+)", text))))
    return f"{text}\n{variables}{_LOCALS}"


def write_modules(catalogue: Catalogue, folder: Path) -> None:
    """Write each piece as a module, with the files that it reads."""
    calls = ['terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n']
    for article in catalogue.articles.values():
        for piece in pieces(article, "hcl"):
            if re.search(r'^(?:resource|data) "(?!aws_)', piece.text, re.MULTILINE):
                continue  # another provider's, which is not installed
            name = f"{article.id}-{piece.name.replace(' ', '-')}".replace(".", "-")
            (folder / name).mkdir()
            text = standing_alone(piece.text)
            (folder / name / "main.tf").write_text(text, "utf-8")
            for argument, file in re.findall(r'(\w+) += file\("(?:\$\{path\.module\}/)?([\w.-]+)"\)', text):
                content = _CONTENTS.get(argument, _POLICY)
                for place in (folder, folder / name):  # a path without a module is Terraform's own folder
                    (place / file).write_text(content, "utf-8")
            given = "".join(f'  {one} = "x"\n' for one in sorted(set(re.findall(r"\bvar\.(\w+)", text))))
            calls.append(f'module "{name}" {{\n  source = "./{name}"\n{given}}}\n')
    (folder / "main.tf").write_text("\n".join(calls), "utf-8")


def run(folder: Path, *command: str) -> str:
    """Run Terraform with nothing but the plugins of this machine."""
    settings = folder.parent / "terraformrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugin_mirror()}"\n  }}\n}}\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    environment |= {"TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    ended = subprocess.run(
        ["terraform", *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    return ended.stdout or ended.stderr


def test_each_piece_is_valid(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    write_modules(catalogue, folder)
    assert len(list(folder.iterdir())) > 50
    assert "successfully initialized" in run(folder, "init", "-backend=false", "-no-color")
    outcome = json.loads(run(folder, "validate", "-json", "-no-color"))
    found = [
        f"{one.get('range', {}).get('filename', '')}: {one['summary']}: {one['detail']}"
        for one in outcome["diagnostics"]
        if one["severity"] == "error" and not any(name in one["detail"] for name in NEWER_THAN_THE_PROVIDER)
    ]
    assert found == []


def test_what_is_declared_elsewhere_is_a_text() -> None:
    text = standing_alone('resource "aws_x" "a" {\n  b = aws_y.c.arn\n  d = aws_x.a.id\n  e = var.f\n  depends_on = [aws_y.c]\n}\n')
    assert "b = local.elsewhere_arn\n  d = aws_x.a.id\n  e = var.f\n}" in text
    assert 'variable "f" {}' in text
    assert read_terraform(text).blocks == ["resource aws_x.a"]
