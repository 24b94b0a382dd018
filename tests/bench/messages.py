"""Bench: reading and explaining messages: the field corpus, pastes of 4 KB, and the worst 64 KB we know.

`python -m tests.bench.messages` prints the figures; `run()` returns them.
"""

import random
import statistics
import time

from tests.adversarial import INPUTS
from tests.corpus.score import FIELD, make_diagnoser, read_records
from tests.perturbations import NOISE
from whydenied.engine.diagnosis import Diagnoser
from whydenied.server.articles.content import load_content
from whydenied.server.diagnosis.report import make_report

__all__ = ["run"]

SECONDS = 3.0
PASTES = 200
PASTE = 4_096
WORST = 65_536
AGAIN = 5


def run() -> list[str]:
    """Measure, and return one line a result."""
    diagnoser = make_diagnoser()
    raws = [record["raw"] for record in read_records(FIELD)]
    return [_rate(diagnoser, raws), _with_changes(diagnoser, raws), _pastes(diagnoser, raws), _worst(diagnoser)]


def _rate(diagnoser: Diagnoser, raws: list[str]) -> str:
    for raw in raws:
        diagnoser.diagnose(raw)
    done, start = 0, time.process_time()
    while time.process_time() - start < SECONDS:
        for raw in raws:
            diagnoser.diagnose(raw)
        done += len(raws)
    return f"messages, field corpus: {done / (time.process_time() - start):.0f} a CPU second"


def _with_changes(diagnoser: Diagnoser, raws: list[str]) -> str:
    """Diagnose, join with the articles and draft the changes: what the site does for a paste, but for the page."""
    catalogue = load_content()
    for raw in raws:
        make_report(diagnoser.diagnose(raw), catalogue)
    done, changes, start = 0, 0, time.process_time()
    while time.process_time() - start < SECONDS:
        reports = [make_report(diagnoser.diagnose(raw), catalogue) for raw in raws]
        changes = sum(any(change.statements for change in report.changes) for report in reports)
        done += len(raws)
    rate = done / (time.process_time() - start)
    return f"messages with their changes: {rate:.0f} a CPU second; {changes} of {len(raws)} have a statement"


def _pastes(diagnoser: Diagnoser, raws: list[str]) -> str:
    """Time pastes of 4 KB: messages amid the lines that stand around them."""
    chance = random.Random(7)
    times = []
    for _ in range(PASTES):
        text = ""
        while len(text) < PASTE:
            text += chance.choice([*NOISE, chance.choice(raws)]) + "\n"
        times.append(_seconds(diagnoser, text[:PASTE]))
    cuts = statistics.quantiles(times, n=20)
    return f"messages, paste of 4 KB: median {1e3 * statistics.median(times):.2f} ms, p95 {1e3 * cuts[-1]:.2f} ms CPU"


def _worst(diagnoser: Diagnoser) -> str:
    texts = {name: (text * (WORST // len(text) + 1))[:WORST] for name, text in INPUTS.items()}
    costs = {name: _seconds(diagnoser, text) for name, text in texts.items()}
    # What else the machine did may have made one slow: the slowest are measured again.
    slowest = sorted(costs, key=costs.__getitem__)[-AGAIN:]
    costs = {name: statistics.median(_seconds(diagnoser, texts[name]) for _ in range(5)) for name in slowest}
    name = max(costs, key=costs.__getitem__)
    return f"messages, worst of {len(INPUTS)} texts of 64 KB: {1e3 * costs[name]:.0f} ms CPU ({name})"


def _seconds(diagnoser: Diagnoser, text: str) -> float:
    start = time.process_time()
    diagnoser.diagnose(text)
    return time.process_time() - start


if __name__ == "__main__":
    print("\n".join(run()))
