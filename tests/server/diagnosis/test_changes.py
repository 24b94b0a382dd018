"""Every denial that names enough has its change: exactly what the text names, and nothing else becomes allowed.

The samples are those of our own articles: the example and the near miss of every cause, the examples of every pattern.
"""

import pytest

from whydenied.engine.drafts.record import Draft
from whydenied.engine.evaluation.cases import read_request
from whydenied.engine.evaluation.evaluate import evaluate
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.policy.names import Names
from whydenied.engine.remedies.edit import Edit, Slot, apply_edits
from whydenied.server.diagnosis.report import Result
from whydenied.server.service import Service, load_service

# Causes that a missing statement is the reason of.
MISSING = {
    "identity-no-allow",
    "resource-no-allow",
    "boundary-no-allow",
    "session-no-allow",
    "scp-no-allow",
    "vpce-no-allow",
    "trust-policy-denies",
    "pass-role-missing",
    "kms-key",
    "service-linked-role",
}
# Denials without a statement, by the beginning of their text, and why. This list only shrinks.
WITHOUT = {
    "An error occurred (ValidationException) when calling the Cre": "names no caller to let in",
    "An error occurred (InvalidConfigurationRequest) when calling": "names no caller to let in",
    "An error occurred (InsufficientS3BucketPolicyException) when": "names no caller to let in",
    "An error occurred (InsufficientS3BucketPolicyFault) when cal": "names no caller to let in",
    "An error occurred (InvalidRequestException) when calling the": "a role lacks what the text does not name",
    "An error occurred (InvalidArgumentException) when calling th": "a role lacks what the text does not name",
    "User: arn:aws:sts::111122223333:assumed-role/Build/ana is no": "an explicit deny: an exception, and no statement",
}
OTHERS = tuple(
    (f"{service}:{verb}{thing}", f"arn:aws:{service}:eu-west-1:111122223333:{thing.lower()}/other")
    for service, thing in (
        ("dynamodb", "Table"),
        ("lambda", "Function"),
        ("secretsmanager", "Secret"),
        ("sqs", "Queue"),
        ("sns", "Topic"),
        ("kms", "Key"),
        ("ec2", "Volume"),
        ("rds", "Cluster"),
        ("ecs", "Service"),
        ("iam", "Role"),
    )
    for verb in ("Create", "Delete", "Describe", "Update", "Get")
)


@pytest.fixture(scope="module")
def real() -> Service:
    """The service over the installed content."""
    return load_service()


def samples(service: Service) -> list[str]:
    causes = [article.meta["example"]["text"] for article in service.catalogue.of("cause")]
    misses = [article.meta["near_miss"] for article in service.catalogue.of("cause")]
    patterns = [one["text"] for article in service.catalogue.of("pattern") for one in article.meta["examples"]]
    return list(dict.fromkeys([*causes, *misses, *patterns]))


def names_enough(error: ParsedError, names: Names) -> bool:
    return bool(error.action and (error.resource or names.resources(error.action) == ()))


def wanting(service: Service) -> list[tuple[str, Result]]:
    """The denials of the samples that must have a change."""
    names = Names()
    return [
        (text, result)
        for text in samples(service)
        for result in service.report(text).results
        if result.causes and result.causes[0].id in MISSING and names_enough(result.error, names)
    ]


@pytest.mark.slow
def test_every_denial_that_names_enough_has_a_change(real: Service) -> None:
    wanted = wanting(real)
    assert len(wanted) > 60
    without = {
        text[:60]: result.error.action for text, result in wanted if not any(c.statements for c in result.changes)
    }
    assert set(without) == set(WITHOUT), without


def decided(draft: Draft, action: str = "", resource: str = "", *, with_it: bool = True) -> str:
    """Decide the denied request, or another, with the change or without it, all unseen gates open or unknown."""
    assert draft.basis is not None
    before, change = draft.basis
    statements = draft.statements if with_it else ()
    edit = Edit(Slot(change.gate, change.level, change.position), "p", "allow", None, statements, "it is drafted")
    request, policies = apply_edits(before.request, before.policies, (edit,))
    if action:
        caller = request.caller
        who = {"service": caller.text} if caller.kind == "service" else caller.text
        request = read_request({"request": {"principal": who, "action": action, "resource": resource}})
    return evaluate(request, policies).decision


@pytest.mark.slow
def test_each_change_flips_its_own_denial_and_opens_nothing_else(real: Service) -> None:
    """50 other requests of the same caller stay as they are."""
    tried = 0
    for text, result in wanting(real):
        for draft in result.changes:
            if not draft.statements or draft.basis is None or draft.kind == "exception":
                continue
            tried += 1
            assert decided(draft, with_it=False) == "ImplicitlyDenied", text
            assert decided(draft) in ("Allowed", "Unknown"), text
            for action, resource in OTHERS:
                assert decided(draft, action, resource) == decided(draft, action, resource, with_it=False), (
                    text,
                    action,
                )
    assert tried > 50


@pytest.mark.slow
def test_each_statement_names_exactly_the_action_and_the_resource(real: Service) -> None:
    for text, result in wanting(real):
        for draft in result.changes:
            for statement in draft.statements:
                if draft.gate == "trust":
                    continue
                passed = result.causes[0].id == "pass-role-missing"
                wanted = "iam:PassRole" if passed else result.error.action or ""
                assert statement["Action"].lower() == wanted.lower(), text
                assert statement.get("Resource", draft.resource) in (draft.resource, "*") or draft.gate == "resource", (
                    text
                )
                if statement.get("Resource") == "*":
                    assert draft.resource == "*" or draft.gate in ("resource", "scp"), text
