"""The command line's reference and man pages are what the commands say of themselves."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def test_the_reference_is_fresh() -> None:
    """`python scripts/write_cli_docs.py` after a change of a command."""
    # In a process of its own: click keeps a command's option --help as it was first asked for, by whichever test.
    code = "import sys; from scripts.write_cli_docs import reference; sys.stdout.buffer.write(reference().encode())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert (ROOT / "docs" / "cli.md").read_bytes() == run.stdout


def test_the_man_pages_are_fresh(tmp_path: Path) -> None:
    """One for each command."""
    code = "import sys; from pathlib import Path; from scripts.write_cli_docs import write_pages"
    subprocess.run([sys.executable, "-c", f"{code}; write_pages(Path(sys.argv[1]))", tmp_path], cwd=ROOT, check=True)
    made = {page.name: page.read_text("utf-8") for page in tmp_path.iterdir()}
    assert {page.name: page.read_text("utf-8") for page in (ROOT / "man").glob("*.1")} == made
