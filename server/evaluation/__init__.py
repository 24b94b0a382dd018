"""The evaluator on the site: reading what was pasted, saying what was found, joining it with a diagnosis."""
