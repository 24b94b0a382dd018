"""What every test shares: one cache of compiled content, which is never the user's own."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the thousands of tests that wait, which are a fifth of the suite's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)


@pytest.fixture(scope="session", autouse=True)
def shared_cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache that the next run finds too: the shipped content is compiled and indexed where it has changed.

    Tests of the cache itself have caches of their own."""
    kept = getattr(request.config, "cache", None)
    folder = Path(kept.mkdir("whydenied")) if kept is not None else tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYDENIED_CACHE", str(folder))
        patch.delenv("WHYDENIED_CONTENT", raising=False)
        yield folder
