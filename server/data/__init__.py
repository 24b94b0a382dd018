"""The one JSON: what the API, the command line and other programs' tools are given, and the types that describe it."""
