"""Bench: loading the catalogue, building the search index and searching 300 articles.

`python -m tests.bench.search` prints the figures; `run()` returns them. The articles are made up from a
vocabulary of realistic size, because equal words in every article would make every query look alike.
"""

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from whydenied.kb.catalogue import load_catalogue
from whydenied.kb.index import build_index
from whydenied.kb.search import open_search

__all__ = ["run"]

ARTICLES = 300

_VOCABULARY = """
s3 kms iam sts ec2 lambda sqs sns dynamodb ecr ecs eks glue athena rds logs events states

Get Put List Describe Create Delete Update Tag Start Stop Attach Detach Invoke Publish Pass Decrypt

Object Bucket Key Role Policy Queue Topic Table Image Function Cluster Item Grant Alias Stream Rule

the caller signs a request and the service evaluates every policy that applies to it an explicit deny in any of them
ends the evaluation while a missing allow in one of the required policies denies implicitly check which account owns
the resource whether a permissions boundary is attached what the organization restricts and if the endpoint policy
names the principal then change the smallest statement ask the owner of the key and verify again
"""
_SERVICES, _VERBS, _NOUNS, _PROSE = (block.split() for block in _VOCABULARY.split("\n\n"))


def write_articles(root: Path, count: int = ARTICLES, seed: int = 1) -> None:
    """Write made-up cause articles of about 350 words into a content folder."""
    chance = random.Random(seed)
    rare = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(4, 10))) for _ in range(6000)]
    (root / "causes").mkdir(parents=True)
    for number in range(count):
        service = chance.choice(_SERVICES)
        action = f"{service}:{chance.choice(_VERBS)}{chance.choice(_NOUNS)}"

        def prose(words: int) -> str:
            return " ".join(chance.choice(rare if chance.random() < 0.25 else _PROSE) for _ in range(words))

        headings = ("What it means", "How to be sure", "Fix", "Verify", "Traps")
        body = "\n\n".join(f"## {heading}\n\n{prose(60)} `{action}` {prose(10)}." for heading in headings)
        text = f"""---
title: {action} denied because {prose(4)}
summary: {prose(20)}
services: [{service}]
keywords: [{prose(1)}, {prose(2)}]
sources: [{{title: IAM User Guide}}]
reviewed_on: 2026-01-01
review_in: 365
gate: identity
prior: 0.2
cost: 5
owner: the account's administrator
rules:
  - {{when: {{action: "{action.lower()}"}}, then: possible, because: {prose(6)}}}
fix: {prose(8)}
verify: {prose(8)}
example:
  text: "User: arn:aws:iam::123456789012:user/u is not authorized to perform: {action}"
  reads: {{action: "{action}"}}
near_miss: {prose(6)}
---
{body}

```json
{{"Effect": "Allow", "Action": "{action}", "Resource": "arn:aws:{service}:::{prose(1)}"}}
```
"""
        (root / "causes" / f"cause-{number}.md").write_text(text, encoding="utf-8")


def _queries(root: Path) -> dict[str, list[str]]:
    chance = random.Random(2)
    texts = [path.read_text(encoding="utf-8") for path in sorted((root / "causes").iterdir())]
    words = [word for word in " ".join(texts).split() if word.isalpha() and len(word) > 3]
    short = [" ".join(chance.choices(words, k=chance.randint(1, 3))) for _ in range(300)]
    return {
        "words": short,
        "slips": [f"{query[:2]}{query[3:]} denied" for query in short],
        "names": [f"{chance.choice(_SERVICES)}:{chance.choice(_VERBS)}{chance.choice(_NOUNS)}" for _ in range(100)],
        "pastes": [text[900:3000] for text in chance.choices(texts, k=100)],
    }


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50_ms": round(statistics.median(ordered), 2), "p95_ms": round(ordered[int(len(ordered) * 0.95)], 2)}


def _fresh_process_ms(root: Path) -> float:
    """Time the load with a warm cache in a fresh process, its imports included."""
    code = (
        "import time; s = time.perf_counter(); from pathlib import Path; "
        "from whydenied.kb.catalogue import load_catalogue; "
        f"load_catalogue([Path({str(root)!r})]); print((time.perf_counter() - s) * 1000)"
    )
    times = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(5)]
    return round(min(times), 1)


def run() -> dict[str, object]:
    """Measure and return the figures; everything happens in a temporary folder."""
    folder = Path(tempfile.mkdtemp())
    root, cache = folder / "content", folder / "cache"
    write_articles(root)
    figures: dict[str, object] = {"articles": ARTICLES}
    try:
        with mock.patch.dict("os.environ", {"WHYDENIED_CACHE": str(cache)}):
            figures["catalogue_cold_ms"] = round(_milliseconds(lambda: load_catalogue([root])), 1)
            figures["catalogue_warm_ms"] = round(
                min(_milliseconds(lambda: load_catalogue([root])) for _ in range(9)), 1
            )
            figures["catalogue_warm_with_imports_ms"] = _fresh_process_ms(root)
        catalogue = load_catalogue([root])
        start = time.perf_counter()
        place = build_index(catalogue, cache / "index")
        figures["index_build_s"] = round(time.perf_counter() - start, 2)
        figures["index_kb"] = sum(file.stat().st_size for file in place.iterdir()) // 1024
        figures["index_open_ms"] = round(_milliseconds(lambda: open_search(catalogue, cache / "index")), 1)
        search = open_search(catalogue, cache / "index")
        queries = _queries(root)
        everything = []
        for name, asked in queries.items():
            times = [_milliseconds(lambda query=query: search.search(query)) for query in asked]  # type: ignore[misc]
            figures[f"search_{name}"] = _spread(times)
            everything += times
        figures["search"] = _spread(everything)
        typed = [_milliseconds(lambda q=q: search.suggest(q[:5])) for q in queries["words"]]  # type: ignore[misc]
        figures["suggest"] = _spread(typed)
    finally:
        shutil.rmtree(folder)
    return figures


if __name__ == "__main__":
    for name, figure in run().items():
        print(f"{name}: {figure}")
