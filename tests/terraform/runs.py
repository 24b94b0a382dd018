"""Terraform in a folder, against a fake AWS."""

import os
import subprocess
from pathlib import Path

from tests.terraform.enforcing import Aws
from tests.terraform.installed import plugin_mirror

__all__ = ["PROVIDER", "terraform"]

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


def terraform(folder: Path, aws: Aws, key: str, *command: str, timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """Run `terraform COMMAND` in a folder as the caller of an access key, and return what it printed."""
    settings = folder.parent / "terraformrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugin_mirror()}"\n  }}\n}}\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    environment |= {
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "AWS_ENDPOINT_URL": aws.address,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_MAX_ATTEMPTS": "1",
    }
    return subprocess.run(
        ["terraform", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
