"""One denial's change: who makes it, what exactly, and under which assumption it lets this very request pass."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from whydenied.engine.arn import parse_arn, principal_account
from whydenied.engine.drafts.federated import federated_statement
from whydenied.engine.drafts.forwarded import next_refusal
from whydenied.engine.drafts.gate import Place, place_of
from whydenied.engine.drafts.handed import as_taken
from whydenied.engine.drafts.named import named_policy
from whydenied.engine.drafts.passed import keys_of, linked_to
from whydenied.engine.drafts.record import Basis, Draft
from whydenied.engine.drafts.request import ANOTHER, HIDDEN, SOMEBODY, STAND_IN, Told, partition_in, told
from whydenied.engine.drafts.shape import BLANK, Subject, in_partition, subject_of
from whydenied.engine.drafts.whose import note_on, permission_set_of
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.cases import read_policies, read_request
from whydenied.engine.evaluation.evaluate import evaluate
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.resource_policies import none_because, takes_policy
from whydenied.engine.forms.names import holder_name
from whydenied.engine.messages.derive import workload
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.policy.names import Names
from whydenied.engine.remedies.caller import with_principal
from whydenied.engine.remedies.plan import plan
from whydenied.engine.remedies.remedy import Change, Danger, Remedy, Target

__all__ = ["draft_for", "target_words"]

_PASS_ROLE = "iam:PassRole"
_ON_BOTH = frozenset({"ecs:ExecuteCommand", "kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"})
# What the reference does not list as required.
_ON_MORE = {
    "batch:SubmitJob": ("job-definition", "job-queue"),
    "ssm:SendCommand": ("document", "instance"),
    "ssm:StartSession": ("instance", "document"),
}
# Source: Amazon Cognito Developer Guide, "IAM roles" (services that unauthenticated identities can access).
_GUESTS = (
    "Cognito adds this session policy to every guest of an identity pool. It is AWS's own, and no statement of yours "
    "widens it: let the user sign in, or put a service of yours in between."
)

# Source: Lambda Developer Guide, "Control access to Lambda function URLs" (since October 2025).
_URL_NEEDS = "A function URL asks for `lambda:InvokeFunction` on the function as well: allow that in the same place."
_NEW_ROLE = "If the role was made or changed within the last minute, wait and repeat the call first."
_OF_THE_CALLER = "a policy of the caller"
_OF_A_ROLE = "a policy of the role that the message speaks of"

# The whole ARN that stands in the case for a caller whom the text does not name.
_STRANGER = re.compile(rf"arn:aws[a-z-]*:iam::\d{{12}}:user/{SOMEBODY}")
# Where the text names no caller, neither does the change.
_NOBODY = Target("", "", "", "")


@cache
def _names() -> Names:
    return Names()


def draft_for(
    error: ParsedError, cause: str, cause_gate: str, text: str = "", *, let_in: bool = False, of_role: bool = False
) -> Draft | None:
    """Draft the change for one denial. cause, cause_gate: the first finding's article and the gate it names; text: the
    paste with secrets masked, which may name an identity provider; let_in: whether the service took the call, and says
    that a role lacks something, so that the call itself is not what was refused; of_role: whether a role that was
    handed to a service lacks it, and not who called.

    None where the text names too little: no action, no caller where the gate needs one, or no policy that decides."""
    taken = as_taken(error, text) if cause == "trust-policy-service" else None
    error = taken or error
    action = error.action or (_PASS_ROLE if cause == "pass-role-missing" and _is_role(error.resource) else None)
    if not action or (let_in and not any(span.field == "action" for span in error.spans)):
        return None
    place = place_of(error, cause_gate, cause)
    if place is None:
        return None
    subject = _subject(error, action, cause)
    if left := _left_alone(error, place):
        return _refused(error, place, subject, (left,))
    federated = federated_statement(error, text) if place.gate == "resource" and place.effect == "implicit" else None
    if federated is not None:
        return _federated(error, subject, federated)
    case = told(error, subject, place, keys_of(error, subject.action, text))
    if case is None:
        return None
    try:
        # With what AWS says of every caller, so that the plan has nothing to add and does not evaluate once more.
        request = with_principal(read_request(case.case))
        if _by_policy_alone(place, request) and (stuck := none_because(request)):
            # The case has a policy to add to, whether there can be one or not.
            return _refused(error, place, subject, (stuck,))
        evaluation = evaluate(request, read_policies(case.case))
    except InputError:
        # A part of a name was hidden as a secret, or is none: nothing can be changed for it.
        return None
    found = plan(evaluation, best_only=True)
    if found.remedy is None:
        return _refused(error, place, subject, found.refusals) if found.refusals else None
    change = next((one for one in found.remedy.changes if one.gate == place.gate), None)
    if change is None and place.gate == "resource":
        # Within one account an Allow of the caller's own does as well, and is the smaller change.
        change = next(iter(found.remedy.changes), None)
    if change is None:
        return None
    place = msgspec.structs.replace(place, gate=change.gate)
    draft = _draft(error, place, subject, case, found.remedy, Basis(evaluation, change))
    if of_role and draft.target == _OF_THE_CALLER:
        return msgspec.structs.replace(draft, target=_OF_A_ROLE)
    return msgspec.structs.replace(draft, notes=(_NEW_ROLE, *draft.notes)) if taken is not None else draft


def _left_alone(error: ParsedError, place: Place) -> str:
    """Say why a policy is one that nobody here edits, "" where it is not known to be."""
    if place.gate == "session" and workload(error.principal or "") == "cognito-identity":
        return _GUESTS
    named = named_policy(error.policy_arn) if place.effect == "explicit" else None
    return named.left_alone if named is not None else ""


def _by_policy_alone(place: Place, request: Request) -> bool:
    """Tell whether nothing but the resource's own policy can let the request pass."""
    return place.gate == "resource" and place.effect == "implicit" and request.same_account is not True


def _unsure(place: Place, request: Request) -> str:
    """Say so where nobody here knows whether there can be such a policy; AWS speaks of one across accounts even so.

    An API of API Gateway whose refusal names the action has one: that of a HTTP API does not."""
    if takes_policy(request) or request.service == "execute-api" or not _by_policy_alone(place, request):
        return ""
    return (
        f"Whether resources of {request.service} take such a policy is not known here. Where they take none, assume a "
        "role in their account."
    )


def _is_role(resource: str | None) -> bool:
    arn = parse_arn(resource) if resource else None
    return arn is not None and arn.service == "iam" and arn.resource.startswith("role/")


def _subject(error: ParsedError, action: str, cause: str) -> Subject:
    """Return what has to be allowed: of a call that cannot make its service's role the making of it, and of one that
    may not hand a role on the passing, not the call."""
    account = principal_account(error.principal or "") or ""
    region, operation = error.region or "", error.operation or ""
    linked = "iam:CreateServiceLinkedRole"
    if cause == "pass-role-missing" and action.lower() != _PASS_ROLE.lower():
        found = subject_of(_PASS_ROLE, error.resource if _is_role(error.resource) else None, _names(), account)
    elif cause != "service-linked-role" or action.lower() == linked.lower():
        found = subject_of(action, error.named_resource, _names(), account, region, operation)
    else:
        found = Subject(linked, f"arn:aws:iam::<account>:role/aws-service-role/{linked_to(error)}/*", known=True)
    return in_partition(found, partition_in(error), error.resource or "")


def _draft(error: ParsedError, place: Place, subject: Subject, case: Told, remedy: Remedy, basis: Basis) -> Draft:
    change = basis.change
    exception = place.effect == "explicit"
    named = named_policy(error.policy_arn) if exception else None
    condition = change.statements[0].get("Condition") if change.statements else None
    statements = () if exception else tuple(_blanked(dict(one)) for one in change.statements)
    fragment = {"Condition": _blanked(condition)} if exception and condition else None
    blanks = dict.fromkeys(BLANK.findall(" ".join(map(str, (subject.resource, fragment, *statements)))))
    own = place.gate in ("identity", "boundary")
    unsure = _unsure(place, basis.evaluation.request)
    at_callers = statements if place.gate == "identity" else ()
    following = (next_refusal(subject.action, subject.resource), _each_of(subject.action)) if at_callers else ()
    if subject.action == "lambda:InvokeFunctionUrl":
        following = (_URL_NEEDS, "")
    return Draft(
        owner=named.owner if named is not None and named.owner else _blank(change.owner),
        gate="trust" if change.kind == "trust" else place.gate,
        kind="exception" if exception else change.kind,
        target=named.words
        if named is not None
        else _blank(target_words(change.target if case.caller else _NOBODY, place.gate)),
        statements=statements,
        fragment=fragment,
        status="assumed",
        assumes=remedy.unseen,
        taken=tuple(_blank(one) for one in (*case.assumed, *remedy.assumes)),
        blanks=tuple(blanks),
        why=_why(place, subject, change),
        notes=tuple(
            filter(None, (note_on(error.principal or "") if own else "", unsure, *change.warnings, *following))
        ),
        dangers=tuple(map(_blanked_danger, change.dangers)),
        commands=tuple(map(_blank, change.commands)) if case.caller and not exception else (),
        principal=error.principal or "",
        action=subject.action,
        resource=subject.resource,
        permission_set=permission_set_of(error.principal or "") if change.target.kind == "permission-set" else "",
        policy=change.policy,
        basis=basis,
    )


def _federated(error: ParsedError, subject: Subject, statement: dict[str, Any]) -> Draft:
    """Draft the trust of a role in an identity provider: never without its audience and, for OIDC, its subject."""
    role = subject.resource
    return Draft(
        owner="who owns the role",
        gate="trust",
        kind="trust",
        target=f"the trust policy of `{role}`",
        statements=(statement,),
        status="assumed",
        assumes=("scp", "rcp"),
        taken=("the provider exists in the account, and the token is not expired",),
        blanks=tuple(dict.fromkeys(BLANK.findall(str(statement)))),
        why=("The role has to trust this provider, for this audience and this subject only.",),
        notes=("Compare `sub` and `aud` with the claims of the token that was sent: every letter counts.",),
        principal=error.principal or "",
        action=subject.action,
        resource=role,
    )


def _refused(error: ParsedError, place: Place, subject: Subject, refusals: Sequence[str]) -> Draft:
    """Say what no statement can mend, and why."""
    return Draft(
        gate=place.gate,
        kind="other",
        status="assumed",
        why=tuple(refusals),
        notes=tuple(filter(None, (note_on(error.principal or ""),))),
        principal=error.principal or "",
        action=subject.action,
        resource=subject.resource,
    )


def _each_of(action: str) -> str:
    """Say so where a call needs an Allow on things of several kinds: AWS names one that lacks it, and then the next.

    Sources: Amazon EC2 User Guide, "IAM policies for Amazon EC2"; AWS Glue Developer Guide, "Specifying AWS Glue
    resource ARNs" (a thing of the catalog and all above it); KMS Developer Guide, "Controlling access to aliases";
    ECS Developer Guide, "Monitor containers with ECS Exec"; AWS Batch User Guide, "Example IAM policies"; Systems
    Manager User Guide, "Sample IAM policies for Session Manager" and "Run Command". Others list in the reference
    what takes each other's place, such as the kinds of a listener."""
    kinds = _names().required(action) if action.startswith(("ec2:", "glue:")) or action in _ON_BOTH else ()
    kinds = _ON_MORE.get(action, kinds)
    kinds = tuple("catalog" if kind == "rootcatalog" else kind for kind in kinds)
    if len(kinds) < 2:
        return ""
    listed = f"{', '.join(kinds[:-1])} and {kinds[-1]}"
    return f"`{action}` needs an Allow on each of {listed}, and AWS names one of them at a time."


def _why(place: Place, subject: Subject, change: Change) -> tuple[str, ...]:
    if place.effect == "explicit":
        what = find_gate(place.gate).words
        first = (
            f"A Deny in the {what} matches, so no Allow helps. If its owner agrees, this condition in that statement "
            "spares only this caller."
        )
        return tuple(filter(None, (first, _once(change.guardrail))))
    return tuple(dict.fromkeys(filter(None, (*change.why, subject.why, change.guardrail))))


def _once(sentences: str) -> str:
    """Return sentences without those that stand there already."""
    return " ".join(dict.fromkeys(re.split(r"(?<=\.) ", sentences)))


def target_words(target: Target, gate: str) -> str:
    """Say into which policy a change goes, by the names that people know.

    What the case calls a policy that nobody has seen is not one of them."""
    of, _, name = target.holder.partition("/")
    whose = f"{of} `{name}`" if of in ("user", "group", "role") and name else ""
    if gate == "identity" and not name:
        return _OF_THE_CALLER
    if gate == "identity":
        return f"the inline policy of permission set `{name}`" if of == "permission-set" else f"a policy of {whose}"
    if gate in ("scp", "rcp"):
        return f"the {gate.upper()}"
    if gate == "vpce":
        return "the policy of the VPC endpoint"
    if gate == "boundary":
        return f"the permissions boundary of {whose}" if whose else "the permissions boundary"
    arn = parse_arn(target.holder)
    holder = (holder_name(arn) if arn is not None else "") or target.holder
    if gate == "session":
        return f"the session policy of `{holder}`" if holder else "the session policy"
    return f"the {target.kind.replace('-', ' ')} of `{holder}`" if holder else f"the {target.kind.replace('-', ' ')}"


def _blank(words: str) -> str:
    """Return words with a blank where something stands that the text does not tell."""
    words = words.replace(f" (account {ANOTHER})", "").replace(f"account {STAND_IN}", "the caller's account")
    return _filled_out(words)


def _blanked(value: Any) -> Any:
    """Return plain data with a blank where something stands that the text does not tell."""
    if isinstance(value, str):
        return _filled_out(value)
    if isinstance(value, dict):
        return {name: _blanked(one) for name, one in value.items()}
    return [_blanked(one) for one in value] if isinstance(value, list) else value


def _blanked_danger(danger: Danger) -> Danger:
    return msgspec.structs.replace(danger, safer=_blanked(danger.safer)) if danger.safer is not None else danger


def _filled_out(text: str) -> str:
    return (
        _STRANGER.sub("<caller-arn>", text)
        .replace(STAND_IN, "<account>")
        .replace(ANOTHER, "<account>")
        .replace(HIDDEN, "<name>")
    )
