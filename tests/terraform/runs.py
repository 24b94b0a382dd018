"""Terraform in a folder, against a fake AWS."""

import os
import subprocess
from pathlib import Path

from tests.terraform.enforcing import Aws
from tests.terraform.installed import plugin_mirror

__all__ = ["PROVIDER", "environment", "terraform"]

PROVIDER = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
}
"""


def environment(folder: Path, address: str, key: str) -> dict[str, str]:
    """Return the environment in which Terraform in a folder finds its provider, and the server of an address."""
    settings = folder.parent / "terraformrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugin_mirror()}"\n  }}\n}}\n')
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return clean | {
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_MAX_ATTEMPTS": "1",
    }


def terraform(folder: Path, aws: Aws, key: str, *command: str, timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """Run `terraform COMMAND` in a folder as the caller of an access key, and return what it printed."""
    return subprocess.run(
        ["terraform", *command],
        cwd=folder,
        env=environment(folder, aws.address, key),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
