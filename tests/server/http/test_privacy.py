"""What may stand in an address, and what the log blanks out."""

import re
from pathlib import Path

import pytest

from whydenied.server.http import privacy
from whydenied.server.http.privacy import holds_identifiers, is_query, looks_like_paste, mask_identifiers


@pytest.mark.parametrize(
    "text",
    [
        "s3 access denied",
        "AccessDenied",
        "kms:Decrypt",
        "lambda cannot be assumed",
        "githb oidc not authorised",
        "403",
        "scp-explicit-deny",
        "what is a permissions boundary?",
        "aws:PrincipalOrgID",
        "with an explicit deny in a service control policy",
        "because no session policy allows",
        "access denied: what now",
        "UnauthorizedOperation: You are not authorized to perform this operation",
        "not authorised to perform kms:Decrypt",
        "user is not authorized to perform iam:PassRole",
        "api gateway {proxy} not authorized",
        "latency < 3 s and then access denied",
    ],
)
def test_words_to_search_for_are_a_query(text: str) -> None:
    assert is_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:s3:::reports",
        "role in 111122223333",
        "1111-2222-3333",
        "AKIAIOSFODNN7EXAMPLE",
        "aroaexampleid1234",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "key 1234abcd-12ab-34cd-56ef-1234567890ab",
        "i-0123456789abcdef0",
        "vpce-1a2b3c4d",
        "ana@example.com",
        "https://signin.aws.amazon.com/oauth",
    ],
)
def test_what_names_somebody_or_something_is_no_query(text: str) -> None:
    assert holds_identifiers(text)
    assert not is_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "ana is not authorized to perform: s3:GetObject",
        "s3:GetObject on resource reports",
        "User: ana is not authorized to perform: s3:GetObject",
        "two\nlines",
        "<script>alert(1)</script>",
        '{"error": "denied"}',
        "word " * 40,
    ],
)
def test_what_was_copied_is_a_paste(text: str) -> None:
    assert looks_like_paste(text)
    assert not is_query(text)


def test_the_words_of_a_message_are_a_paste_and_yet_fit_for_an_address() -> None:
    """A form's are diagnosed; an address that somebody shares is searched for."""
    text = "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"
    assert looks_like_paste(text)
    assert is_query(text)


def test_nothing_is_no_query() -> None:
    assert not is_query("  ")


@pytest.mark.parametrize(
    "secret", ["111122223333", "arn:aws:iam::111122223333:role/deploy", "AKIAIOSFODNN7EXAMPLE", "ana@example.com"]
)
def test_a_log_line_loses_identifiers_and_query_strings(secret: str) -> None:
    line = mask_identifiers(f"GET /search?q={secret} by {secret}, done")
    assert secret not in line
    assert line.startswith("GET /search[…]")
    assert line.endswith("done")


@pytest.mark.parametrize(
    "text",
    [
        "DB_PASSWORD=Hunter2!xyzzy",
        "mysql -u ana -pS3cretword",
        "PRIVATE-TOKEN: glpat-abcdef",
        "X-Vault-Token: s.abc",
        "--token-code 123456",
        "curl -u ana:geheim99 host",
        "a1b2c3d4e5f6g7",
        "pin: 4711abc",
    ],
)
def test_what_may_be_a_secret_is_no_query(text: str) -> None:
    assert not is_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "secretsmanager access denied",
        "kms key policy",
        "password policy iam",
        "AmazonS3ReadOnlyAccess",
        "ec2:RunInstances",
    ],
)
def test_words_about_secrets_are_a_query(text: str) -> None:
    assert is_query(text)


def test_suggestions_ask_the_same_about_secrets() -> None:
    script = (Path(privacy.__file__).parents[1] / "static" / "suggest.js").read_text(encoding="utf-8")
    found = re.search(r"const secret =\s+/(.+)/i;", script)
    assert found is not None
    assert found[1] == privacy._SECRET.pattern.replace('\\"', '"')
