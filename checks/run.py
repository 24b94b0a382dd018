"""Every check of the content, run and counted: what was executed of which article, and what did not hold."""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec

from whydenied.checks.aws_cli import AwsCli, cli_is_installed
from whydenied.checks.because import unrelated_reasons
from whydenied.checks.commands import shown_commands
from whydenied.checks.decisions import decide_cause, decide_scenario
from whydenied.checks.diagrams import drawing_problems
from whydenied.checks.english import english_problems
from whydenied.checks.forms import form_problems, forms_shown, not_checked
from whydenied.checks.managed import managed_names_in, managed_problems
from whydenied.checks.messages import unkept
from whydenied.checks.policies import policy_problems, shown_policies
from whydenied.checks.printed import unproved
from whydenied.checks.questions import question_problems
from whydenied.checks.spelling import misspelt
from whydenied.checks.tools import tool_problems
from whydenied.checks.unchecked import unchecked_problems
from whydenied.checks.wizard import unreachable
from whydenied.engine.policy.names import Names
from whydenied.kb.article import FOLDERS, Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.check import check as check_content
from whydenied.kb.outline import links, tokens_of
from whydenied.kb.problems import Problem

__all__ = ["CHECKS", "Checked", "run_checks", "table"]

# What is run, in the order of the table's columns.
CHECKS = (
    "front matter",
    "english",
    "tools",
    "links",
    "messages",
    "decisions",
    "policies",
    "forms",
    "commands",
    "reads",
    "wizard",
    "drawings",
)


class Checked(msgspec.Struct):
    """What was run: how much of each check by kind and id, and every problem with the check that found it."""

    counts: dict[tuple[str, str], dict[str, int]]
    problems: list[tuple[str, Problem]]
    not_run: list[str]

    def failed(self, *, warnings: bool = False) -> list[Problem]:
        """Return the problems that count; warnings: those that only warn as well."""
        return [problem for _, problem in self.problems if warnings or problem.severity == "error"]


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Look for no garbage meanwhile: nearly all that a check makes stays to its end, and looking took a fifth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_garbage_kept()
def run_checks(
    catalogue: Catalogue, roots: Iterable[Path], diagrams: Collection[str], only: Collection[str] = ()
) -> Checked:
    """Run everything over the articles of these folders. diagrams: the names of those that can be drawn.

    only: the ids of the articles to check; all if there are none. Raises engine.errors.ContentError for broken rules.
    """
    articles = [article for article in catalogue.articles.values() if not only or article.id in only]
    outcome = Checked({(article.kind, article.id): _counts(article) for article in articles}, [], [])
    found = outcome.problems
    found += [("front matter", problem) for problem in check_content(list(roots), catalogue=catalogue, only=only)]
    if any(problem.severity == "error" for _, problem in found):
        return outcome  # what is not well formed cannot be run
    found += [("messages", problem) for problem in (*unkept(catalogue, only), *misspelt(catalogue, only))]
    found += [("wizard", problem) for problem in unreachable(catalogue, only)]
    names = Names()
    for article in articles:
        found += [("decisions", problem) for problem in _decisions(article)]
        found += [("english", problem) for problem in english_problems(article)]
        if article.kind == "cause":
            found += [("english", problem) for problem in unrelated_reasons(article, catalogue)]
        found += [("tools", problem) for problem in (*tool_problems(article), *unchecked_problems(article))]
        policies = (*policy_problems(article), *unproved(article), *managed_problems(article))
        found += [("policies", problem) for problem in policies]
        found += [("forms", problem) for problem in form_problems(article)]
        found += [("drawings", problem) for problem in drawing_problems(article, diagrams)]
        if article.kind == "question":
            found += [("reads", problem) for problem in question_problems(article, names)]
    outcome.not_run += not_checked()
    if cli_is_installed():
        found += [("commands", problem) for problem in _commands(articles)]
    else:
        outcome.not_run.append("commands: the package awscli, whose parser reads them, is not installed")
    return outcome


def table(outcome: Checked, *, every_article: bool = False) -> str:
    """Print the counts by kind (or also by article) and check, and how much of all of it holds."""
    rows = [["", "articles", *CHECKS]]
    for kind in FOLDERS:
        here = {name: counts for (one, name), counts in outcome.counts.items() if one == kind}
        if every_article:
            rows += [[name, "1", *_cells(here[name])] for name in sorted(here)]
        rows.append([f"{kind}s", str(len(here)), *_cells(_sum(here.values()))])
    total = _sum(outcome.counts.values())
    rows.append(["all", str(len(outcome.counts)), *_cells(total)])
    run = sum(count for check, count in total.items() if not any(check in text for text in outcome.not_run))
    failed = len(outcome.failed())
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    lines.append(f"{run - failed} of {run} checks hold: {100 * (run - failed) / max(run, 1):.1f} %")
    return "\n".join([*lines, *(f"not run: {text}" for text in outcome.not_run)])


def _counts(article: Article) -> dict[str, int]:
    meta = article.meta
    examples = [*meta.get("examples", []), *([meta["example"]] if "example" in meta else [])]
    near = len(meta.get("near_misses", [])) + ("near_miss" in meta)
    tokens = tokens_of(article.body)
    return {
        "front matter": 1,
        "english": 1,
        "tools": 4 if article.kind in ("cause", "scenario") else 0,
        "links": sum(1 for link in links(tokens) if "://" not in link.href) + len(meta["related"]),
        "messages": sum(1 + len(example["reads"]) for example in examples) + near,
        "decisions": (2 if meta.get("denied") else 0) + 2 * len(meta.get("trials", [])),
        "policies": sum(1 for _ in shown_policies(article)) + len(managed_names_in(article)),
        "forms": forms_shown(article),
        "commands": sum(1 for _ in shown_commands(article)),
        "reads": len(meta.get("reads", [])) + bool(meta.get("call")),
        "wizard": int(article.kind == "cause" and not meta["stand_in"]),
        "drawings": sum(1 for token in tokens if token.type == "fence" and token.info.startswith("diagram ")),
    }


def _decisions(article: Article) -> list[Problem]:
    deciders: dict[str, Callable[[Article], list[Problem]]] = {"cause": decide_cause, "scenario": decide_scenario}
    return deciders[article.kind](article) if article.kind in deciders else []


def _commands(articles: Iterable[Article]) -> Iterator[Problem]:
    with AwsCli() as cli:
        # A quarter of the commands stand on several pages.
        refusal_of = cache(cli.refusal)
        for article in articles:
            for shown in shown_commands(article):
                refusal = refusal_of(shown.text, whole=shown.whole)
                if refusal:
                    message = f"`{shown.text[:120]}` is refused by the AWS CLI: {refusal}"
                    yield Problem(article.file, shown.line, shown.field, message, "see the command's own `help`")


def _sum(many: Iterable[dict[str, int]]) -> dict[str, int]:
    total = dict.fromkeys(CHECKS, 0)
    for counts in many:
        for check, count in counts.items():
            total[check] += count
    return total


def _cells(counts: dict[str, int]) -> list[str]:
    return [str(counts[check] or "") for check in CHECKS]


def _aligned(row: list[str], widths: list[int]) -> Iterator[str]:
    yield row[0].ljust(widths[0])
    yield from (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
