"""`terraform apply` under `whydenied run --source`: refused, with the difference under it that makes it green."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terraform.enforcing import ADMIN, Aws, fake_aws
from tests.terraform.installed import missing
from tests.terraform.runs import PROVIDER, terraform

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

_CALLER = """
resource "aws_iam_role" "deployer" {
  name               = "deployer"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:Get*", "sqs:List*", "sqs:Tag*"], Resource = "*" }]
  })
}
"""
_QUEUE = 'resource "aws_sqs_queue" "mail" {\n  name = "mail-out"\n}\n'
_APPLY = ("apply", "-auto-approve", "-input=false")
_RUN = "from whydenied.__main__ import main; main()"


def test_the_difference_under_a_refused_apply_makes_the_next_one_green(tmp_path: Path) -> None:
    """The caller is defined in `iam/`, what it makes in `app/`."""
    iam, app = tmp_path / "iam", tmp_path / "app"
    for folder, text in ((iam, _CALLER), (app, _QUEUE)):
        folder.mkdir()
        (folder / "main.tf").write_text(f"{PROVIDER}\n{text}")
    with fake_aws() as aws:
        for folder in (iam, app):
            assert terraform(folder, aws, ADMIN, "init", "-no-color").returncode == 0
        assert terraform(iam, aws, ADMIN, *_APPLY).returncode == 0
        key = aws.key_of("deployer")
        printed = _refused(app, iam, aws, key)
        difference = printed[printed.index("--- a/") :]
        subprocess.run(["git", "apply", "-"], cwd=iam, input=difference.encode(), check=True)
        assert terraform(iam, aws, ADMIN, *_APPLY).returncode == 0
        second = terraform(app, aws, key, *_APPLY)
    assert second.returncode == 0, second.stderr


def _refused(app: Path, iam: Path, aws: Aws, key: str) -> str:
    """Return what stands on standard error after the run that is refused."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    environment |= {"AWS_ENDPOINT_URL": aws.address, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "x"}
    environment |= {"TF_CLI_CONFIG_FILE": str(app.parent / "terraformrc"), "AWS_MAX_ATTEMPTS": "1"}
    command = [sys.executable, "-c", _RUN, "run", "--source", str(iam), "--", "terraform", *_APPLY]
    done = subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "why this was denied" in done.stderr
    return done.stderr
