"""A whole paste: every field, where it stood, and one reading for each different error."""

import pytest

from whydenied.engine.messages.parse import Parser

SESSION = "arn:aws:sts::111122223333:assumed-role/Build/ana"
DENIAL = (
    f"An error occurred (AccessDenied) when calling the GetObject operation: User: {SESSION} is not "
    'authorized to perform: s3:GetObject on resource: "arn:aws:s3:::reports/q1.csv" because no identity-based '
    "policy allows the s3:GetObject action"
)


def test_every_field_is_read_and_its_span_points_into_the_paste(parser: Parser) -> None:
    paste = f"$ aws s3 cp s3://reports/q1.csv .\n> \x1b[31m{DENIAL}\x1b[0m\nmake: *** [deploy] Error 255"
    (reading,) = parser.parse(paste).readings
    error = reading.error
    assert error.error_code == "AccessDenied"
    assert error.operation == "GetObject"
    assert error.principal == SESSION
    assert error.action == "s3:GetObject"
    assert error.resource == "arn:aws:s3:::reports/q1.csv"
    assert (error.policy_type, error.effect, error.service) == ("identity", "implicit", "s3")
    for span in error.spans:
        assert getattr(error, span.field) in paste[span.start : span.end]


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_spans_of_what_a_terminal_cut_cover_both_lines(parser: Parser, width: int) -> None:
    paste = "\n".join(DENIAL[start : start + width] for start in range(0, len(DENIAL), width))
    (reading,) = parser.parse(paste).readings
    spans = {span.field: paste[span.start : span.end] for span in reading.error.spans}
    assert "".join(spans["principal"].split()) == SESSION


def test_the_same_denial_again_is_counted_and_another_is_kept_apart(parser: Parser) -> None:
    other = DENIAL.replace("s3:GetObject", "s3:PutObject").replace("GetObject", "PutObject")
    readings = parser.parse("\n".join([DENIAL, other, DENIAL, DENIAL])).readings
    assert [(reading.error.action, reading.error.times) for reading in readings] == [
        ("s3:GetObject", 3),
        ("s3:PutObject", 1),
    ]


def test_what_the_text_does_not_say_is_not_read(parser: Parser) -> None:
    (reading,) = parser.parse(
        "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied"
    ).readings
    error = reading.error
    assert error.action == "s3:ListAllMyBuckets"
    assert (error.principal, error.resource, error.policy_type, error.effect, error.policy_arn) == (None,) * 5


def test_dots_and_bare_words_are_no_caller_and_no_resource(parser: Parser) -> None:
    (reading,) = parser.parse(
        "AccessDenied: User: ... is not authorized to perform: sts:AssumeRole on resource: ..."
    ).readings
    assert (reading.error.principal, reading.error.resource) == (None, None)


def test_an_error_that_no_pattern_knows_still_has_its_fields(parser: Parser) -> None:
    (reading,) = parser.parse(
        "operation error CloudWatch Logs: PutDelivery, https response error StatusCode: 400, RequestID: 12345678, "
        "OddException: mercury is in retrograde"
    ).readings
    assert (reading.error.error_code, reading.error.operation) == ("OddException", "PutDelivery")
    assert "message.class" not in {fact.name for fact in reading.facts}


def test_the_nearest_code_wins_over_the_wrappers_around_it(parser: Parser) -> None:
    (reading,) = parser.parse(
        'Resource handler returned message: "User: arn:aws:iam::111122223333:user/a is not authorized to perform: '
        "states:CreateStateMachine (Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException; "
        'Request ID: 1)" (RequestToken: 2, HandlerErrorCode: GeneralServiceException)'
    ).readings
    assert reading.error.error_code == "AccessDeniedException"


@pytest.mark.parametrize(
    "paste",
    [
        "",
        " \n\t",
        "hello",
        "INFO build finished in 12.3s",
        "TypeError: undefined is not a function",
        "s3://bucket/key",
        "\x00\x01",
    ],
)
def test_a_paste_without_an_error_gives_nothing(parser: Parser, paste: str) -> None:
    assert parser.parse(paste).readings == ()


def test_secrets_never_reach_the_readings(parser: Parser) -> None:
    parsed = parser.parse(f"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n{DENIAL}")
    assert parsed.secrets == ("secret access key",)
    assert "wJalr" not in parsed.text
    assert "wJalr" not in repr(parsed.readings)


def test_words_alone_are_a_denial_only_where_aws_is_named(parser: Parser) -> None:
    assert parser.parse("deploy failed: access denied").readings == ()
    assert len(parser.parse("aws deploy failed: access denied").readings) == 1


@pytest.mark.parametrize(
    ("paste", "kinds"),
    [
        ("my_s3_loader: put failed, Forbidden", [["denial"]]),
        ("my_loader: put failed, Forbidden", []),
        ("ThrottlingException: Rate exceeded, AWS denied the call", [["look-alike"]]),
        ("AWS: operation error SSM: GetParameter, unauthorised", [["denial"]]),
    ],
)
def test_general_words_of_a_refusal_count_only_where_aws_is_named_and_nothing_else_is_told(
    parser: Parser, paste: str, kinds: list[list[str]]
) -> None:
    assert [reading.facts.values("message.kind") for reading in parser.parse(paste).readings] == kinds


def test_the_ids_at_the_end_of_a_javascript_dump_belong_to_its_error(parser: Parser) -> None:
    paste = (
        "UnauthorizedOperation: You are not authorized to perform this operation.\n    at Request.extractError {\n"
        "  code: 'UnauthorizedOperation',\n  requestId: 'd2678875-0aff-4926-8c8b-e87f170c0000',\n  statusCode: 403\n}"
    )
    (reading,) = parser.parse(paste).readings
    assert (reading.error.request_id, reading.error.http_status) == ("d2678875-0aff-4926-8c8b-e87f170c0000", "403")


def test_the_arn_of_a_log_group_keeps_its_last_colon(parser: Parser) -> None:
    arn = "arn:aws:logs:eu-west-1:111122223333:log-group:app:log-stream:"
    text = f"User: {SESSION} is not authorized to perform: logs:PutLogEvents on resource: {arn} because"
    (reading,) = parser.parse(text).readings
    assert reading.error.resource == arn


def test_no_template_is_passed_over(parser: Parser) -> None:
    """Of every template whose anchor stands in a text, a piece is found in it, wherever the anchor stands."""
    for template, _ in parser._templates:
        anchor = template.anchor
        for text in (anchor, f"x{anchor}", f"{anchor} and more", "y" * 20_000 + anchor):
            assert template in [one for one, _ in parser._worth_trying(text)], anchor
