"""Real runs of Terraform against a fake AWS that enforces policies, for what only a real run shows."""
