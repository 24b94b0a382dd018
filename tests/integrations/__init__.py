"""The builders of other people's documentation, and hosts that frame our pages."""
