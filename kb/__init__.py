"""The knowledge base: loading, checking, rendering, indexing and searching the content.

It knows nothing of the engine, of HTTP or of AWS. Articles go out as plain data and string ids.
`kb.catalogue` is on the command line's cold path: with a warm cache it imports neither pydantic nor YAML.
"""
