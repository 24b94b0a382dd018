"""The architecture's import rules hold: one way, and each heavy library in its one place."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.structure import imports, parsed

ROOT = Path(__file__).parents[1]

# (what, the only places that may import it)
ONLY_IN = [
    ("boto3", ["engine/collectors/"]),
    ("botocore", ["engine/collectors/", "checks/questions.py"]),
    ("durable", ["engine/rules/durable_network.py"]),
    ("clips", ["engine/rules/clips_network.py"]),
    ("whoosh", ["kb/index.py", "kb/search.py"]),
    ("flask", ["server/"]),
    ("isal", ["engine/triage/files.py"]),
    ("pyspark", ["engine/triage/spark.py"]),
    ("pyarrow", ["engine/triage/parquet.py"]),
]
PURE = ("engine/policy/", "engine/evaluation/", "engine/inquiry/", "engine/cloudtrail/", "engine/forms/")
OURS = ("engine", "kb", "checks", "server")


def sources(prefix: str = "") -> Iterator[tuple[str, Path]]:
    """Yield every source file under a folder by its path in the repository."""
    for folder in OURS:
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


def allowed() -> dict[str, set[str]]:
    """Read the table of docs/architecture.md: what each part may import of ours. A part is `kb` or `server.http`."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## The folders")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|.*\|([^|]*)\|$", table, re.M)
    may = {part: set(packages(cell)) for places, cell in rows for part in expanded(places.replace("/", ".").strip("."))}
    return {part: within for part, within in may.items() if part.partition(".")[0] in OURS}


def packages(cell: str) -> Iterator[str]:
    """Yield the packages that a cell names: `kb`, `engine.{arn,facts}`."""
    for name in re.findall(r"`([^`]+)`", cell):
        yield from expanded(name)


def expanded(name: str) -> list[str]:
    """Spell out `engine.{arn,facts}`."""
    found = re.fullmatch(r"(.+)\.\{(.+)\}", name)
    return [f"{found[1]}.{one}" for one in found[2].split(",")] if found else [name]


def part_of(name: str) -> str:
    """Return the part of the table that a file belongs to."""
    top, *rest = name.removesuffix(".py").split("/")
    return f"{top}.{rest[0]}" if top in ("engine", "server") and rest != ["__init__"] else top


def test_each_part_imports_what_the_table_allows() -> None:
    """The table in docs/architecture.md is the rule: no part imports what is not in its row."""
    may = allowed()
    strays = []
    for name, path in sources():
        part = part_of(name)
        for module in imports(path):
            ours = module.partition(".")[0] in OURS
            if ours and not any(is_within(module, package) for package in (part, *may.get(part, set()))):
                strays.append((name, module))
    assert strays == []


def test_the_table_names_every_part_and_allows_nothing_that_is_not_used() -> None:
    """A part without a row could import nothing, and a row must not allow more than the code needs."""
    used: dict[str, set[str]] = {}
    for name, path in sources():
        used.setdefault(part_of(name), set()).update(imports(path))
    rows = allowed()
    assert set(used) - {"engine", "server"} == set(rows) - {"engine", "server"}
    named = [(part, package) for part, within in rows.items() for package in within if "." in package]
    shared = {f"engine.{one}" for one in ("arn", "facts", "findings", "errors")}
    unused = [
        (part, package)
        for part, package in named
        if part not in shared and not any(is_within(module, package) for module in used[part])
    ]
    assert unused == []


@pytest.mark.parametrize("prefix", PURE)
def test_what_is_pure_reads_nothing(prefix: str) -> None:
    """No file, no network, no environment."""
    strays = [
        (name, module)
        for name, path in sources(prefix)
        for module in imports(path)
        if module in ("os", "socket") or module.startswith("os.")
    ]
    assert strays == []


def test_blueprints_stand_in_the_doors() -> None:
    """Routes are in pages, api and embeds, and nowhere else."""
    doors = ("server/pages/", "server/api/", "server/embeds/")
    strays = [name for name, path in sources("server/") if "flask.Blueprint" in imports(path)]
    assert [name for name in strays if not name.startswith(doors)] == []


def test_flask_is_not_on_the_command_lines_path() -> None:
    """The command line answers without it."""
    assert [name for name, path in sources("server/cli/") if any(is_within(m, "flask") for m in imports(path))] == []


def test_the_second_evaluators_know_nothing_of_the_first() -> None:
    """An oracle that imports what it is to judge would only repeat its mistakes."""
    for path in (ROOT / "tests").glob("reference_*.py"):
        assert [module for module in imports(path) if module.partition(".")[0] in OURS] == [], path.name


def test_every_source_file_says_what_it_is() -> None:
    """Each module opens with a docstring."""
    silent = [name for name, path in sources() if not ast.get_docstring(parsed(path))]
    assert silent == []


@pytest.fixture(scope="module")
def warm(shared_cache: Path) -> dict[str, str]:
    """An environment whose cache holds the content compiled, which takes pydantic and yaml."""
    environment = {"WHYDENIED_CACHE": str(shared_cache)}
    for command in (["diagnose", "x"], ["triage", "/dev/null"]):
        program = f"from whydenied.server.cli import main; main({command!r})"
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, env=environment)
    return environment


@pytest.mark.slow
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
def test_a_command_loads_only_what_it_needs(command: list[str], absent: list[str], warm: dict[str, str]) -> None:
    """A cold start does not pay for another command's libraries."""
    program = (
        "import sys\nfrom whydenied.server.cli import main\n"
        f"try: main({command!r})\nexcept SystemExit: pass\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, env=warm)
    loaded = run.stderr.split()
    assert "click" in loaded
    assert [name for name in absent if name in loaded] == []


PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_the_documentation_names_is_there(page: Path) -> None:
    """A path into the tree leads somewhere; `<gate>` and `…` stand for a name."""
    named = re.findall(r"`((?:engine|kb|checks|server|tests|scripts|deploy|docs)/[\w./-]+)`", page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()] == []
