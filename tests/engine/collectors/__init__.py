"""Tests of engine/collectors and engine/investigation.py, against moto and stubs."""
