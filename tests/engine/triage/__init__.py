"""Tests of engine/triage."""
