"""The shipped patterns and causes, compiled once for these tests."""

import pytest

from tests.corpus.score import make_diagnoser
from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.messages.parse import Parser
from whydenied.kb.catalogue import default_roots, load_catalogue


@pytest.fixture(scope="package")
def parser() -> Parser:
    return Parser(load_catalogue(default_roots()).plain("pattern"))


@pytest.fixture(scope="package")
def diagnoser() -> Diagnoser:
    return make_diagnoser()
