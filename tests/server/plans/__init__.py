"""What a plan will be refused, as it is printed."""
