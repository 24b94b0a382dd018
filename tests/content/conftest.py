"""The shipped content, loaded once."""

import pytest

from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Our own content, without what somebody's environment lays over it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYDENIED_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("WHYDENIED_CONTENT", raising=False)
        loaded = load_catalogue(default_roots())
    assert loaded.problems == []
    return loaded
