"""The command line's reference and man pages are what the commands say of themselves."""

from pathlib import Path

import pytest

from scripts.write_cli_docs import reference, write_pages

ROOT = Path(__file__).parents[3]


def test_the_reference_is_fresh() -> None:
    """`python scripts/write_cli_docs.py` after a change of a command."""
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == reference()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # click_man's own
def test_the_man_pages_are_fresh(tmp_path: Path) -> None:
    """One for each command."""
    write_pages(tmp_path)
    made = {page.name: page.read_text("utf-8") for page in tmp_path.iterdir()}
    assert {page.name: page.read_text("utf-8") for page in (ROOT / "man").glob("*.1")} == made
