"""Tests of engine/investigation that need no account (tests/engine/collectors tries it against one)."""
