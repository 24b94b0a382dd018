"""Secrets are masked at the door, in place and at their length."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whydenied.engine.secrets.masking import mask

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

SECRETS = [
    (f"aws_secret_access_key = {KEY}", KEY, "secret access key"),
    (f'"SecretAccessKey": "{KEY}"', KEY, "secret access key"),
    ("AWS_SESSION_TOKEN=" + "IQoJb3JpZ2luX2VjE" + "A" * 60, "A" * 60, "session token"),
    ("password: hunter2hunter2", "hunter2hunter2", "password"),
    ("https://ana:topsecret9@example.org/", "topsecret9", "password"),
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789", "authorization header"),
    ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2lnbmF0dXJl", "eyJzdWIiOiJyZXBvIn0", "web token"),
    ("ghp_" + "a1B2" * 9, "a1B2" * 9, "access token"),
]


@pytest.mark.parametrize(("text", "secret", "kind"), SECRETS, ids=[kind for *_, kind in SECRETS])
def test_a_secret_is_hidden_and_named(text: str, secret: str, kind: str) -> None:
    masked = mask(text)
    assert secret not in masked.text
    assert kind in masked.kinds
    assert len(masked.text) == len(text)


RANDOM = "qT7xLw9vR2mN8kB4/cD5+eF6gH1jK3zYpQsUaWtX"
TOKEN = "IQoJb3JpZ2luX2VjE" + "aB3+/x9Z" * 40
ENCODED = RANDOM.replace("/", "%2F").replace("+", "%2B")
SAML = "PHNhbWxwOlJlc3BvbnNl" + "eG1sbnM6c2FtbHA9InVybjpvYXNpcz" * 8
WEB = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJVadQssw5c"
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq9ZxTqLk\nQwErTyUiOpAsDfGhJkLz12345678\n"
    "-----END RSA PRIVATE KEY-----"
)
WORD = "hunter2!Xyzzy"
A1 = "aBcD1234eFgH5678iJkL9012"

# How secrets are written where people copy them from, and the part of each that must be gone.
SPELLINGS = [
    (f"export AWS_SECRET_ACCESS_KEY={RANDOM}", RANDOM),
    (f"AWS_SECRET_ACCESS_KEY='{RANDOM}'", RANDOM),
    (f'{{\\"SecretAccessKey\\": \\"{RANDOM}\\"}}', RANDOM),
    (f'{{\\\\\\"SecretAccessKey\\\\\\": \\\\\\"{RANDOM}\\\\\\"}}', RANDOM),
    ('"SecretAccessKey":"' + RANDOM.replace("/", "\\u002f").replace("+", "\\u002b") + '"', RANDOM[22:30]),
    ('"SecretAccessKey":"' + RANDOM.replace("/", "\\/") + '"', RANDOM[22:30]),
    (f"secret-access-key: >-\n  {RANDOM}", RANDOM),
    (f'  secret_key     =     "{RANDOM}"', RANDOM),
    (f'$env:AWS_SECRET_ACCESS_KEY="{RANDOM}"', RANDOM),
    (f"set -gx AWS_SECRET_ACCESS_KEY {RANDOM}", RANDOM),
    (f"aws configure set aws_secret_access_key {RANDOM}", RANDOM),
    (f"AWS Secret Access Key [None]: {RANDOM}", RANDOM),
    (f"<SecretAccessKey>{RANDOM}</SecretAccessKey>", RANDOM),
    (f"&lt;SecretAccessKey&gt;{RANDOM}&lt;/SecretAccessKey&gt;", RANDOM),
    (f"AWS_SECRET_ACCESS_KEY=&quot;{RANDOM}&quot;", RANDOM),
    (f"ana,,AKIAIOSFODNN7EXAMPLE,{RANDOM},https://x", RANDOM),
    (f"AKIAIOSFODNN7EXAMPLE:{RANDOM}", RANDOM),
    (f"|{RANDOM}|", RANDOM),
    (f"s3://AKIAIOSFODNN7EXAMPLE:{RANDOM}@bucket", RANDOM),
    (f":secret_access_key => '{RANDOM}'", RANDOM),
    (f"AWS_SECRET_ACCESS_KEY%3D{ENCODED}", RANDOM[22:30]),
    (f"https://x/?SecretAccessKey={ENCODED}&a=b", RANDOM[22:30]),
    (f"aws_secret_access_key = “{RANDOM}”", RANDOM),
    (f"**AWS_SECRET_ACCESS_KEY**: `{RANDOM}`", RANDOM),
    (f"AWS_SECRET_ACCESS_KEY=\x1b[31m{RANDOM}\x1b[0m", RANDOM),
    (f"AWS_SECRET_ACCESS_KEY={RANDOM[:20]}​{RANDOM[20:]}", RANDOM[22:]),
    (f"AWS_SECRET_ACCESS_KEY={RANDOM[:25]}\n{RANDOM[25:]}", RANDOM[25:]),
    (f"│ aws_secret_access_key={RANDOM[:20]}\n│ {RANDOM[20:]}", RANDOM[20:]),
    (f"The key is {RANDOM}. Denied", RANDOM),
    (f"key:{RANDOM}", RANDOM),
    (f"[{RANDOM}]", RANDOM),
    (f"AWS_SESSION_TOKEN={TOKEN[:60]}\n{TOKEN[60:140]}\n{TOKEN[140:]}", TOKEN[100:130]),
    ("X-Amz-Security-Token=" + TOKEN.replace("/", "%2F").replace("+", "%2B"), "x9ZaB3%2B"),
    (f"docker login -u AWS -p {TOKEN} https://x", TOKEN[-60:]),
    ("X-Amz-Signature=" + "0123456789abcdef" * 4, "0123456789abcdef"),
    ("Authorization: AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=", "frJIUN8DYpKD"),
    ("curl -H 'Authorization: token abcdef0123456789abcdef'", "abcdef0123456789"),
    ('"authorization": "Bearer abcdef0123456789abcdef"', "abcdef0123456"),
    (f"curl -u ana:{WORD} https://x", WORD),
    (f"mysql -u ana -p{WORD}", WORD),
    (f"token: {WEB[:50]}\n{WEB[50:]}", "SflKxwRJ"),
    (f"token: {WEB[:20]}\n{WEB[20:60]}\n{WEB[60:]}", "SflKxwRJ"),
    (f"https://x/#id_token={WEB}&a=b", "SflKxwRJ"),
    (f"SAMLResponse={SAML}", SAML[30:60]),
    ("SAMLResponse=\n" + "\n".join(SAML[at : at + 76] for at in range(0, len(SAML), 76)), SAML[80:110]),
    (f"<ds:SignatureValue>{'abcdEFGH0123' * 3}</ds:SignatureValue>", "abcdEFGH0123"),
    (PEM, "QwErTyUi"),
    (PEM.replace("\n", "\\n"), "QwErTyUi"),
    ("│ " + PEM.replace("\n", "\n│ "), "QwErTyUi"),
    (PEM.replace("-----\nMII", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,A\n\nMII"), "QwErTyUi"),
    (PEM.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"), "QwErTyUi"),
    (f"postgres://ana:{WORD}@db:5432/x", WORD),
    ("postgres://ana:p@ss:w/rdXyzzy@db:5432/x", "rdXyzzy"),
    (f"redis://:{WORD}@host:6379", WORD),
    (f"Server=db;User Id=ana;Password={WORD};", WORD),
    ('password="my long secret Xyzzy"', "Xyzzy"),
    (f"--master-user-password {WORD}", WORD),
    (f'"SecretString": "{WORD}"', WORD),
    (f"--secret-string '{WORD}'", WORD),
    (f'"apiKey": "{A1}"', A1),
    (f"client_secret={A1}", A1),
    ('"accessToken": "aoaAAAAAGdVxyz' + "aB3dE5" * 12 + '"', "aB3dE5"),
    (f"https://signin.aws.amazon.com/federation?Action=login&SigninToken={A1}", A1),
    ("AWS_BEARER_TOKEN_BEDROCK=ABSKQmVkcm9ja0FQSUtleS" + "aB3dE5" * 18, "aB3dE5"),
    ("github" + "_pat_11ABCDEFG0" + "a1B2" * 14, "a1B2a1B2"),
    ("glpat" + f"-{A1}", A1),
    ("xo" + f"xb-123456789012-{A1}", A1),
    ("npm" + f"_{A1}{A1}", A1),
    ("AI" + f"zaSy{A1}{A1}", A1),
    ("sk" + f"_live_{A1}", A1),
    ("https://hooks.slack" + f".com/services/T0000/B0000/{A1}", A1),
    ("--token-code 123456", "123456"),
]


@pytest.mark.parametrize(("text", "secret"), SPELLINGS)
def test_a_secret_is_hidden_however_it_is_written(text: str, secret: str) -> None:
    masked = mask(text).text
    assert secret not in masked
    assert len(masked) == len(text)


@pytest.mark.parametrize(("text", "secret"), SPELLINGS)
def test_what_follows_a_secret_stays(text: str, secret: str) -> None:
    denial = "\n\nUser: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject"
    assert mask(text + denial).text.endswith(denial.strip() if "PRIVATE KEY" not in text else denial[8:])


@pytest.mark.parametrize(
    "text",
    [
        "not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:eu-west-1:111122223333:parameter/"
        "password because no identity-based policy allows the ssm:GetParameter action",
        "on resource: arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/database-AbCdEf because no",
        "on resource: arn:aws:secretsmanager:us-east-1:111122223333:secret:my-secret-key because no identity-based",
        "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin 111122223333.dkr",
        "FATAL: password authentication failed for user",
        "ExpiredToken: The security token included in the request is expired",
        "InvalidToken: Provided token is malformed or otherwise invalid",
        "Check your AWS Secret Access Key and signing method.",
        "arn:aws:apigateway:us-east-1::/apikeys/abcdefghijklmnop",
        "https://example.com:8443/path?user=ana@example.com",
        "arn:aws:iam::111122223333:role/TelemetryRole2/WithManagedPolicy12aB3c4",
        "Authorization: AWS4-HMAC-SHA256 Credential=x",
        "-" * 80 + "\nAccessDenied\n" + "=" * 80 + "\nAccess2Denied",
        "/aws/lambda/" + "function1/" * 8 + "\nAccess2Denied",
    ],
)
def test_names_that_look_like_secrets_stay(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).kinds == ()


def test_the_kind_of_an_access_key_stays_readable() -> None:
    masked = mask("key ASIAIOSFODNN7EXAMPLE used")
    assert masked.text == "key ASIA•••••••••••••••• used"
    assert masked.kinds == ()


def test_an_encoded_message_is_hidden_over_line_ends_and_boxes() -> None:
    text = (
        "Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuU\n│ MCm-abcdefghijklmnopq\n│ status code: 403"
    )
    masked = mask(text).text
    assert "4GIO" not in masked
    assert "abcdef" not in masked
    assert masked.endswith("│ status code: 403")


def test_what_is_no_secret_stays() -> None:
    text = (
        "User: arn:aws:sts::111122223333:assumed-role/Build/i-0a1b2c3d4e5f67890 is not authorized to "
        "perform: s3:GetObject"
    )
    assert mask(text).text == text


@given(st.text(string.printable, max_size=300))
def test_length_and_line_ends_never_change(text: str) -> None:
    masked = mask(text).text
    assert len(masked) == len(text)
    assert [at for at, char in enumerate(masked) if char == "\n"] == [
        at for at, char in enumerate(text) if char == "\n"
    ]
