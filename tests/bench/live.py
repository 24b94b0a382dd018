"""Bench: how many calls a live diagnosis makes, over the accounts of the tests, against reading everything.

`python -m tests.bench.live` prints the figures; `run()` returns them. The accounts are moto's.
"""

import os
import statistics
import time
from unittest.mock import patch

from moto import mock_aws

from tests.engine.collectors.accounts import CASES
from tests.engine.collectors.conftest import investigate, open_reader, target_of
from whydenied.engine.collectors.sources import find_sources

__all__ = ["run"]

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


def run() -> list[str]:
    """Measure, and return one line a result."""
    needed, everything, spent, right = [], [], [], 0
    with patch.dict(os.environ, _ENVIRONMENT):
        for case in CASES.values():
            with mock_aws():
                error = case.build().error
                target = target_of(error)
                reader = open_reader(target.account)
                start = time.perf_counter()
                outcome = investigate(error, reader)
                spent.append(1000 * (time.perf_counter() - start))
                needed.append(len(reader.asked))
                right += outcome.is_proved and outcome.findings[0].cause == case.cause
                for source in find_sources():
                    if source.applies(target):
                        source.collect(reader, target)
                everything.append(len(reader.asked))
    return [
        f"live, {len(CASES)} accounts: cause first and fix proved in {right}",
        f"live, calls a diagnosis: median {statistics.median(needed):.0f}, max {max(needed)}",
        f"live, calls if every source that applies is read: median {statistics.median(everything):.0f}, "
        f"max {max(everything)}",
        f"live, our own time with moto's: median {statistics.median(spent):.0f} ms, max {max(spent):.0f} ms",
    ]


if __name__ == "__main__":
    print("\n".join(run()))
