"""Frames, and the ways to find them."""
