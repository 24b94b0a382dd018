"""Where somebody stands once a plan is applied, and before."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.plans.written import HERE, change, plan_of
from whydenied.engine.errors import InputError
from whydenied.engine.plans.afterwards import policies_of, stand
from whydenied.engine.plans.expected import decide, read_expectation
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.standing import Standing
from whydenied.engine.plans.template import read_template
from whydenied.engine.policy.names import Names

_ARN = "arn:aws:iam::111122223333:role/importer"
_NONE = ("scp", "rcp", "vpce", "session", "resource")
_NAMES = Names()
_HERE = "111122223333"


def document(action: str, resource: str = "*", effect: str = "Allow") -> str:
    """A policy of one statement, as Terraform holds it."""
    statement = {"Sid": "S", "Effect": effect, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(**more: Any) -> dict[str, Any]:
    """The values of a role."""
    return {"name": "importer", "arn": _ARN, **more}


def decision(
    plan: Plan, asks: str, *, principal: str = _ARN, side: Any = "after", given: Standing | None = None
) -> str:
    """What the policies of a plan decide for `service:Action on ARN`."""
    standing = stand(policies_of(plan, HERE, _NAMES, side), principal, given)
    [outcome] = decide(read_expectation(f"it may {asks}", ["it"], account=_HERE), {"it": standing}, _NONE)
    return outcome.decision


def _inline(after: Mapping[str, Any], **unknown: bool) -> dict[str, Any]:
    return change("aws_iam_role_policy.p", after=after, unknown=unknown)


_GET, _PUT = "s3:GetObject on arn:aws:s3:::inbox/a", "s3:PutObject on arn:aws:s3:::inbox/a"
_OLD, _NEW = document("s3:*", "arn:aws:s3:::inbox/*"), document("s3:Get*", "arn:aws:s3:::inbox/*")
_STAYS = change("aws_iam_role.r", before=role(), after=role(), actions=["no-op"])
_AWS = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
_LISTS = role(inline_policy=[{"name": "p", "policy": _OLD}], managed_policy_arns=[_AWS])
_POLICY = {"name": "p", "role": "importer"}
_ATTACHED = {"role": "importer", "policy_arn": _AWS}
_SQS = "sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q"
_SHARED = {"policy_arn": {"references": ["aws_iam_policy.shared.arn", "aws_iam_policy.shared"]}}


@pytest.mark.parametrize(
    ("changes", "asks", "before", "after"),
    [
        # A policy that is changed: what the role's own resource still lists of it does not count.
        (
            [
                change("aws_iam_role.r", before=_LISTS, after=_LISTS, actions=["no-op"]),
                change("aws_iam_role_policy.p", before={**_POLICY, "policy": _OLD}, after={**_POLICY, "policy": _NEW}),
            ],
            _PUT,
            "Allowed",
            "ImplicitlyDenied",
        ),
        # One that is taken away, and one that stays where somebody else put it.
        (
            [
                change("aws_iam_role.r", before=_LISTS, after=_LISTS, actions=["no-op"]),
                change("aws_iam_role_policy.p", before={**_POLICY, "policy": _OLD}),
            ],
            _GET,
            "Allowed",
            "ImplicitlyDenied",
        ),
        (
            [
                change("aws_iam_role.r", before=_LISTS, after=_LISTS, actions=["no-op"]),
                change("aws_iam_role_policy_attachment.a", before=_ATTACHED),
            ],
            _SQS,
            "Allowed",
            "ImplicitlyDenied",
        ),
        ([change("aws_iam_role.r", before=_LISTS, after=_LISTS, actions=["no-op"])], _SQS, "Allowed", "Allowed"),
        # A role that the plan makes, with a boundary that is too small for its policy.
        (
            [
                change("aws_iam_role.r", after={"name": "importer"}, unknown={"managed_policy_arns": True}),
                change("aws_iam_role_policy.p", after={**_POLICY, "policy": _NEW}),
            ],
            _GET,
            "ImplicitlyDenied",
            "Allowed",
        ),
        (
            [
                change("aws_iam_role.r", after=role(permissions_boundary="arn:aws:iam::111122223333:policy/edge")),
                change("aws_iam_policy.edge", after={"name": "edge", "policy": document("sqs:*")}),
                change("aws_iam_role_policy.p", after={**_POLICY, "policy": _NEW}),
            ],
            _GET,
            "ImplicitlyDenied",
            "ImplicitlyDenied",
        ),
        # A text that is known after the apply only, of which nothing is said; and one that is not this role's.
        ([_STAYS, _inline(_POLICY, policy=True)], _GET, "ImplicitlyDenied", "Unknown"),
        ([_STAYS, _inline({**_POLICY, "role": "other", "policy": _NEW})], _GET, "ImplicitlyDenied", "ImplicitlyDenied"),
        # Nobody knows whose it is, so it may be this role's.
        ([_STAYS, _inline({"name": "p", "policy": _NEW}, role=True)], _GET, "ImplicitlyDenied", "Unknown"),
        # A role that is not in the plan has policies that are not either.
        ([_inline({**_POLICY, "policy": _NEW})], _GET, "ImplicitlyDenied", "Unknown"),
        ([_inline({**_POLICY, "policy": _NEW})], _PUT, "ImplicitlyDenied", "Unknown"),
    ],
)
def test_a_roles_policies(changes: list[Mapping[str, Any]], asks: str, before: str, after: str) -> None:
    """Inline, attached and bounded, changed, made and removed."""
    plan = plan_of(*changes)
    assert (decision(plan, asks, side="before"), decision(plan, asks)) == (before, after)


def test_a_policy_that_the_plan_makes_is_found_where_it_is_attached() -> None:
    """By its reference, for its ARN is known after the apply."""
    plan = plan_of(
        _STAYS,
        change("aws_iam_policy.shared", after={"name_prefix": "s-", "policy": _NEW}, unknown={"name": True}),
        change("aws_iam_role_policy_attachment.a", after={"role": "importer"}, unknown={"policy_arn": True}),
        expressions={"aws_iam_role_policy_attachment.a": _SHARED},
    )
    assert (decision(plan, _GET), decision(plan, _PUT)) == ("Allowed", "ImplicitlyDenied")
    other = change(
        "aws_iam_policy.other", after={"name_prefix": "s-", "policy": document("sqs:*")}, unknown={"name": True}
    )
    both = plan_of(
        other,
        _STAYS,
        change("aws_iam_policy.shared", after={"name_prefix": "s-", "policy": _NEW}, unknown={"name": True}),
        change("aws_iam_role_policy_attachment.a", after={"role": "importer"}, unknown={"policy_arn": True}),
        expressions={"aws_iam_role_policy_attachment.a": _SHARED},
    )
    assert (decision(both, _GET), decision(both, _SQS)) == ("Allowed", "ImplicitlyDenied")


def test_a_user_has_its_groups_policies() -> None:
    """And a group that the plan does not have is unknown."""
    user = "arn:aws:iam::111122223333:user/ana"
    ana = change("aws_iam_user.ana", after={"name": "ana"})
    staff = [
        change("aws_iam_group.staff", after={"name": "staff"}),
        change("aws_iam_group_policy.p", after={"name": "p", "group": "staff", "policy": _NEW}),
        change("aws_iam_group_membership.m", after={"group": "staff", "users": ["ana"]}),
    ]
    assert decision(plan_of(ana, *staff), _GET, principal=user) == "Allowed"
    assert decision(plan_of(ana, staff[0], staff[1]), _GET, principal=user) == "ImplicitlyDenied"
    other = change("aws_iam_user_group_membership.m", after={"user": "ana", "groups": ["ops"]})
    assert decision(plan_of(ana, other), _GET, principal=user) == "Unknown"


def test_what_the_plan_does_not_have_is_as_it_was_given() -> None:
    """Organization's policies beside the plan's own; somebody whom the plan does not have at all."""
    fence = {"name": "fence", "document": json.loads(document("s3:*", effect="Deny"))}
    given = Standing(_ARN, {"identity_policies": [], "scps": [[fence]], "unknown": []}, {})
    plan = plan_of(_STAYS, change("aws_iam_role_policy.p", after={**_POLICY, "policy": _NEW}))
    assert decision(plan, _GET, given=given) == "ExplicitlyDenied"
    more = Standing(_ARN, {"identity_policies": [{"name": "more", "document": json.loads(_OLD)}], "unknown": []}, {})
    assert decision(plan, _PUT, given=more) == "ImplicitlyDenied"
    someone = "arn:aws:iam::111122223333:role/someone"
    with pytest.raises(InputError, match=r"no user or role that the plan leaves.*in `policies`"):
        decision(plan, _GET, principal=someone)
    own = {"name": "own", "document": json.loads(_OLD)}
    given = Standing(someone, {"identity_policies": [own], "permissions_boundaries": [], "unknown": []}, {})
    assert decision(plan, _PUT, principal=someone, given=given) == "Allowed"


def test_the_policies_of_resources_are_the_plans() -> None:
    """A bucket's refuses; a role's says who may take it."""
    no = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::inbox/*"}
    trust = {"Effect": "Allow", "Principal": {"AWS": _ARN}, "Action": "sts:AssumeRole"}
    texts = [json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (no, trust)]
    plan = plan_of(
        change("aws_iam_role.r", after=role()),
        change("aws_iam_role_policy.p", after={**_POLICY, "policy": document("*")}),
        change("aws_s3_bucket_policy.b", after={"bucket": "inbox", "policy": texts[0]}),
        change("aws_iam_role.other", after={"name": "other", "assume_role_policy": texts[1]}),
    )
    assert decision(plan, _GET) == "ExplicitlyDenied"
    assert decision(plan, _PUT) == "Allowed"
    assert decision(plan, "sts:AssumeRole on arn:aws:iam::111122223333:role/other") == "Allowed"
    third = change(
        "aws_iam_role.third", after={"name": "third", "assume_role_policy": texts[1].replace(_ARN, _ARN + "2")}
    )
    assert (
        decision(plan_of(_STAYS, third), "sts:AssumeRole on arn:aws:iam::111122223333:role/third") == "ImplicitlyDenied"
    )


def test_a_policy_of_its_own_counts_more_than_what_the_resource_lists() -> None:
    """In whatever order they stand; one that is not known yet is not taken for none."""
    queue = {
        "name": "q",
        "arn": "arn:aws:sqs:eu-west-1:111122223333:q",
        "url": "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
    }
    texts = [document("sqs:*", queue["arn"], effect) for effect in ("Allow", "Deny")]
    texts = [text.replace('"Sid"', '"Principal": "*", "Sid"') for text in texts]
    plan = plan_of(
        change("aws_sqs_queue_policy.p", after={"queue_url": queue["url"], "policy": texts[1]}),
        change("aws_sqs_queue.q", before={**queue, "policy": texts[0]}, after={**queue, "policy": texts[0]}),
    )
    assert policies_of(plan, HERE, _NAMES, "after").resources == {queue["arn"]: json.loads(texts[1])}
    new = change("aws_s3_bucket.b", after={"bucket": "inbox"})
    later = change("aws_s3_bucket_policy.b", after={"bucket": "inbox"}, unknown={"policy": True})
    assert policies_of(plan_of(new, later), HERE, _NAMES, "after").resources == {}
    assert policies_of(plan_of(new), HERE, _NAMES, "after").resources == {"arn:aws:s3:::inbox": None}


_STATEMENT = {"sid": "Out", "effect": "Allow", "actions": ["s3:GetObject"], "resources": [None]}


@pytest.mark.parametrize(
    ("references", "asks", "expected"),
    [
        ([], _GET, "Unknown"),
        ([], _PUT, "ImplicitlyDenied"),
        (["aws_s3_bucket.b.arn", "aws_s3_bucket.b"], _GET, "Unknown"),
        (["aws_s3_bucket.b.arn", "aws_s3_bucket.b"], "s3:GetObject on arn:aws:s3:::elsewhere/a", "ImplicitlyDenied"),
    ],
)
def test_a_document_that_is_read_during_the_apply(references: list[str], asks: str, expected: str) -> None:
    """It is unknown where it depends on the ARN that is, and nowhere else."""
    data = change(
        "data.aws_iam_policy_document.d",
        after={"statement": [_STATEMENT]},
        unknown={"json": True, "statement": [{"resources": [True]}]},
        actions=["read"],
    )
    source = {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}
    plan = plan_of(
        _STAYS,
        change("aws_s3_bucket.b", after={"bucket": "inbox"}, unknown={"arn": True}),
        change("aws_iam_role_policy.p", after=_POLICY, unknown={"policy": True}),
        data,
        expressions={
            "aws_iam_role_policy.p": {"policy": source},
            "data.aws_iam_policy_document.d": {"statement": [{"resources": {"references": references}}]},
            "aws_iam_policy_document.d": {"statement": [{"resources": {"references": references}}]},
        },
    )
    assert decision(plan, asks) == expected


_TEMPLATE = b"""
Parameters: {Env: {Type: String, Default: dev}}
Resources:
  Inbox: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'inbox-${Env}'}}
  Scratch: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: importer
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: sts:AssumeRole}
      ManagedPolicyArns: [!Ref Shared, 'arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess']
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              Effect: Allow
              Action: s3:GetObject
              Resource: [!Sub '${Inbox.Arn}/*', !Sub 'arn:${AWS::Partition}:s3:::${Scratch}/*']
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          Effect: Allow
          Action: s3:PutObject
          Resource: !Join ['', [!GetAtt Inbox.Arn, '/${aws:username}/*']]
          Condition: {StringEquals: {'aws:PrincipalTag/CostCenter': x}}
  NoDelete:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: no-delete
      Roles: [!Ref Role]
      PolicyDocument: {Statement: {Effect: Deny, Action: 's3:Delete*', Resource: '*'}}
"""


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ("s3:GetObject on arn:aws:s3:::inbox-dev/a", "Allowed"),
        ("s3:GetObject on arn:aws:s3:::other/a", "Unknown"),
        ("s3:DeleteObject on arn:aws:s3:::inbox-dev/a", "ExplicitlyDenied"),
        ("sqs:ListQueues on *", "Allowed"),
        ("s3:PutObject on arn:aws:s3:::other/a", "ImplicitlyDenied"),
        ("sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q", "ImplicitlyDenied"),
    ],
)
def test_what_a_template_leaves(asks: str, expected: str) -> None:
    """Inline policies, a managed one of the template, AWS's own, and one that names the role."""
    assert decision(read_template(_TEMPLATE, HERE, "").plan, asks) == expected


def test_a_document_of_a_template_keeps_its_keys() -> None:
    """Condition keys and policy variables are not respelt."""
    left = policies_of(read_template(_TEMPLATE, HERE, "").plan, HERE, _NAMES, "after")
    [policy] = left.details["Policies"]
    versions: Any = policy["PolicyVersionList"]
    statement = versions[0]["Document"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalTag/CostCenter": "x"}}
    assert statement["Resource"] == "arn:aws:s3:::inbox-dev/${aws:username}/*"
