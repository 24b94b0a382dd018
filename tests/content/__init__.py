"""The shipped content, executed: what the checks run, and that each of them would notice."""
