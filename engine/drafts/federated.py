"""Trust for an identity provider that the text does not name as a caller: the provider, its audience, its subject.

Sources: GitHub, "Configuring OpenID Connect in Amazon Web Services" and its changelog of 2026-04-23 (immutable
subjects); GitLab, "Configure OpenID Connect in AWS"; HCP Terraform,
"Dynamic credentials with the AWS provider"; EKS User Guide, "IAM roles for service accounts"; IAM User Guide,
"Configure SAML assertions"."""

import re
from typing import Any

from whydenied.engine.arn import parse_arn
from whydenied.engine.messages.parsed import ParsedError

__all__ = ["federated_statement"]

_ACCOUNT = "<account>"
_GITHUB = "token.actions.githubusercontent.com"
_EKS = re.compile(r"oidc\.eks\.[a-z0-9-]{4,20}\.amazonaws\.com/id/[0-9A-F]{32}")
_TERRAFORM = "app.terraform.io"
# Providers by what a text calls them, in lower case: the issuer, and the subject that they send.
_KNOWN = (
    ("github", _GITHUB, "repo:<owner>/<repository>:ref:refs/heads/<branch>"),
    ("gitlab", "gitlab.com", "project_path:<group>/<project>:ref_type:branch:ref:<branch>"),
    ("terraform cloud", _TERRAFORM, "organization:<organization>:project:<project>:workspace:<workspace>:run_phase:*"),
    ("app.terraform.io", _TERRAFORM, "organization:<organization>:project:<project>:workspace:<workspace>:run_phase:*"),
)
_AUDIENCES = {"gitlab.com": "https://gitlab.com", _TERRAFORM: "aws.workload.identity"}


def federated_statement(error: ParsedError, text: str) -> dict[str, Any] | None:
    """Return a trust statement with `sub` and `aud`, and `<blanks>` for what the text does not tell.

    text: the paste, with secrets masked. None for an action that no provider asks for."""
    arn = parse_arn(error.resource or "")
    account = arn.account if arn is not None and arn.service == "iam" and arn.account else _ACCOUNT
    action = (error.action or "").lower()
    if action == "sts:assumerolewithsaml":
        return _statement(
            f"arn:aws:iam::{account}:saml-provider/<provider>",
            "sts:AssumeRoleWithSAML",
            {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        )
    if action != "sts:assumerolewithwebidentity":
        return None
    issuer, subject = _provider(text)
    audience = _AUDIENCES.get(issuer, "sts.amazonaws.com")
    operator = "StringLike" if "*" in subject else "StringEquals"
    conditions: dict[str, dict[str, str]] = {"StringEquals": {f"{issuer}:aud": audience}}
    conditions.setdefault(operator, {})[f"{issuer}:sub"] = subject
    return _statement(f"arn:aws:iam::{account}:oidc-provider/{issuer}", "sts:AssumeRoleWithWebIdentity", conditions)


def _provider(text: str) -> tuple[str, str]:
    eks = _EKS.search(text)
    if eks:
        return eks[0], "system:serviceaccount:<namespace>:<service-account>"
    lower = text.lower()
    for word, issuer, subject in _KNOWN:
        if word in lower:
            return issuer, subject
    return "<issuer-without-https>", "<subject>"


def _statement(provider: str, action: str, conditions: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action, "Condition": conditions}
