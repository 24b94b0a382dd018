"""Spark gives the same report as one machine. Runs where the `spark` extra and Java are installed."""

from pathlib import Path

import pytest

from tests.engine.triage.test_run import knowledge, logs, outcome
from tests.trails import write_logs
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


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_files_are_one_job_however_many_they_are(tmp_path: Path, knowledge: Knowledge) -> None:
    """A job for each part would run one after the other, however large the cluster."""
    from pyspark.sql import SparkSession

    from whydenied.engine.triage.spark import run_on_spark

    write_logs(tmp_path, 40, 5, 0.2)
    context = SparkSession.builder.master("local[2]").getOrCreate().sparkContext
    context.setJobGroup("triage", "")
    assert run_on_spark([tmp_path], knowledge, master="local[2]").files == 40
    assert len(context.statusTracker().getJobIdsForGroup("triage")) == 1
