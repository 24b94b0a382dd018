"""A diagnosis made showable."""
