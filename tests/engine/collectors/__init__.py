"""Tests of engine/collectors and engine/investigation, against moto and stubs."""
