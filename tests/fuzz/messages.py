"""Fuzz the reader of messages: whatever is pasted, no exception, spans that fit, and work that grows with the paste.

`python -m tests.fuzz.messages [--seconds 600] [--seed 0]`. Pastes are messages of the field corpus that were cut,
repeated, spliced and padded, grown to 64 KB; the slowest ones are printed with how they were made.
"""

import argparse
import random
import time

from tests.adversarial import INPUTS
from tests.corpus.score import FIELD, make_diagnoser, read_records
from whydenied.engine.diagnosis import Diagnoser

__all__ = ["check", "main", "make_paste"]

SIZE = 65_536
# Processor seconds for 64 KB.
SLOW = 0.5
_RUNS = (
    " ",
    "\n",
    "\t",
    "\r\n",
    "\\",
    '"',
    "│",
    "| ",
    "> ",
    "a",
    "A",
    "0",
    "=",
    "-",
    ".",
    ":",
    "/",
    "*",
    "\x1b[",
    "\xa0",
    "​",
)


def make_paste(rng: random.Random, raws: list[str]) -> tuple[str, str]:
    """Return a paste and, in short, how it was made."""
    pool = [rng.choice(raws), rng.choice(raws), rng.choice(list(INPUTS.values()))]
    made = []
    unit = rng.choice(pool)
    for _ in range(rng.randint(1, 5)):
        how = rng.randrange(7)
        at = rng.randrange(len(unit) + 1)
        if how == 0:
            char, times = rng.choice(_RUNS), 2 ** rng.randrange(13)
            unit, note = unit[:at] + char * times + unit[at:], f"{char!r}*{times}@{at}"
        elif how == 1:
            end = rng.randrange(at, len(unit) + 1)
            unit, note = unit[at:end], f"[{at}:{end}]"
        elif how == 2:
            other = rng.choice(pool)
            unit, note = unit[:at] + other + unit[at:], f"+{other[:20]!r}@{at}"
        elif how == 3:
            end = min(len(unit), at + rng.randrange(60))
            unit, note = unit[:at] + unit[end:], f"-[{at}:{end}]"
        elif how == 4:
            end = min(len(unit), at + rng.randrange(40))
            times = 2 ** rng.randrange(11)
            unit, note = unit[:at] + unit[at:end] * times + unit[end:], f"{unit[at:end][:30]!r}*{times}"
        elif how == 5:
            unit, note = unit.replace("\\", "\\\\").replace('"', '\\"'), "escaped"
        else:
            unit, note = (
                unit[:at] + chr(rng.choice((0, 0xD800, 0x1F525, 0x202E, 0x130, rng.randrange(0x3000)))) + unit[at:],
                "char",
            )
        unit = unit[:SIZE] or " "
        made.append(note)
    if rng.random() < 0.1:
        unit = (
            unit.encode(errors="replace").decode(rng.choice(("latin-1", "utf-16-le", "cp437")), errors="replace") or " "
        )
        made.append("decoded otherwise")
    if rng.random() < 0.7:
        unit = (unit + rng.choice(("", " ", "\n"))) or " "
        made.append(f"repeated, unit of {len(unit)}")
        unit = (unit * (SIZE // len(unit) + 1))[:SIZE]
    return unit, ", ".join(made)


def check(diagnoser: Diagnoser, paste: str) -> float:
    """Diagnose a paste, see that what came out fits it, and return the processor seconds spent."""
    start = time.process_time()
    found = diagnoser.diagnose(paste)
    spent = time.process_time() - start
    assert len(found.text) == len(paste)
    for denial in found.denials:
        for span in denial.error.spans:
            assert 0 <= span.start <= span.end <= len(paste)
    return spent


def main() -> None:
    """Run until the time is over; the first exception or slow paste ends it."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    diagnoser = make_diagnoser()
    raws = [record["raw"] for record in read_records(FIELD)]
    worst: list[tuple[float, int, str]] = []
    end, seed = time.monotonic() + chosen.seconds, chosen.seed
    while time.monotonic() < end:
        paste, made = make_paste(random.Random(seed), raws)
        try:
            spent = check(diagnoser, paste)
        except BaseException:
            print(f"seed {seed}: {made}")
            raise
        if spent > SLOW:
            print(f"seed {seed}: {spent:.2f} s for {len(paste)} characters: {made}")
        worst = sorted([*worst, (spent, seed, made)], reverse=True)[:5]
        seed += 1
    print(f"{seed - chosen.seed} pastes without an exception; the slowest:")
    for spent, number, made in worst:
        print(f"  {1e3 * spent:.0f} ms, seed {number}: {made}")


if __name__ == "__main__":
    main()
