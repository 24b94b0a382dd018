"""The `terraform` binary and the AWS provider's plugin, where this machine has them; the tests skip where not."""

import shutil
from pathlib import Path

__all__ = ["missing", "plugin_mirror"]

_PLUGIN = "registry.terraform.io/hashicorp/aws"
# Where Terraform itself looks (its documentation, "Implied local mirror directories"), and where images put mirrors.
_FOLDERS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)


def plugin_mirror() -> Path | None:
    """Return the folder of plugins that holds the AWS provider."""
    usual = [Path(folder).expanduser() for folder in _FOLDERS]
    images = [found.parents[2] for found in Path("/opt").glob(f"*/{_PLUGIN}")]
    return next((folder for folder in (*usual, *images) if (folder / _PLUGIN).is_dir()), None)


def missing() -> str:
    """Return why real runs are not possible here, "" where they are."""
    if shutil.which("terraform") is None:
        return "needs `terraform` on the PATH"
    return "" if plugin_mirror() else "needs the AWS provider's plugin in one of Terraform's plugin folders"
