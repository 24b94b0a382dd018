"""What every test shares: one cache of compiled content, which is never the user's own."""

import gc
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whydenied.engine.rules.compile import RuleSet
from whydenied.engine.rules.network import Network, NetworkName

# Few tests that take long: begun last, they would leave one core idle at the end.
_FIRST = ("tests/terraform/", "tests/server/browser/", "tests/integrations/", "tests/test_one_more.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first; `make test` hands files out in this order."""
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


# Garbage is looked for rarely, and not among the thousands of tests that wait: that were a fifth of the suite's CPU.
gc.set_threshold(100_000)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the tests."""
    gc.freeze()


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


@pytest.fixture(scope="session", autouse=True)
def shared_content(shared_cache: Path) -> Iterator[None]:
    """What the shared cache holds, decoded once: each test of a command opens it anew, as each process does."""
    with pytest.MonkeyPatch.context() as patch:
        module = importlib.import_module("whydenied.kb.catalogue")
        read = module._read_compiled
        known: dict[str, object] = {}

        def remembering(path: Path, stamps: list[tuple[str, int, int]]) -> object:
            if path.parent != shared_cache:
                return read(path, stamps)
            if repr(stamps) not in known and (found := read(path, stamps)):
                known.clear()
                known[repr(stamps)] = found
            return known.get(repr(stamps))

        patch.setattr(module, "_read_compiled", remembering)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_networks() -> Iterator[None]:
    """One rule network for all diagnosers of the same rules: each is kept until its process ends.

    Tests of the networks make their own."""
    with pytest.MonkeyPatch.context() as patch:
        module = importlib.import_module("whydenied.engine.diagnosis")
        patch.setattr(module, "make_network", _remembering(module.make_network))
        yield


def _remembering(make: Callable[[RuleSet, NetworkName], Network]) -> Callable[[RuleSet, NetworkName], Network]:
    known: list[tuple[RuleSet, NetworkName, Network]] = []

    def made(rules: RuleSet, name: NetworkName) -> Network:
        same = (network for one, called, network in known if called == name and one == rules)
        found = next(same, None)
        if found is None:
            found = make(rules, name)
            known.append((rules, name, found))
        return found

    return made
