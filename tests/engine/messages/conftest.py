"""The shipped patterns and causes, compiled once for these tests."""

import pytest

from engine.diagnosis import Diagnoser
from engine.messages.parse import Parser
from kb.catalogue import default_roots, load_catalogue
from tests.corpus.score import make_diagnoser


@pytest.fixture(scope="package")
def parser() -> Parser:
    return Parser(load_catalogue(default_roots()).plain("pattern"))


@pytest.fixture(scope="package")
def diagnoser() -> Diagnoser:
    return make_diagnoser()
