"""The architecture's import rules hold: one way, and each heavy library in its one place."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# (what, the only places that may import it)
ONLY_IN = [
    ("boto3", ["engine/collectors/"]),
    ("botocore", ["engine/collectors/"]),
    ("durable", ["engine/rules/durable_network.py"]),
    ("clips", ["engine/rules/clips_network.py"]),
    ("whoosh", ["kb/index.py", "kb/search.py"]),
    ("flask", ["server/"]),
    ("isal", ["engine/triage/files.py"]),
    ("pyspark", ["engine/triage/spark.py"]),
]
# (files, what they may never import)
NEVER = [
    ("engine/", ["kb", "server", "flask", "click"]),
    ("kb/", ["engine", "server", "flask", "click"]),
    ("engine/policy/", ["engine.evaluation", "engine.remedies", "engine.rules", "engine.messages", "socket", "os"]),
    ("engine/evaluation/", ["engine.remedies", "engine.rules", "engine.messages", "socket", "os"]),
    ("engine/messages/", ["engine.rules", "engine.policy", "engine.evaluation", "engine.diagnosis"]),
    ("engine/inquiry/", ["engine.messages", "engine.diagnosis", "engine.remedies", "socket", "os"]),
    ("engine/cloudtrail/", ["engine.rules", "engine.policy", "engine.evaluation", "engine.diagnosis", "socket", "os"]),
    ("engine/collectors/", ["engine.rules", "engine.diagnosis", "engine.remedies"]),
    ("engine/rules/", ["engine.messages", "engine.policy", "engine.evaluation", "engine.diagnosis"]),
    ("server/cli/", ["flask"]),
]


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources(prefix: str = "") -> Iterator[tuple[str, Path]]:
    """Yield every source file under a folder by its path in the repository."""
    for folder in ("engine", "kb", "server"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(prefix):
                yield name, path


def is_within(module: str, package: str) -> bool:
    """Tell whether a module is a package or lies in it."""
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize(("library", "places"), ONLY_IN)
def test_a_library_is_imported_in_its_one_place(library: str, places: list[str]) -> None:
    """A library that is slow, dangerous or replaceable stands behind one module of ours."""
    strays = [
        name
        for name, path in sources()
        if any(is_within(module, library) for module in imports(path)) and not name.startswith(tuple(places))
    ]
    assert strays == []


@pytest.mark.parametrize(("prefix", "forbidden"), NEVER)
def test_imports_go_one_way(prefix: str, forbidden: list[str]) -> None:
    """No part imports what is built on it."""
    strays = [
        (name, module)
        for name, path in sources(prefix)
        for module in imports(path)
        if any(is_within(module, package) for package in forbidden)
    ]
    assert strays == []


def test_every_source_file_says_what_it_is() -> None:
    """Each module opens with a docstring."""
    silent = [name for name, path in sources() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


@pytest.mark.parametrize(
    ("command", "absent"),
    [
        (["diagnose", "nothing to see"], ["boto3", "botocore", "flask", "whoosh", "markdown_it", "pydantic", "yaml"]),
        (["triage", "/dev/null"], ["boto3", "botocore", "flask", "whoosh", "pyspark", "pydantic", "yaml"]),
        (
            ["diagnose", "--snapshot", "pyproject.toml", "x"],
            ["boto3", "botocore", "flask", "whoosh", "pydantic", "yaml"],
        ),
        (["evaluate", "--help"], ["boto3", "botocore", "flask", "whoosh", "parliament"]),
    ],
)
def test_a_command_loads_only_what_it_needs(command: list[str], absent: list[str], tmp_path: Path) -> None:
    """A cold start does not pay for another command's libraries."""
    program = (
        "import sys\nfrom server.cli import main\n"
        f"try: main({command!r})\nexcept SystemExit: pass\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    # Twice: the first run compiles the content, which takes pydantic and yaml.
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={"WHYDENIED_CACHE": str(tmp_path)},
        )
    loaded = run.stderr.split()
    assert "click" in loaded
    assert [name for name in absent if name in loaded] == []
