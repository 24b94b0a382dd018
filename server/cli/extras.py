"""What a command needs beyond the core, and how it is had: one extra of the package for each thing to do."""

from typing import NoReturn

import click

__all__ = ["EXTRAS", "MissingExtra", "say_missing"]

# By the module that is not there: the smallest extra that brings it. tests/server/cli/test_extras.py holds this to
# pyproject.toml.
EXTRAS = {
    "boto3": "live",
    "botocore": "live",
    "docutils": "sphinx",
    "flask": "server",
    "gunicorn": "server",
    "isal": "triage",
    "linkify_it": "search",
    "markdown_it": "search",
    "markupsafe": "server",
    "mcp": "mcp",
    "mdit_py_plugins": "search",
    "mkdocs": "mkdocs",
    "nh3": "search",
    "parliament": "authoring",
    "prometheus_client": "server",
    "pyarrow": "parquet",
    "pydantic": "authoring",
    "pydantic_core": "authoring",
    "pygments": "search",
    "pyspark": "spark",
    "sphinx": "sphinx",
    "tree_sitter": "source",
    "tree_sitter_hcl": "source",
    "werkzeug": "server",
    "whoosh": "search",
    "yaml": "authoring",
}


class MissingExtra(click.ClickException):
    """A part of the package that is not installed; exit code 3."""

    exit_code = 3


def say_missing(error: ModuleNotFoundError) -> NoReturn:
    """Raise MissingExtra with the command that installs what is missing; what is not ours to name is raised again."""
    module = (error.name or "").partition(".")[0]
    extra = EXTRAS.get(module)
    if extra is None:
        raise error
    raise MissingExtra(f"this needs `{module}`, which is not installed: pip install 'whydenied[{extra}]'") from None
