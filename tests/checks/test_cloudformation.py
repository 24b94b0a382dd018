"""What is read of a page's CloudFormation, and what its linter refuses."""

from whydenied.checks.cloudformation import Piece, lint_template, resources_in
from whydenied.checks.effect import reference

ROLE = """\
AppRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
"""
PROFILE = """\
AppProfile:
  Type: AWS::IAM::InstanceProfile
  Properties:
    Roles: [!Ref AppRole]
"""
ENDPOINT = """\
Endpoint:
  Type: AWS::EC2::VPCEndpoint
  Properties:
    VpcId: vpc-0123456789abcdef0
    ServiceName: !Sub "com.amazonaws.${AWS::Region}.%s"
"""


def found(*texts: str) -> list[tuple[int, str]]:
    return list(lint_template([Piece(f"yaml {n}", 100 * n, text) for n, text in enumerate(texts, 1)]))


def test_functions_are_references() -> None:
    text = ROLE + '    Description: !Sub "${AWS::Region} of ${Team}"\n    RoleName: !GetAtt A.Arn\n'
    properties = resources_in(text)["AppRole"]["Properties"]
    assert properties["Description"] == f"{reference('AWS::Region')} of {reference('Team')}"
    assert properties["RoleName"] == reference("GetAtt A.Arn")


def test_other_yaml_is_no_template() -> None:
    assert resources_in("apiVersion: v1\nkind: Role\n") == {}
    assert resources_in("- a\n- b\n") == {}
    assert resources_in("a: [\n") == {}
    assert list(resources_in(f"Resources:\n{ROLE}".replace("\n", "\n  "))) == ["AppRole"]


def test_the_pieces_of_a_page_are_one_template() -> None:
    assert found(ROLE, PROFILE) == []
    [(line, message)] = found(PROFILE)
    assert line == 104
    assert "AppRole" in message


def test_a_property_that_is_not_there_is_refused_where_it_stands() -> None:
    [(line, message)] = found(PROFILE, ROLE + "    RolName: app\n")
    assert line == 208
    assert "RolName" in message


def test_a_whole_template_is_linted_as_it_stands() -> None:
    text = "Resources:\n" + "".join(f"  {line}\n" for line in ROLE.splitlines())
    assert found(text) == []
    [(line, _)] = found(text + "      RolName: app\n")
    assert line == 109


def test_an_endpoint_is_a_gateway_unless_it_says_so() -> None:
    """The linter cannot see it, and the stack cannot be made."""
    assert found(ENDPOINT % "s3") == []
    [(line, message)] = found(ENDPOINT % "sqs")
    assert line == 100
    assert "VpcEndpointType" in message
    assert found(ENDPOINT % "sqs" + "    VpcEndpointType: Interface\n") == []
