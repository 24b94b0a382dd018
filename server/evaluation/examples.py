"""Requests to try the page with: each the fields of its form."""

__all__ = ["EXAMPLES"]

_OPEN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
_READ = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadReports",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::example-reports/*"
    }
  ]
}"""
_READ_AT_WORK = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadReportsAtWork",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::example-reports/*",
      "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    }
  ]
}"""
_LIST_ONLY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "ListReports", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::example-reports"}
  ]
}"""
_NO_S3 = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "QueuesOnly", "Effect": "Allow", "Action": ["sqs:*", "sns:*"], "Resource": "*"}
  ]
}"""
_REGIONS = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "OnlyOurRegions",
      "Effect": "Deny",
      "NotAction": ["iam:*", "sts:*", "organizations:*"],
      "Resource": "*",
      "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}
    }
  ]
}"""
_REQUEST = {
    "principal": "arn:aws:iam::111122223333:role/reporting",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::example-reports/q1.csv",
    "resource_account": "111122223333",
}
_KINDS = ("resource_policy", "permissions_boundaries", "session_policy", "scps", "rcps", "vpc_endpoint_policies")
_NONE = {f"{name}.none": "on" for name in _KINDS}

EXAMPLES: tuple[tuple[str, dict[str, str]], ...] = (
    ("an allowed request", {**_REQUEST, **_NONE, "identity_policies": _READ}),
    ("one gate blocks", {**_REQUEST, **_NONE, "identity_policies": _LIST_ONLY}),
    (
        "three gates block",
        {
            **{
                name: value
                for name, value in (_REQUEST | _NONE).items()
                if name not in ("permissions_boundaries.none", "scps.none")
            },
            "context": "aws:RequestedRegion = us-east-1",
            "identity_policies": _LIST_ONLY,
            "permissions_boundaries": _NO_S3,
            "scps": f"{_OPEN}\n---\n{_OPEN}\n{_REGIONS}",
        },
    ),
    (
        "not everything is known",
        {
            **{name: value for name, value in (_REQUEST | _NONE).items() if name != "scps.none"},
            "identity_policies": _READ_AT_WORK,
        },
    ),
)
