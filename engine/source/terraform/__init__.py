"""Terraform: where a role, user, bucket, queue or key is defined, and where a statement for it belongs."""
