"""One statement in the languages that people keep policies in: JSON, HCL, YAML, TypeScript, Python.

Each module writes one language and knows nothing of files; indent is the number of blanks before each line."""
