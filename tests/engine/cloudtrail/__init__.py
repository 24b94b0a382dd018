"""Tests of engine/cloudtrail."""
