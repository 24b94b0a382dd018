"""Mutate code and see whether the tests notice: `python scripts/mutate.py FOLDER... --tests TEST... [--count N]`

Takes files of the folders (or files) named, makes one small change at a time at places drawn by chance (a comparison, a
boolean, a number, `and`, `not`, a returned value, a dropped statement), runs pytest on the tests named, and prints
every change that no test noticed and, last, the share that was noticed. The change is undone before the next one, and
when the run is interrupted. It runs in a copy of the repository, so that nothing here ever holds a mutant."""

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("engine", "kb", "server", "checks", "tests", "content", "pyproject.toml")

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.AST, ast.AST]]:
    """Every single change: the line, what it does, the node, and what takes its place."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _OPPOSITE:
            other = copy.deepcopy(node)
            other.ops[0] = _OPPOSITE[type(node.ops[0])]()
            yield line, "comparison", node, other
        elif isinstance(node, ast.BoolOp):
            joined = copy.deepcopy(node)
            joined.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield line, "and/or", node, joined
            yield line, "first operand only", node, copy.deepcopy(node.values[0])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield line, "not dropped", node, copy.deepcopy(node.operand)
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield line, "boolean", node, ast.Constant(not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            yield line, "number", node, ast.Constant(node.value + 1)
        elif isinstance(node, ast.If):
            yield line, "if always", node.test, ast.Constant(True)
            yield line, "if never", node.test, ast.Constant(False)
        elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            yield line, "returns None", node.value, ast.Constant(None)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Put the new node where the old one stands."""
        return ast.copy_location(self.new, node) if node is self.old else super().generic_visit(node)


def changed(path: Path, number: int) -> tuple[int, str, str]:
    """Return the line, the kind and the text of a file's mutant."""
    tree = ast.parse(path.read_text("utf-8"))
    line, kind, old, new = list(mutants(tree))[number]
    return line, kind, ast.unparse(ast.fix_missing_locations(_Swap(old, new).visit(tree)))


def noticed(copied: Path, tests: list[str]) -> bool:
    """Run the tests in the copy; tell whether one failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(command, cwd=copied, capture_output=True, timeout=300).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def main() -> None:
    """Mutate, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--tests", nargs="+", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.exists():
                (shutil.copytree if source.is_dir() else shutil.copy2)(source, copied / name)
        if noticed(copied, options.tests):
            raise SystemExit("the tests fail without any mutant")
        files = [
            path
            for one in options.folders
            for path in (sorted((copied / one).rglob("*.py")) if (copied / one).is_dir() else [copied / one])
        ]
        places = [
            (path, number) for path in files for number in range(len(list(mutants(ast.parse(path.read_text("utf-8"))))))
        ]
        chosen = random.Random(options.seed).sample(places, min(options.count, len(places)))
        survivors = 0
        for path, number in chosen:
            text = path.read_text("utf-8")
            line, kind, mutant = changed(path, number)
            path.write_text(mutant, "utf-8")
            if not noticed(copied, options.tests):
                survivors += 1
                print(
                    f"survived: {path.relative_to(copied)}:{line} {kind}: {text.splitlines()[line - 1].strip()}",
                    flush=True,
                )
            path.write_text(text, "utf-8")
        print(f"{len(chosen) - survivors} of {len(chosen)} mutants noticed (seed {options.seed})", flush=True)


if __name__ == "__main__":
    main()
