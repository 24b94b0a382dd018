"""A paste in, ranked causes with reasons out; and nothing where there is no denial."""

import pytest

from tests.corpus.score import causes_of, make_diagnoser
from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.facts import Fact
from whydenied.kb.catalogue import default_roots, load_catalogue

IDENTITY = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)
EXPLICIT = (
    "An error occurred (AccessDeniedException) when calling the InvokeModel operation: User: "
    "arn:aws:sts::111122223333:assumed-role/app/x is not authorized to perform: bedrock:InvokeModel on "
    "resource: * with an "
    "explicit deny in a service control policy: "
    "arn:aws:organizations::444455556666:policy/o-1/service_control_policy/p-1"
)
BARE = "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied"


@pytest.fixture(scope="module")
def diagnoser() -> Diagnoser:
    return make_diagnoser()


def test_each_denial_of_a_paste_has_its_own_causes(diagnoser: Diagnoser) -> None:
    diagnosis = diagnoser.diagnose(f"step 1\n{IDENTITY}\nstep 2\n{EXPLICIT}\nstep 3\n{IDENTITY}\n{BARE}")
    first = [next(f.cause for f in denial.findings if f.certainty != "ruled-out") for denial in diagnosis.denials]
    assert first == ["identity-no-allow", "scp-explicit-deny", "s3-opaque"]
    assert [denial.error.times for denial in diagnosis.denials] == [2, 1, 1]


def test_the_denial_that_tells_most_is_the_main_one(diagnoser: Diagnoser) -> None:
    diagnosis = diagnoser.diagnose(f"{BARE}\n{EXPLICIT}")
    assert diagnosis.main is not None
    assert diagnosis.main.error.policy_type == "scp"


def test_a_reason_goes_back_to_the_words_of_the_paste(diagnoser: Diagnoser) -> None:
    paste = f"log line\n{IDENTITY}\nanother"
    main = diagnoser.diagnose(paste).main
    assert main is not None
    words = [
        paste[fact.source.start : fact.source.end]
        for reason in main.findings[0].because
        for fact in reason.facts
        if fact.source.start >= 0
    ]
    assert any("because no identity-based policy allows" in word for word in words)
    assert all(reason.text.endswith(".") for reason in main.findings[0].because)


def test_findings_are_shares_of_one(diagnoser: Diagnoser) -> None:
    main = diagnoser.diagnose(BARE).main
    assert main is not None
    assert sum(finding.probability for finding in main.findings) == pytest.approx(1)
    assert all((finding.probability == 0) == (finding.certainty == "ruled-out") for finding in main.findings)


def test_an_answer_changes_what_follows(diagnoser: Diagnoser) -> None:
    text = BARE.replace("ListBuckets", "GetObject")  # a listing has no object
    ruled = diagnoser.diagnose(text, {"object.owner": "other"}).main
    plain = diagnoser.diagnose(text).main
    assert ruled is not None
    assert plain is not None
    certainty = {finding.cause: finding.certainty for finding in ruled.findings}
    assert certainty["s3-acl-ownership"] == "likely"
    assert "s3-acl-ownership" not in {f.cause for f in plain.findings if f.certainty in ("confirmed", "likely")}


def test_facts_say_where_they_come_from(diagnoser: Diagnoser) -> None:
    main = diagnoser.diagnose(EXPLICIT).main
    assert main is not None
    by_name: dict[str, Fact] = {fact.name: fact for fact in main.facts}
    assert by_name["message.layer"].source.origin == "paste"
    assert by_name["principal.kind"].value == "role-session"


NOT_OURS = {
    "docker hub": "pull access denied for acme/web, repository does not exist or may require 'docker login': denied: "
    "requested access to the resource is denied",
    "npm": "npm ERR! 403 403 Forbidden - PUT https://registry.npmjs.org/acme - You do not have permission to publish",
    "postgres": 'FATAL: password authentication failed for user "app"',
    "google": "ERROR: (gcloud.projects.list) PERMISSION_DENIED: The caller does not have permission",
    "windows": "Access is denied. (os error 5)",
    "prose": "He tried the badge twice and the reader said access denied, so he called the front desk.",
    "prose about policies": "Explicit denies always win over allows, which is why evaluation order matters.",
    "stack trace": "TypeError: Cannot read properties of undefined (reading 'map')\n    at App (app.js:1:1)",
    "plan": "Terraform used the selected providers to generate the following execution plan.",
}


@pytest.mark.parametrize("text", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_what_is_no_denial_of_aws_is_said_to_be_none(text: str, diagnoser: Diagnoser) -> None:
    diagnosis = diagnoser.diagnose(text)
    assert not diagnosis.recognised
    assert causes_of(diagnosis) == []


LOOK_ALIKES = {
    "ssh": "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.",
    "ssh, more methods": "ec2-user@10.0.0.1: Permission denied (publickey,gssapi-keyex,gssapi-with-mic).",
    "posix": "bash: ./deploy.sh: Permission denied",
    "python": "PermissionError: [Errno 13] Permission denied: '/srv/data'",
    "node": "Error: EACCES: permission denied, mkdir '/usr/local/lib/node_modules'",
    "docker daemon": "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    "mysql": "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
    "github, http": "HTTP 403: Resource not accessible by integration (https://api.github.com/repos/acme/web/issues)",
    "github, git": "remote: Permission to acme/web.git denied to bot.\nfatal: unable to access "
    "'https://github.com/acme/web/': The requested URL returned error: 403",
    "web server": "403 Forbidden\nnginx/1.25.3",
    "azure": (
        "AuthorizationFailed: The client 'x' does not have authorization to perform action "
        "'Microsoft.Compute/virtualMachines/read' over scope '/subscriptions/1'"
    ),
    "throttled": "An error occurred (ThrottlingException) when calling the DescribeStacks operation: Rate exceeded",
    "missing": (
        "An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist"
    ),
    "quota": "VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 8 allows",
    "unknown code": "DBClusterSnapshotNotFoundFault: DBClusterSnapshot x not found",
    "network": 'Could not connect to the endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"',
    "account": "AccessDenied: Your account must be verified before you can add new CloudFront resources.",
    "dry run": (
        "An error occurred (DryRunOperation) when calling the RunInstances operation: Request would have "
        "succeeded, but DryRun flag is set."
    ),
    "archived": (
        "<Code>InvalidObjectState</Code><Message>The operation is not valid for the object's storage class</Message>"
    ),
}


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_what_only_looks_like_a_denial_is_said_to_be_something_else(text: str, diagnoser: Diagnoser) -> None:
    assert causes_of(diagnoser.diagnose(text))[:1] == ["not-permission"]


def test_words_of_a_look_alike_in_the_log_before_a_denial_do_not_hide_it(diagnoser: Diagnoser) -> None:
    noise = "bucket already exists, skipping\nretrying: connection timed out\n"
    main = diagnoser.diagnose(noise + BARE).main
    assert main is not None
    assert "not-permission" not in {f.cause for f in main.findings[:1]}


WHICH = {
    "name-not-resolved": "dial tcp: lookup sqs.eu-west-9.amazonaws.com on 10.0.0.2:53: no such host",
    "timed-out": "failed to fetch secret from secrets manager: RequestCanceled: request context canceled",
    "not-connected": 'Could not connect to the endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"',
    "wrong-endpoint": "PermanentRedirect: The bucket must be addressed using the specified endpoint (S3)",
    "quota": "An error occurred (VcpuLimitExceeded) when calling the RunInstances operation: no room",
    "throttling": "An error occurred (ThrottlingException) when calling the ListRoles operation: Rate exceeded",
    "not-found": "An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: none",
    "state": "An error occurred (OperationAborted) when calling the PutBucketPolicy operation: busy",
    "account": "OperationNotPermitted: This AWS account currently does not support creating load balancers.",
    "subscription": "An error occurred (OptInRequired) when calling the RunInstances operation: subscribe first",
    "validation": "An error occurred (MalformedPolicyDocument) when calling the PutRolePolicy operation: syntax",
    "other-vendor": "HTTP 403: Resource not accessible by integration (https://api.github.com/repos/acme/web/issues)",
    "dry-run": "An error occurred (DryRunOperation) when calling the RunInstances operation: it would have succeeded",
}


@pytest.mark.parametrize("kind", WHICH)
def test_a_look_alike_says_which_it_is_on_which_words(kind: str, diagnoser: Diagnoser) -> None:
    main = diagnoser.diagnose(WHICH[kind]).main
    assert main is not None
    first = main.findings[0]
    assert (first.cause, first.certainty) == ("not-permission", "confirmed")
    (fact,) = [fact for reason in first.because for fact in reason.facts if fact.name == "look-alike.kind"]
    assert fact.value == kind
    assert fact.source.start < fact.source.end


def test_every_look_alike_says_its_kind_and_every_kind_has_a_remedy() -> None:
    catalogue = load_catalogue(default_roots())
    kinds = {
        pattern["asserts"].get("look-alike.kind")
        for pattern in catalogue.plain("pattern")
        if pattern["asserts"].get("message.kind") == "look-alike"
    }
    (cause,) = [cause for cause in catalogue.plain("cause") if cause["id"] == "not-permission"]
    assert kinds == {kind for case in cause["cases"] if (kind := case["when"].get("look-alike.kind"))}


REFUSED = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k"
)
CONFLICTS = {
    "code-authentication": f"An error occurred (ExpiredToken) when calling the PutObject operation: {REFUSED} because "
    "no identity-based policy allows the s3:PutObject action",
    "kinds": "current credentials could not be used to assume 'arn:aws:iam::111122223333:role/deploy': Rate exceeded",
    "code-denial": "An error occurred (AccessDenied) when calling the ListRoles operation: Rate exceeded",
    "layer": f"{REFUSED} with an explicit deny in a service control policy: "
    "arn:aws:organizations::111122223333:policy/o-1/"
    "service_control_policy/p-1 because no identity-based policy allows the s3:PutObject action",
}


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_a_message_that_contradicts_itself_confirms_nothing_and_says_so(conflict: str, diagnoser: Diagnoser) -> None:
    main = diagnoser.diagnose(CONFLICTS[conflict]).main
    assert main is not None
    assert main.findings[0].certainty == "likely"
    assert f"conflict/{conflict}" in [reason.rule for reason in main.findings[0].because]
    assert not any(finding.certainty == "confirmed" for finding in main.findings)


def test_what_agrees_is_confirmed(diagnoser: Diagnoser) -> None:
    main = diagnoser.diagnose(f"{REFUSED} because no identity-based policy allows the s3:PutObject action").main
    assert main is not None
    assert main.findings[0].certainty == "confirmed"
