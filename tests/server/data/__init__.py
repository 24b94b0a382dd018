"""The one JSON."""
