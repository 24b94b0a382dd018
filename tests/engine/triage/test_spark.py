"""Spark gives the same report as one machine. Runs where the `spark` extra and Java are installed."""

from pathlib import Path

import pytest

from tests.engine.triage.test_run import knowledge, logs, outcome
from whydenied.engine.triage import Knowledge, run

pytest.importorskip("pyspark", reason="the extra `spark` (490 MB, needs Java 17) is not installed")

__all__ = ["knowledge", "logs"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_and_local_give_the_same(logs: Path, knowledge: Knowledge) -> None:
    """Every count, group, day and problem."""
    from whydenied.engine.triage.spark import run_on_spark

    here = outcome(run([logs], knowledge, processes=1))
    assert outcome(run_on_spark([logs], knowledge, master="local[2]")) == here
