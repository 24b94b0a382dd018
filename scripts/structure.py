"""Print what the structure of the code comes to: units and the arrows between them, lengths, docstrings, `Any`.

`python scripts/structure.py` prints it; tests/test_structure.py holds it. A unit is a module or package directly inside
server/ or engine/, an arrow an import between two units, a circle a set of units that need each other; an arrow back up
leads from a unit to one that stands on a higher floor: to one that needs it, over whatever way.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["PARTS", "Function", "Graph", "any_count", "functions", "graph", "imports", "parsed", "percentile"]

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("engine", "kb", "checks", "server")


class Graph(NamedTuple):
    """The units of a package, what each imports of the others, and the circles among them (each sorted)."""

    units: list[str]
    arrows: list[tuple[str, str]]
    circles: list[list[str]]

    @property
    def back(self) -> list[tuple[str, str]]:
        """The arrows that lead back up: those inside a circle."""
        return [(one, other) for one, other in self.arrows if any(one in c and other in c for c in self.circles)]


class Function(NamedTuple):
    """A function: where it is, how long it is in lines, and what matters of its docstring."""

    place: str
    lines: int
    is_public: bool
    documented: bool
    raises: bool
    says_raises: bool


def graph(package: str) -> Graph:
    """Return the units of a package, late imports counted like any other."""
    units = sorted(
        path.stem
        for path in (ROOT / package).iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    )
    arrows = set()
    for path in _files(package):
        unit = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        for module in imports(path):
            parts = module.split(".")
            if parts[0] == package and len(parts) > 1 and parts[1] in units and unit not in (parts[1], "__init__"):
                arrows.add((unit, parts[1]))
    return Graph(units, sorted(arrows), _circles(units, arrows))


@cache
def functions(part: str) -> list[Function]:
    """Return the functions of a part of the tree. Public are those in public classes or modules, without underscore."""
    found: list[Function] = []
    for path in _files(part):
        found += _functions(parsed(path), path.relative_to(ROOT).as_posix(), True)
    return found


def any_count(part: str) -> int:
    """Return how often `Any` is written in the annotations of a part."""
    return sum(len(re.findall(r"\bAny\b(?!`)", _without_imports(path))) for path in _files(part))


def percentile(numbers: list[int], share: float) -> int:
    """Return the number that this share of the numbers does not exceed."""
    ordered = sorted(numbers)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _files(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """Return a file of code as its syntax tree, parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the full name of everything that a file imports, and of what it is from; ours without `whydenied.`."""
    return frozenset(name.removeprefix("whydenied.") for name in _imports(parsed(path)))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _circles(units: list[str], arrows: set[tuple[str, str]]) -> list[list[str]]:
    """Return the sets of units that reach each other."""
    reach = {unit: {other for one, other in arrows if one == unit} for unit in units}
    for middle in units:
        for unit in units:
            if middle in reach[unit]:
                reach[unit] |= reach[middle]
    circles = {tuple(sorted(o for o in reach[u] if u in reach[o])) for u in units if u in reach[u]}
    return [list(circle) for circle in sorted(circles)]


def _functions(tree: ast.AST, place: str, is_public: bool) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{place}:{node.name}", is_public and not node.name.startswith("_"))
        elif isinstance(node, ast.FunctionDef):
            said = ast.get_docstring(node) or ""
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(
                f"{place}:{node.name}",
                lines,
                is_public and not node.name.startswith("_") and not _is_stub(node),
                bool(said),
                not _is_command(node) and any(isinstance(inner, ast.Raise) for inner in _own(node)),
                bool(re.search(r"\b[Rr]aise[sd]?\b", said)),
            )
            yield from _functions(node, f"{place}:{node.name}", False)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is in a function but not in one inside it."""
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield inner
            yield from _own(inner)


def _is_command(node: ast.FunctionDef) -> bool:
    """Tell whether a function is a command of the command line: its docstring is the help that people read."""
    return any(ast.unparse(decorator).startswith("click.command") for decorator in node.decorator_list)


def _is_stub(node: ast.FunctionDef) -> bool:
    """Tell whether a function is a line of a protocol."""
    last = node.body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...


def _without_imports(path: Path) -> str:
    return "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("from ", "import "))
    )


def main() -> None:
    """Print the figures of every part."""
    for package in ("server", "engine"):
        found = graph(package)
        counts = f"{len(found.units)} units, {len(found.arrows)} arrows, {len(found.circles)} circles"
        print(f"{package}: {counts}, {len(found.back)} arrows back up")
        for circle in found.circles:
            print(f"  circle: {', '.join(circle)}")
    for part in PARTS:
        every = functions(part)
        lengths = [one.lines for one in every]
        public = [one for one in every if one.is_public]
        documented = sum(one.documented for one in public)
        raising = [one for one in public if one.raises]
        print(
            f"{part}: {len(every)} functions, {percentile(lengths, 0.5)} lines in the middle, "
            f"{percentile(lengths, 0.9)} at 90 %, {max(lengths)} at most; {documented} of {len(public)} public ones "
            f"documented ({100 * documented / len(public):.1f} %); {sum(one.says_raises for one in raising)} of "
            f"{len(raising)} that raise say so; {any_count(part)} times `Any`"
        )


if __name__ == "__main__":
    main()
