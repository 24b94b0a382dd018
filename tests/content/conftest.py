"""The shipped content, loaded once."""

import pytest

from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Our own content, without what somebody's environment lays over it."""
    loaded = load_catalogue(default_roots())
    assert loaded.problems == []
    return loaded
