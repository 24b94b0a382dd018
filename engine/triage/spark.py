"""The same triage on Apache Spark: it hands out files, each task runs our own reader (Spark's row-wise JSON is slower).

Every executor must see the files under the same paths (a shared file system), and have this package installed:
`spark-submit --master yarn --py-files whydenied.zip …`, see docs/triage.md.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from whydenied.engine.triage.classify import Classifier
from whydenied.engine.triage.files import find_files, read_file
from whydenied.engine.triage.run import Knowledge
from whydenied.engine.triage.tally import Tally

__all__ = ["run_on_spark"]

_FILES_A_TASK = 16
_classifiers: dict[int, Classifier] = {}


def run_on_spark(paths: Iterable[Path], knowledge: Knowledge, master: str | None = None) -> Tally:
    """Read files and folders on Spark and add up their denials, as `engine.triage.run` does.

    master: where; None for what `spark-submit` says, else every core of this machine.
    """
    # The workers need the packages of this environment; on a cluster the environment of the executors is named outside.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("whydenied triage")
    # Quiet: a report on standard output, and a word on standard error where something is wrong.
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.log.level", "ERROR")
    spark = (builder.master(master) if master else builder).getOrCreate()
    context = spark.sparkContext
    context.setLogLevel("ERROR")
    files = [str(path) for path in find_files(paths)]
    shared = context.broadcast(knowledge)
    tasks = max(1, len(files) // _FILES_A_TASK, min(len(files), context.defaultParallelism))
    if not files:
        return Tally()

    def read(part: Iterable[str]) -> Iterator[Tally]:
        return iter([_read_part(part, shared)])

    # Added up within each task and then pair by pair on the executors: the driver gets one tally, however many files.
    tally: Tally = context.parallelize(files, tasks).mapPartitions(read).treeReduce(Tally.joined, depth=3)
    tally.problems.sort(key=lambda problem: problem.path)
    return tally


def _read_part(part: Iterable[str], shared: Any) -> Tally:
    # Spark keeps its Python workers: knowledge is compiled once in each.
    classifier = _classifiers.get(0)
    if classifier is None:
        classifier = _classifiers.setdefault(0, shared.value.classifier())
    tally = Tally()
    for path in part:
        tally.add(read_file(Path(path), classifier))
    return tally
