"""An article made showable: its parts, what is included of it elsewhere, its diagrams."""
