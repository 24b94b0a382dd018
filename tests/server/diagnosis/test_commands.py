"""Commands that can work: for this caller and this service, and what only this message needs."""

import pytest

from whydenied.server.service import Service, load_service

ROLE = "arn:aws:sts::111122223333:assumed-role/ci/run"
USER = "arn:aws:iam::111122223333:user/ana"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"


@pytest.fixture(scope="module")
def real() -> Service:
    """The service over the installed content."""
    return load_service()


def lines(real: Service, text: str) -> list[str]:
    return [command.run for command in real.report(text).results[0].commands]


def said(who: str, action: str, resource: str = "", ending: str = "") -> str:
    on = f" on resource: {resource}" if resource else ""
    return f"User: {who} is not authorized to perform: {action}{on}{ending}"


def test_a_user_gets_commands_for_users_and_no_resource_where_the_action_has_none(real: Service) -> None:
    text = "User: arn:aws:iam::123456789012:user/test is not authorized to perform: ec2:DescribeInstances"
    found = lines(real, text)
    assert "aws iam list-attached-user-policies --user-name test" in found
    assert any("--policy-source-arn arn:aws:iam::123456789012:user/test" in line for line in found)
    assert not [line for line in found if "role" in line or "resource" in line or "<" in line]


def test_a_role_gets_commands_for_roles(real: Service) -> None:
    found = lines(real, said(ROLE, "sqs:SendMessage", QUEUE))
    assert "aws iam list-attached-role-policies --role-name ci" in found
    assert not [line for line in found if "user" in line or "<" in line]


def test_the_root_user_is_not_simulated(real: Service) -> None:
    text = said("arn:aws:iam::111122223333:root", "s3:PutObject", "arn:aws:s3:::x/y")
    assert not [line for line in lines(real, text) if "simulate" in line or "--role-name" in line]


def test_no_command_is_of_another_service(real: Service) -> None:
    text = said(USER, "sqs:SendMessage", QUEUE, " with an explicit deny in a resource-based policy")
    found = lines(real, text)
    assert any(line.startswith("aws sqs get-queue-attributes") for line in found)
    assert not [line for line in found if line.startswith(("aws s3", "aws sns", "aws lambda", "aws secretsmanager"))]


def test_an_encoded_message_is_decoded_first(real: Service) -> None:
    text = (
        "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to "
        f"perform this operation. Encoded authorization failure message: {'4GIOHlTkIaWHQD0Q0m6XSnuU' * 8}"
    )
    assert lines(real, text)[0].startswith("aws sts decode-authorization-message --encoded-message <encoded-message>")


def test_the_scp_that_is_named_is_read(real: Service) -> None:
    policy = "arn:aws:organizations::999988887777:policy/o-abcdefghij/service_control_policy/p-0region12"
    ending = f" with an explicit deny in a service control policy: {policy}"
    text = said(ROLE, "ec2:RunInstances", "arn:aws:ec2:eu-west-3:111122223333:instance/*", ending)
    assert lines(real, text)[0].startswith("aws organizations describe-policy --policy-id p-0region12")


def test_an_authorization_is_looked_up_by_its_id(real: Service) -> None:
    number = "0a1b2c3d-1111-2222-3333-444455556666"
    ending = (
        " because no identity-based policy allows the sqs:SendMessage action. Go to https://eu-west-1.console.aws."
        f"amazon.com/iam/home?region=eu-west-1#/authorization-details/{number} for complete details, or call the "
        f"GetRequestAuthorizationDetails API with the following authorization id: {number}"
    )
    assert lines(real, said(USER, "sqs:SendMessage", QUEUE, ending))[0].endswith(f"--authorization-id {number}")


def test_an_alias_is_resolved_to_its_key(real: Service) -> None:
    text = said(ROLE, "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:alias/app/main")
    assert lines(real, text)[0].startswith("aws kms describe-key --key-id alias/app/main")


def test_profile_and_region_of_the_pasted_command_are_kept(real: Service) -> None:
    text = f"$ aws sqs send-message --profile team-a --region eu-west-1\n{said(USER, 'sqs:SendMessage', QUEUE)}"
    assert all(line.endswith(" --profile team-a --region eu-west-1") for line in lines(real, text))


@pytest.mark.parametrize("evil", ["$(id)", "a;rm", "`id`"])
def test_a_profile_that_a_shell_would_act_on_is_not_kept(real: Service, evil: str) -> None:
    text = f"$ aws sqs send-message --profile {evil}\n{said(USER, 'sqs:SendMessage', QUEUE)}"
    assert not [line for line in lines(real, text) if "(id)" in line or ";" in line or "`" in line]


def test_a_thing_is_looked_for_in_its_own_region(real: Service) -> None:
    """The reader's profile may have another Region; IAM and S3 have none to look in."""
    ending = " because no resource-based policy allows the {} action"
    topic = said(USER, "sns:Publish", "arn:aws:sns:eu-west-1:444455556666:orders", ending.format("sns:Publish"))
    key = said(USER, "kms:Decrypt", "arn:aws:kms:eu-west-1:444455556666:key/0a1b", ending.format("kms:Decrypt"))
    bucket = said(USER, "s3:GetObject", "arn:aws:s3:::exports/a", ending.format("s3:GetObject"))
    for text, call in ((topic, "aws sns get-topic-attributes"), (key, "aws kms get-key-policy")):
        assert [line for line in lines(real, text) if line.startswith(call) and line.endswith(" --region eu-west-1")]
    told = lines(real, topic) + lines(real, bucket)
    assert not [line for line in told if line.startswith(("aws iam", "aws s3api", "aws sts")) and "--region" in line]


def test_an_access_point_is_no_bucket_in_a_command(real: Service) -> None:
    point = "arn:aws:s3:eu-west-1:444455556666:accesspoint/finance/object/a.csv"
    text = said(USER, "s3:GetObject", point, " because no resource-based policy allows the s3:GetObject action")
    found = lines(real, text)
    assert found[0].startswith(
        "aws s3control get-access-point-policy --account-id 444455556666 --name finance --region eu-west-1"
    )
    assert not [line for line in found if "--bucket accesspoint" in line]


def test_a_case_has_its_own_commands_whatever_service_was_called(real: Service) -> None:
    text = "api error InvalidParameter: LogDestination: shop-flow-logs is undeliverable"
    found = lines(real, f"operation error EC2: CreateFlowLogs, https response error StatusCode: 400, {text}")
    assert "aws s3api get-bucket-policy --bucket shop-flow-logs --query Policy --output text" in found
