"""The reader's own names in commands, and never more than a shell may safely see."""

import pytest

from whydenied.engine.messages.parsed import ParsedError
from whydenied.server.diagnosis.placeholders import fill, names_of, plain

ROLE_SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/ci"


def filled(command: str, **fields: str) -> str:
    return plain(fill(command, names_of(ParsedError(**fields))))


@pytest.mark.parametrize(
    ("command", "fields", "expected"),
    [
        ("get-role {role.name}", {"principal": ROLE_SESSION}, "get-role deploy"),
        ("simulate {principal.arn}", {"principal": ROLE_SESSION}, "simulate arn:aws:iam::111122223333:role/deploy"),
        ("in {principal.account}", {"principal": ROLE_SESSION}, "in 111122223333"),
        ("get-user {user.name}", {"principal": "arn:aws:iam::111122223333:user/x/ana"}, "get-user ana"),
        ("policy {bucket}", {"resource": "arn:aws:s3:::reports/2026/q1.csv"}, "policy reports"),
        ("policy {bucket}", {"resource": "s3a://reports/2026/q1.csv"}, "policy reports"),
        ("simulate {resource}", {"resource": "s3://reports/q1.csv"}, "simulate arn:aws:s3:::reports/q1.csv"),
        (
            "simulate {resource}",
            {"resource": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:7"},
            "simulate arn:aws:ecr:eu-west-1:111122223333:repository/app",
        ),
        (
            "get-repository-policy {resource.name}",
            {"resource": "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/team/app/manifests/7"},
            "get-repository-policy team/app",
        ),
        (
            "get-repository-policy {resource.name}",
            {"resource": "111122223333.dkr.ecr.eu-west-1.amazonaws.com"},
            "get-repository-policy <resource-name>",
        ),
        ("key {key.id}", {"resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab"}, "key 1234abcd-12ab"),
        ("f {function}", {"resource": "arn:aws:lambda:eu-west-1:111122223333:function:close:live"}, "f close"),
        ("in {region}", {"resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab"}, "in eu-west-1"),
        ("{service} {action}", {"action": "s3:GetObject"}, "s3 s3:GetObject"),
        ("get-user {user.name}", {"principal": ROLE_SESSION}, "get-user <user-name>"),
        ("get-role {role.name}", {}, "get-role <role-name>"),
    ],
)
def test_a_command_carries_what_was_read(command: str, fields: dict[str, str], expected: str) -> None:
    assert filled(command, **fields) == expected


def test_an_identity_center_session_keeps_its_own_arn() -> None:
    """Its role has a path that the session does not tell, so no role ARN is made up from it."""
    arn = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana"
    assert filled("{principal.arn}", principal=arn) == arn


def test_a_wildcard_is_quoted_unless_quotes_are_there() -> None:
    resource = "arn:aws:ec2:eu-west-3:111122223333:instance/*"
    assert filled("x {resource}", resource=resource) == f"x '{resource}'"
    assert filled('x "{resource}"', resource=resource) == f'x "{resource}"'


@pytest.mark.parametrize(
    "evil", ["a;rm -rf ~", "$(id)", "`id`", "a'b", 'a"b', "a b", "a\nb", "a|b", "a&b", "a>b", "\u202ex"]
)
def test_what_a_shell_would_act_on_is_left_blank(evil: str) -> None:
    assert filled("get-object {resource}", resource=evil) == "get-object <resource>"


def test_braces_that_are_no_placeholder_stay() -> None:
    command = "aws iam list-roles --query 'Roles[].{Name:RoleName}' ${HOME}"
    assert filled(command) == command
