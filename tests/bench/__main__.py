"""Run the measurements and print them: `python -m tests.bench [NAME…]`."""

import sys
from importlib import import_module

NAMES = (
    "messages",
    "corpus",
    "command_line",
    "running",
    "release",
    "rules",
    "search",
    "queries",
    "evaluation",
    "wizard",
    "plan_size",
    "triage",
    "named",
    "live",
    "serving",
)


def main(names: list[str]) -> None:
    """Run each named measurement (all of them by default) and print a line a figure."""
    for name in names or NAMES:
        figures = import_module(f"tests.bench.{name}").run()
        lines = [f"{key}: {value}" for key, value in figures.items()] if isinstance(figures, dict) else list(figures)
        print(f"\n## {name}\n")
        print(*lines, sep="\n", flush=True)


main(sys.argv[1:])
