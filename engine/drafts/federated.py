"""Trust for an identity provider that the text does not name as a caller: the provider, its audience, its subject.

Sources: GitHub, "Configuring OpenID Connect in Amazon Web Services" and its changelog of 2026-04-23 (immutable
subjects), and the words of aws-actions/configure-aws-credentials; GitLab, "Configure OpenID Connect in AWS"; HCP
Terraform, "Dynamic credentials with the AWS provider"; CircleCI, "Using OpenID Connect tokens in jobs"; Buildkite,
"OIDC with AWS"; Bitbucket, "Deploy on AWS using Bitbucket Pipelines OpenID Connect"; EKS User Guide, "IAM roles for
service accounts"; IAM User Guide, "Configure SAML assertions"."""

from typing import Any, NamedTuple

from whydenied.engine.arn import parse_arn
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.regexes import Regex

__all__ = ["federated_statement"]

_ACCOUNT = "<account>"
_AWS = "sts.amazonaws.com"
# Where people sign in; IAM User Guide, "Configure SAML assertions", and those of China and GovCloud.
_SIGN_IN = {"aws-cn": "signin.amazonaws.cn", "aws-us-gov": "signin.amazonaws-us-gov.com"}
_EKS = Regex(r"oidc\.eks\.[a-z0-9-]{4,20}\.amazonaws\.com(?:\.cn)?/id/[0-9A-F]{32}")


class _Provider(NamedTuple):
    """What a provider sends. issuer: its address without https. audience, subject: of its tokens."""

    issuer: str
    audience: str
    subject: str


_UNKNOWN = _Provider("<issuer-without-https>", _AWS, "<subject>")
# Providers by what a text calls them. Paths of Go modules name GitHub wherever the program runs.
_KNOWN = (
    (
        Regex(r"(?i)github(?!\.com/)|configure-aws-credentials|could not assume role with oidc"),
        _Provider("token.actions.githubusercontent.com", _AWS, "repo:<owner>/<repository>:ref:refs/heads/<branch>"),
    ),
    (
        Regex(r"(?i)gitlab"),
        _Provider("gitlab.com", "https://gitlab.com", "project_path:<group>/<project>:ref_type:branch:ref:<branch>"),
    ),
    (
        Regex(r"(?i)terraform cloud|hcp terraform|app\.terraform\.io"),
        _Provider(
            "app.terraform.io",
            "aws.workload.identity",
            "organization:<organization>:project:<project>:workspace:<workspace>:run_phase:*",
        ),
    ),
    (
        Regex(r"(?i)circle ?ci"),
        _Provider(
            "oidc.circleci.com/org/<organization-id>",
            "<organization-id>",
            "org/<organization-id>/project/<project-id>/user/*",
        ),
    ),
    (
        Regex(r"(?i)buildkite"),
        _Provider(
            "agent.buildkite.com",
            _AWS,
            "organization:<organization>:pipeline:<pipeline>:ref:refs/heads/<branch>:commit:*:step:*",
        ),
    ),
    (
        Regex(r"(?i)bitbucket"),
        _Provider(
            "api.bitbucket.org/2.0/workspaces/<workspace>/pipelines-config/identity/oidc",
            "ari:cloud:bitbucket::workspace/<workspace-uuid>",
            "{<repository-uuid>}:*",
        ),
    ),
)


def federated_statement(error: ParsedError, text: str) -> dict[str, Any] | None:
    """Return a trust statement with `sub` and `aud`, and `<blanks>` for what the text does not tell.

    text: the paste, with secrets masked. None for an action that no provider asks for."""
    arn = parse_arn(error.resource or "")
    account = arn.account if arn is not None and arn.service == "iam" and arn.account else _ACCOUNT
    partition = arn.partition if arn is not None else "aws"
    action = (error.action or "").lower()
    if action == "sts:assumerolewithsaml":
        return _statement(
            f"arn:{partition}:iam::{account}:saml-provider/<provider>",
            "sts:AssumeRoleWithSAML",
            {"StringEquals": {"SAML:aud": f"https://{_SIGN_IN.get(partition, 'signin.aws.amazon.com')}/saml"}},
        )
    if action != "sts:assumerolewithwebidentity":
        return None
    issuer, audience, subject = _provider(text)
    operator = "StringLike" if "*" in subject else "StringEquals"
    conditions: dict[str, dict[str, str]] = {"StringEquals": {f"{issuer}:aud": audience}}
    conditions.setdefault(operator, {})[f"{issuer}:sub"] = subject
    return _statement(
        f"arn:{partition}:iam::{account}:oidc-provider/{issuer}", "sts:AssumeRoleWithWebIdentity", conditions
    )


def _provider(text: str) -> _Provider:
    eks = _EKS.compiled.search(text)
    if eks:
        return _Provider(eks[0], _AWS, "system:serviceaccount:<namespace>:<service-account>")
    return next((provider for sign, provider in _KNOWN if sign.compiled.search(text)), _UNKNOWN)


def _statement(provider: str, action: str, conditions: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action, "Condition": conditions}
