"""Cases as data: the files beside the tests."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from whydenied.kb.frontmatter import SAFE_LOADER

__all__ = ["cases_in"]


@cache
def cases_in(path: Path) -> Any:
    """Return what a YAML file holds, which nobody changes. Read once, by the quicker loader."""
    return yaml.load(path.read_text(encoding="utf-8"), SAFE_LOADER)
