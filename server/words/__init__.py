"""What things are called: every name and label that more than one medium says."""
