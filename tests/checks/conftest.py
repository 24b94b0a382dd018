"""The shipped content, loaded once."""

from tests.content.conftest import catalogue

__all__ = ["catalogue"]
