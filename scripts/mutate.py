"""Mutate code and see whether the tests notice: `python scripts/mutate.py FOLDER... [--count N] [--results FILE]`

Takes files of the folders (or files) named and makes one small change at a time at places drawn by chance (a
comparison, a boolean, a number, `and`, `not`, a returned value). On each it runs the quick tests that mirror the file,
its own first, or those of `--tests`, and prints a line: whether one noticed, and the share so far. With `--results`
each answer is kept in a file of JSON lines, and a run that is begun again goes on where it stopped, as long as the
mutated file is the same. It runs in a copy of the repository, so that nothing here ever holds a mutant."""

import argparse
import ast
import copy
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What no test reads.
LEFT = (".git", ".venv", "__pycache__", ".*_cache")

# Tests of what is built on a package; the second opinions know the evaluator best.
_SECOND = ("tests/engine/evaluation/test_cases.py", "tests/test_evaluators_agree.py")
_BESIDE = {"engine/policy": (*_SECOND, "tests/engine/evaluation"), "engine/evaluation": _SECOND}

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


def related(file: Path) -> list[str]:
    """Return the tests that mirror a file (relative to the root), nearest first, and those of what is built on it."""
    folders = [Path("tests", *file.parts[:depth]) for depth in range(len(file.parts) - 1, 1, -1)]
    own = [str(path) for path in sorted((ROOT / folders[0]).glob(f"test_{file.stem}*.py"))]
    near = [str(folder) for folder in folders if (ROOT / folder).is_dir()]
    beside = [one for prefix, tests in _BESIDE.items() if file.as_posix().startswith(prefix) for one in tests]
    return list(dict.fromkeys((*(str(Path(path).relative_to(ROOT)) for path in own), *beside, *near)))


def failure(copied: Path, tests: list[str], seconds: int) -> str:
    """Run the quick ones of the tests in the copy; return how one failed, "" where all passed in time."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", *tests]
    clean = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # a mutant is as old as the last one, to the second
    try:
        ended = subprocess.run(command, cwd=copied, env=clean, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"the tests did not end in {seconds} seconds"
    return f"{ended.stdout[-2_000:]}{ended.stderr[-500:]}" or "no output" if ended.returncode else ""


def copy_to(copied: Path) -> None:
    """Copy what the tests need: tests of the site read its documentation as well."""
    shutil.copytree(ROOT, copied, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*LEFT))


def places(names: list[str]) -> list[tuple[Path, int]]:
    """List every mutant of the folders or files named: the file, relative to the root, and its number."""
    files = [
        path.relative_to(ROOT)
        for one in names
        for path in (sorted((ROOT / one).rglob("*.py")) if (ROOT / one).is_dir() else [ROOT / one])
    ]
    return [
        (file, number)
        for file in files
        for number, _ in enumerate(mutants(ast.parse((ROOT / file).read_text("utf-8"))))
    ]


class Results:
    """What was found out about each mutant, kept in a file where one is given."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        lines = file.read_text("utf-8").splitlines() if file and file.exists() else []
        self._known = {(row["file"], row["number"], row["digest"]): row["noticed"] for row in map(json.loads, lines)}

    def get(self, file: Path, number: int) -> bool | None:
        """Return what is known of a mutant of the file as it is now."""
        return self._known.get((str(file), number, _digest(file)))

    def keep(self, file: Path, number: int, answer: bool) -> None:
        """Keep an answer."""
        row = {"file": str(file), "number": number, "digest": _digest(file), "noticed": answer}
        if self._file:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(f"{json.dumps(row)}\n")


def _digest(file: Path) -> str:
    return hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:16]


def try_one(copied: Path, file: Path, number: int, tests: list[str], seconds: int) -> bool:
    """Put a mutant in the copy, run the tests, take it out again, and tell whether one failed."""
    target = copied / file
    text = target.read_text("utf-8")
    target.write_text(changed(target, number)[2], "utf-8")
    try:
        return bool(failure(copied, tests, seconds))
    finally:
        target.write_text(text, "utf-8")


def main() -> None:
    """Mutate, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=120, help="how long the tests of one mutant may take")
    parser.add_argument("--results", type=Path, help="keep the answers in this file, and go on from what it holds")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--tests", nargs="+", help="instead of the tests that mirror each file")
    options = parser.parse_args()
    found = places(options.folders)
    chosen = random.Random(options.seed).sample(found, min(options.count, len(found)))
    results, done, killed = Results(options.results), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder)
        copy_to(copied)
        needed = sorted({one for file, _ in chosen for one in options.tests or related(file)})
        if why := failure(copied, needed, len(needed) * options.seconds):
            raise SystemExit(f"the tests fail without any mutant:\n{why}")
        for file, number in chosen:
            line, kind, _ = changed(ROOT / file, number)
            answer = results.get(file, number)
            if answer is None:
                answer = try_one(copied, file, number, options.tests or related(file), options.seconds)
                results.keep(file, number, answer)
            done, killed = done + 1, killed + answer
            source = (ROOT / file).read_text("utf-8").splitlines()[line - 1].strip()
            word = "noticed" if answer else "SURVIVED"
            print(f"{killed}/{done} {word} {file}:{line} {kind} (number {number}): {source}", flush=True)
    print(f"{killed} of {done} mutants noticed, {100 * killed / max(1, done):.0f} % (seed {options.seed})", flush=True)


if __name__ == "__main__":
    main()
