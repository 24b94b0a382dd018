"""An article made showable."""
