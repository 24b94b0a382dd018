"""A foresight made showable: for people, for pipelines and for pull requests."""
