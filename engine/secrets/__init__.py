"""Secrets: their kinds, how they are masked at the door, and what may be done with a masked name."""
