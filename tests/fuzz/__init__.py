"""Long runs against strange input, outside the suite: what they find becomes a case in it."""
