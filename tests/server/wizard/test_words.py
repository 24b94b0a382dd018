"""Words that people say without being asked are answers; nothing of them but answers gets into an address."""

import pytest
from flask.testing import FlaskClient

from whydenied.kb.catalogue import load_catalogue
from whydenied.server.wizard.words import Words

WORDS = Words(load_catalogue().of("question"))


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("my Lambda can't write to DynamoDB", {"failing": "call", "runs.where": "function"}),
        ("pods on EKS get denied on S3", {"failing": "s3", "runs.where": "container"}),
        ("admin but denied", {"who-else": "everyone"}),
        ("it worked yesterday", {"worked.before": "until-lately"}),
        ("kubectl says forbidden", {"failing": "kubernetes"}),
        ("GitHub Actions: not authorized", {"failing": "web-identity", "runs.where": "pipeline"}),
        ("cross-account KMS decrypt, it used to work", {
            "failing": "kms", "resource.account": "other", "worked.before": "until-lately",
        }),
        ("only some objects in the bucket", {"failing": "s3", "works.other-item": "yes"}),
        ("works in console but not in the CLI", {"works.other-session": "yes"}),
        ("CodeBuild cannot push image", {"failing": "registry", "runs.where": "pipeline"}),
        ("presigned URL gives 403", {"presigned-url": "yes"}),
        ("sso login works but S3 denied", {"failing": "s3"}),
        ("aws sso login is OK, but EKS: Unauthorized", {"failing": "kubernetes"}),
        ("S3 works fine, but DynamoDB does not", {"failing": "call"}),
        ("alarm cannot publish to encrypted SNS topic", {"failing": "service-target", "target.encrypted": "yes"}),
        ("CloudWatch alarm does nothing", {"failing": "service-target"}),
        ("Step Functions cannot invoke Lambda", {"failing": "call", "runs.where": "elsewhere"}),
        ("API Gateway cannot invoke Lambda", {"failing": "service-target", "runs.where": "elsewhere"}),
        ("Firehose to S3 access denied", {"failing": "s3"}),
        ("CloudFront 403 from S3", {"failing": "s3"}),
        ("s3cret", {}),
        ("hello there", {}),
        ("bucket " * 100, {}),
    ],
)  # fmt: skip
def test_words_tell_answers(text: str, answers: dict[str, str]) -> None:
    assert WORDS.read(text) == answers


def test_no_word_means_two_values_of_one_question() -> None:
    for question in load_catalogue().of("question"):
        words = [word for choice in question.meta["values"] for word in choice["words"]]
        assert len(set(words)) == len(words), question.id


def test_words_start_the_wizard(reader: FlaskClient) -> None:
    """Typed where a message is expected, they lead on, with the set-up that they are about."""
    answer = reader.post("/wizard", data={"text": "pods on EKS get denied on S3"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/wizard?failing=s3&runs.where=container&from=eks-irsa"
    assert "Reading from or writing to an S3 bucket" in reader.get(answer.headers["Location"]).text
    kept = reader.post("/wizard?failing=kms", data={"text": "it worked yesterday"})
    assert kept.headers["Location"] == "/wizard?failing=kms&worked.before=until-lately"


def test_a_search_leads_into_the_wizard(reader: FlaskClient) -> None:
    page = reader.get("/search?q=lambda+cannot+read+dynamodb").text
    assert 'href="/wizard?failing=call&amp;runs.where=function' in page
    assert "from what you said" not in reader.get("/search?q=xyzzy").text


def test_a_message_is_no_words(reader: FlaskClient) -> None:
    text = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
    assert reader.post("/wizard", data={"text": text}).status_code == 307
