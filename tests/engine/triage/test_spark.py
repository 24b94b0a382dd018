"""Spark gives the same report as one machine. Runs where the `spark` extra and Java are installed."""

from pathlib import Path

import pytest

from engine.triage import Knowledge, run
from tests.engine.triage.test_run import knowledge, logs, outcome

pytest.importorskip("pyspark", reason="the extra `spark` (490 MB, needs Java 17) is not installed")

__all__ = ["knowledge", "logs"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_and_local_give_the_same(logs: Path, knowledge: Knowledge) -> None:
    """Every count, group, day and problem."""
    from pyspark.sql import SparkSession

    from engine.triage.spark import run_on_spark

    settings = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.log.level": "ERROR"}
    builder = SparkSession.builder.master("local[2]").appName("test")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        assert outcome(run_on_spark([logs], knowledge, session)) == outcome(run([logs], knowledge, processes=1))
    finally:
        session.stop()
