"""Each check of the content notices what it is there to notice."""

from typing import Any

import pytest

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.aws_cli import AwsCli
from whydenied.checks.commands import shown_commands
from whydenied.checks.decisions import decide_cause, decide_scenario
from whydenied.checks.messages import unkept
from whydenied.checks.minimal import each_undone
from whydenied.checks.policies import policy_problems
from whydenied.checks.questions import question_problems
from whydenied.engine.command_lines import command_line
from whydenied.engine.policy.names import Names
from whydenied.kb.catalogue import Catalogue

READ = {
    "principal": "arn:aws:iam::111122223333:user/ana",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/a.csv",
    "resource_account": "111122223333",
}


def allow(*actions: str, resource: Any = "arn:aws:s3:::reports/*") -> dict[str, Any]:
    """Write a policy that allows actions."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}],
    }


def decided(catalogue: Catalogue, denied: dict[str, Any], fixed: dict[str, Any], **meta: Any) -> str:
    """Decide a cause with these cases."""
    article = cause(catalogue, "identity-no-allow")
    example = {**article.meta["example"], "reads": {}}
    return found_by(decide_cause(changed(article, denied=denied, fixed=fixed, example=example, **meta)))


def test_a_proof_that_holds_has_nothing_against_it(catalogue: Catalogue) -> None:
    """The smallest case: one request, no policy, one Allow."""
    assert decided(catalogue, {"request": READ}, {"identity_policies": [allow("s3:GetObject")]}) == ""


def test_a_case_denied_by_another_gate_is_noticed(catalogue: Catalogue) -> None:
    """It is not enough to be denied: it must be by the gate that the article names."""
    said = decided(catalogue, {"request": READ}, {"identity_policies": [allow("s3:GetObject")]}, gate="scp")
    assert "denied: is ImplicitlyDenied, blocked by identity" in said


def test_a_fix_that_does_not_fix_is_noticed(catalogue: Catalogue) -> None:
    """The fixed case must be allowed."""
    said = decided(catalogue, {"request": READ}, {"identity_policies": [allow("s3:PutObject")]})
    assert "fixed: is ImplicitlyDenied" in said


@pytest.mark.parametrize(
    ("fixed", "place"),
    [
        (allow("s3:GetObject", "s3:PutObject"), "Action[1]"),
        (allow("s3:GetObject", resource=["arn:aws:s3:::reports/*", "arn:aws:s3:::other/*"]), "Resource[1]"),
        (
            {"Version": "2012-10-17", "Statement": allow("s3:GetObject")["Statement"] + allow("s3:List*")["Statement"]},
            "Statement[1]",
        ),
    ],
)
def test_a_fix_that_grants_more_than_it_needs_is_noticed(
    catalogue: Catalogue, fixed: dict[str, Any], place: str
) -> None:
    """An action, a resource, a statement too many: least privilege is checked, not promised."""
    assert f"{place}` is not needed" in decided(catalogue, {"request": READ}, {"identity_policies": [fixed]})


def test_several_requests_make_several_actions_needed(catalogue: Catalogue) -> None:
    """A fix for reading and writing is minimal for both together."""
    both = {**READ, "action": ["s3:GetObject", "s3:PutObject"]}
    assert decided(catalogue, {"request": both}, {"identity_policies": [allow("s3:GetObject", "s3:PutObject")]}) == ""


def test_a_cause_without_a_case_must_say_why(catalogue: Catalogue) -> None:
    """Nothing is left unproved in silence."""
    bare = changed(cause(catalogue, "identity-no-allow"), denied=None, fixed=None)
    assert "shows no case" in found_by(decide_cause(bare))
    assert decide_cause(changed(bare, not_evaluated="Nothing was signed.")) == []


def test_a_case_about_another_action_than_the_example_is_noticed(catalogue: Catalogue) -> None:
    """The message shown and the case decided are about the same thing."""
    article = cause(catalogue, "identity-no-allow")
    other = changed(article, denied={"request": READ}, fixed={"identity_policies": [allow("s3:GetObject")]})
    assert "is not about `dynamodb:GetItem`" in found_by(decide_cause(other))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("principal", "arn:aws:sts::111122223333:assumed-role/somebody/else"),
        ("resource", "arn:aws:dynamodb:eu-west-1:111122223333:table/other"),
    ],
)
def test_a_case_of_another_caller_or_resource_is_noticed(catalogue: Catalogue, name: str, value: str) -> None:
    """The proof is the reader's own request, not a friendlier one."""
    article = cause(catalogue, "identity-no-allow")
    denied = {**article.meta["denied"], "request": {**article.meta["denied"]["request"], name: value}}
    assert f"the {name} of the example" in found_by(decide_cause(changed(article, denied=denied)))


def test_a_key_that_the_request_does_not_carry_is_noticed(catalogue: Catalogue) -> None:
    """GetObject sends no prefix: a proof that has one proves nothing."""
    request = {**READ, "context": {"s3:prefix": "2026/"}}
    said = decided(catalogue, {"request": request}, {"identity_policies": [allow("s3:GetObject")]})
    assert "has `s3:prefix` in its context" in said


def test_a_trial_of_a_cause_is_decided(catalogue: Catalogue) -> None:
    """The second form of a fix is held as the first is."""
    article = cause(catalogue, "ecr-auth")
    trials = [{**article.meta["trials"][0], "after": {"resource_policy": None}}]
    assert "trials[0].after: is ImplicitlyDenied" in found_by(decide_cause(changed(article, trials=trials)))


def test_a_policy_that_no_trial_uses_is_noticed(catalogue: Catalogue) -> None:
    """What a set-up shows is executed, side by side."""
    article = catalogue.get("scenario", "sqs-sns")
    assert article is not None
    said = found_by(decide_scenario(changed(article, trials=article.meta["trials"][:1])))
    assert "`side 4` takes part in no trial" in said
    assert "`side 1` takes part" not in said


def test_a_policy_that_is_not_shown_cannot_be_named(catalogue: Catalogue) -> None:
    """A case names only what the reader sees."""
    said = decided(catalogue, {"request": READ}, {"identity_policies": ["fix 9"]})
    assert "there is no `fix 9`; the article has fix 1" in said


def test_a_deny_is_undone_with_what_took_its_place() -> None:
    """Resource and NotResource are one element, written in two ways."""
    before = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    after = {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::a"}
    assert list(each_undone(before, after)) == [(".NotResource", before)]
    assert list(each_undone({"Sid": "a"}, {"Sid": "b"})) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('```json\n{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}\n```', "`Action` is missing"),
        ("```json\n{not json}\n```", "holds code that is not JSON"),
        ('```hcl\nactions = ["s3:GetObjekt"]\n```', "`s3:GetObjekt` is no action"),
        (
            '```json\n{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:Publish", '
            '"Resource": "*", "Condition": {"StringEquals": {"aws:SourceIpp": "1.2.3.4"}}}]}\n```',
            "no such condition key",
        ),
        (
            "```yaml\nPolicyDocument:\n  Version: '2012-10-17'\n  Statement:\n    - Effect: Allow\n"
            "      Action: sqs:SendMassage\n      Resource: !GetAtt Queue.Arn\n```",
            "no action of sqs",
        ),
    ],
)
def test_a_wrong_policy_is_noticed(catalogue: Catalogue, body: str, said: str) -> None:
    """In JSON, in Terraform, in a template."""
    assert said in found_by(policy_problems(changed(cause(catalogue, "credentials-missing"), body=body)))


def test_what_is_shown_as_wrong_may_be_wrong(catalogue: Catalogue) -> None:
    """Under `### Before` stands a mistake that AWS would save; nonsense is still noticed there."""
    policy = (
        '```json\n{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "%s", "Resource": "%s"}]}\n```'
    )
    article = cause(catalogue, "credentials-missing")
    mistake = changed(article, body="### Before\n\n" + policy % ("s3:GetObject", "arn:aws:s3:::reports"))
    assert list(policy_problems(mistake)) == []
    nonsense = changed(article, body="### Before\n\n" + policy % ("s3:Fetch", "*"))
    assert "no action of s3" in found_by(policy_problems(nonsense))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("aws iam get-role --role-name a", ""),
        ("aws iam get-role --role a", ""),  # the real command line takes what begins like one option only
        ("aws iam get-roll --role-name a", "Invalid choice"),
        ("aws iam get-role --role-name a --rolename b", "--rolename"),
        ("aws iam get-role", "--role-name"),
        ("aws iam get-role --role-name a --query 'Role['", "--query"),
        ("aws sso login --profile dev", ""),
        ("aws sso login --profil dev", "--profil"),
        ("aws s3 cp s3://a/b c --acl private", ""),
        ("aws s3 cp s3://a/b c --acll private", "--acll"),
        ("aws ecr get-login-password --region eu-west-1", ""),
        ("aws eks update-kubeconfig --name apps --role-arn x", ""),
        ("aws eks update-kubeconfig --nam apps", "--nam"),
        ("aws nonsense", "Invalid choice"),
    ],
)
def test_the_real_command_line_decides(monkeypatch: pytest.MonkeyPatch, command: str, said: str) -> None:
    """What a reader would be refused is refused here, without a call."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with AwsCli() as cli:
        refusal = cli.refusal(command)
    assert (refusal == "") if not said else (said in refusal), refusal


def test_commands_are_found_wherever_they_stand(catalogue: Catalogue) -> None:
    """In a pipe, in a substitution, on several lines, in a sentence; not in a comment."""
    body = (
        "Run `aws sts get-caller-identity` or `aws iam get-role --role-name {role.name}`.\n\n"
        "```bash\n# aws never\naws iam list-roles \\\n  --max-items 1 | jq '.Roles | length'\n"
        'X="$(aws sts get-caller-identity --query Arn)"\n```\n'
    )
    article = changed(cause(catalogue, "credentials-missing"), body=body, commands=[], cases=[])
    assert [(shown.text, shown.whole) for shown in shown_commands(article)] == [
        ("aws sts get-caller-identity", False),
        ("aws iam get-role --role-name deployer", False),
        ("aws iam list-roles --max-items 1", True),
        ("aws sts get-caller-identity --query Arn", True),
    ]


CALLS: list[tuple[str, str, dict[str, Any], str]] = [
    ("s3", "GetBucketPolicy", {"Bucket": "{bucket}"}, "aws s3api get-bucket-policy --bucket {bucket}"),
    ("iam", "ListOpenIDConnectProviders", {}, "aws iam list-open-id-connect-providers"),
    ("config", "DescribeConfigRules", {}, "aws configservice describe-config-rules"),
    ("iam", "X", {"ActionNames": ["s3:Get*", "sqs:Send"]}, "aws iam x --action-names 's3:Get*' sqs:Send"),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "command"), CALLS)
def test_a_call_becomes_the_command_that_makes_it(
    service: str, operation: str, parameters: dict[str, Any], command: str
) -> None:
    """The page shows what a shell takes."""
    assert command_line(service=service, operation=operation, parameters=parameters) == command


def test_a_question_may_only_read(catalogue: Catalogue) -> None:
    """A call that changes something, and an expression that cannot be read, are noticed."""
    article = catalogue.get("question", "boundary.attached")
    assert article is not None
    names = Names()
    assert list(question_problems(article, names)) == []
    writes = changed(article, call={"service": "iam", "operation": "DeleteRole", "parameters": {}}, reads=[])
    assert "of the kind Write" in found_by(question_problems(writes, names))
    broken = changed(article, reads=[{"jmespath": "Role[", "value": "yes"}])
    assert "reads[0].jmespath" in found_by(question_problems(broken, names))


@pytest.mark.slow
def test_a_pattern_whose_example_has_another_cause_first_is_noticed(catalogue: Catalogue) -> None:
    others = [
        article for article in catalogue.articles.values() if (article.kind, article.id) != ("pattern", "throttled")
    ]
    pattern = catalogue.articles["pattern", "throttled"]
    said = found_by(unkept(Catalogue([*others, changed(pattern, causes=["kms-key"])])))
    assert said.startswith("examples[0]: has `not-permission` as its first cause")


def test_a_weakened_rule_is_noticed_by_the_certainty_of_the_example(catalogue: Catalogue) -> None:
    """Else every `confirmed` could become `possible`, and nobody would see it."""
    article = cause(catalogue, "credentials-missing")
    assert article.meta["example"]["certainty"] == "confirmed"
    weaker = [{**rule, "then": "likely"} if rule["then"] == "confirmed" else rule for rule in article.meta["rules"]]
    others = [one for one in catalogue.articles.values() if one.id != article.id]
    said = found_by(unkept(Catalogue([*others, changed(article, rules=weaker)]), [article.id]))
    assert "example.certainty: is `likely` by the rules" in said


@pytest.mark.parametrize(
    ("call", "reads", "said"),
    [
        ({"operation": "GetRoles"}, None, "no operation `GetRoles`"),
        ({"service": "iamm"}, None, "of `iamm`"),
        ({"parameters": {"RolName": "{role.name}"}}, None, "call.parameters: Missing required parameter"),
        ({"parameters": {"RoleName": "{role.name}", "Path": "/"}}, None, "call.parameters: Unknown parameter"),
        ({}, [{"jmespath": "Role.Boundary || User.Arn", "value": "yes"}], "no field `Boundary`"),
    ],
)
def test_a_call_that_the_sdk_does_not_know_is_noticed(
    catalogue: Catalogue, call: dict[str, Any], reads: list[dict[str, str]] | None, said: str
) -> None:
    """Its operation, its parameters, and what is read of its output."""
    article = catalogue.get("question", "boundary.attached")
    assert article is not None
    other = changed(article, call={**article.meta["call"], **call}, reads=reads or article.meta["reads"])
    assert said in found_by(question_problems(other, Names()))


@pytest.mark.parametrize(("action", "resource"), [("s3:GetObject", "*"), ("s3:*", "arn:aws:s3:::reports/*")])
def test_a_fix_that_opens_everything_is_noticed(catalogue: Catalogue, action: str, resource: str) -> None:
    """It is needed as a whole, so that undoing its parts shows nothing."""
    said = decided(catalogue, {"request": READ}, {"identity_policies": [allow(action, resource=resource)]})
    assert f"fixed: allows `{action}` on more than the request needs" in said


def test_what_takes_no_resource_is_allowed_on_all(catalogue: Catalogue) -> None:
    request = {**READ, "action": "s3:ListAllMyBuckets", "resource": "*"}
    fixed = {"identity_policies": [allow("s3:ListAllMyBuckets", resource="*")]}
    assert decided(catalogue, {"request": request}, fixed) == ""


def test_a_fix_that_opens_a_resource_for_a_whole_service_is_noticed(catalogue: Catalogue) -> None:
    """The policy of a resource, too, names the action, and the resource unless `*` can only be itself."""
    article = cause(catalogue, "service-resource-policy")
    assert decide_cause(article) == []
    assert '"Action": "sns:Publish"' in article.body
    wide = changed(article, body=article.body.replace('"Action": "sns:Publish"', '"Action": "sns:*"'))
    assert "allows `sns:*` on more than the request needs" in found_by(decide_cause(wide))
    topic = '"Resource": "arn:aws:sns:eu-west-1:111122223333:on-call"'
    assert topic in article.body
    wide = changed(article, body=article.body.replace(topic, '"Resource": "*"'))
    assert "allows `sns:Publish` on more than the request needs" in found_by(decide_cause(wide))


def test_a_second_fix_that_opens_all_resources_is_noticed(catalogue: Catalogue) -> None:
    """What only a further reader's request needs is held to the same."""
    article = cause(catalogue, "s3-opaque")
    assert decide_cause(article) == []
    body = article.body.replace('"Resource": "arn:aws:s3:::reports-prod/2026/*"', '"Resource": "*"')
    assert body != article.body
    assert "on more than the request needs" in found_by(decide_cause(changed(article, body=body)))


def test_a_deny_that_refuses_nothing_a_trial_asks_for_is_noticed(catalogue: Catalogue) -> None:
    """It may have been an Allow, or guard against nothing."""
    article = catalogue.get("scenario", "efs-mount")
    assert article is not None
    assert decide_scenario(article) == []
    trials = [trial for trial in article.meta["trials"] if "not without" not in trial["says"]]
    said = found_by(decide_scenario(changed(article, trials=trials)))
    assert "the Deny `OnlyEncrypted` refuses nothing that any trial asks for" in said


def test_an_allow_that_no_trial_needs_is_noticed(catalogue: Catalogue) -> None:
    """Of a role that serves several requests, each statement has one."""
    article = catalogue.get("scenario", "glue-job")
    assert article is not None
    assert decide_scenario(article) == []
    trials = [trial for trial in article.meta["trials"] if trial["says"] != "the job writes its logs"]
    said = found_by(decide_scenario(changed(article, trials=trials)))
    assert "the Allow `WriteLogs` is needed by no trial" in said
    trials = [
        trial for trial in article.meta["trials"] if trial["says"] != "the engineer starts the job and watches it"
    ]
    said = found_by(decide_scenario(changed(article, trials=trials)))
    assert "the `glue:GetJobRun` of Allow `RunTheJob` is needed by no trial" in said


def test_a_resource_of_another_account_than_its_name_says_is_noticed(catalogue: Catalogue) -> None:
    role = {**READ, "action": "sts:AssumeRole", "resource": "arn:aws:iam::444455556666:role/reader"}
    said = decided(catalogue, {"request": role}, {"identity_policies": []})
    assert "is `111122223333`, and `arn:aws:iam::444455556666:role/reader` is of `444455556666`" in said


def test_gates_that_leave_out_the_cause_s_own_are_noticed(catalogue: Catalogue) -> None:
    said = decided(catalogue, {"request": READ}, {"identity_policies": []}, blocked_by=["resource"])
    assert said == "blocked_by: leaves out `identity`, which is what the gate `identity` decides by"
