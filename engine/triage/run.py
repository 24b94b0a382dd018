"""All files, on as many processes as are wanted, in flat memory: files go out in batches, counts come back."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

import msgspec

from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.triage.classify import Classifier
from whydenied.engine.triage.files import find_files, read_file
from whydenied.engine.triage.journal import Journal
from whydenied.engine.triage.memory import keep_memory
from whydenied.engine.triage.tally import FileResult, Tally

__all__ = ["Knowledge", "Progress", "run"]

_BATCH = 8

Progress = Callable[[FileResult], None]


class Knowledge(msgspec.Struct, frozen=True):
    """The front matter that a process needs to diagnose: patterns and causes, each with its `id`."""

    patterns: Sequence[Mapping[str, object]]
    causes: Sequence[Mapping[str, object]]

    def classifier(self) -> Classifier:
        """Compile it, in a process that goes on to read files."""
        keep_memory()
        return Classifier(Diagnoser(self.patterns, self.causes))


def run(
    paths: Iterable[Path],
    knowledge: Knowledge,
    *,
    processes: int | None = None,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Read files and folders and add up their denials.

    processes: how many; None for one a core. journal: what earlier runs read. progress: called after each file.
    """
    tally = Tally()

    def done(result: FileResult, *, known: bool = False) -> None:
        tally.add(result)
        tally.resumed += known
        if journal is not None and not known:
            journal.note(result)
        if progress is not None:
            progress(result)

    def new() -> Iterator[Path]:
        for path in find_files(paths):
            result = journal.recall(path) if journal is not None else None
            if result is None:
                yield path
            else:
                done(result, known=True)

    count = processes or os.cpu_count() or 1
    for result in _read_all(new(), knowledge, count):
        done(result)
    tally.problems.sort(key=lambda problem: problem.path)
    return tally


def _read_all(paths: Iterator[Path], knowledge: Knowledge, processes: int) -> Iterator[FileResult]:
    if processes == 1:
        classifier = knowledge.classifier()
        for path in paths:
            yield read_file(path, classifier)
        return
    with ProcessPoolExecutor(processes, initializer=_prepare, initargs=(knowledge,)) as pool:
        waiting: dict[Future[list[FileResult]], list[Path]] = {}
        while True:
            while len(waiting) < 2 * processes and (batch := list(islice(paths, _BATCH))):
                waiting[pool.submit(_read_batch, batch)] = batch
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                batch = waiting.pop(future)
                try:
                    yield from future.result()
                except BrokenProcessPool:
                    # The pool is lost with its first dead process: the rest is read here, one after the other.
                    yield from _read_alone([batch, *waiting.values()], paths, knowledge)
                    return


def _read_alone(batches: list[list[Path]], paths: Iterator[Path], knowledge: Knowledge) -> Iterator[FileResult]:
    classifier = knowledge.classifier()
    for batch in batches:
        for path in batch:
            yield read_file(path, classifier)
    for path in paths:
        yield read_file(path, classifier)


_classifier: Classifier | None = None


def _prepare(knowledge: Knowledge) -> None:
    global _classifier
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _classifier = knowledge.classifier()


def _end_with(parent: int) -> None:
    """End this process when the one that it reads for is no more: killed, it could not say so."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _read_batch(paths: list[Path]) -> list[FileResult]:
    assert _classifier is not None
    return [read_file(path, _classifier) for path in paths]
