"""Services whose resources take no resource-based policy: across accounts only a role over there helps.

Source: IAM User Guide, "AWS services that work with IAM" (resource-based policies: no), and "Cross account resource
access in IAM". In IAM itself only a role's trust policy is one, and that belongs to the actions of STS."""

__all__ = ["WITHOUT_RESOURCE_POLICIES"]

# Action prefixes.
WITHOUT_RESOURCE_POLICIES = frozenset(
    {
        "athena",
        "autoscaling",
        "cloudformation",
        "cloudwatch",
        "ec2",
        "ecs",
        "eks",
        "elasticloadbalancing",
        "iam",
        "rds",
        "states",
    }
)
