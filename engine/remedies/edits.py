"""The edits that would make one blocking gate let a request pass, or why there is none that anybody should make."""

from collections.abc import Mapping
from typing import NamedTuple

from whydenied.engine.evaluation.answer import EXPLICIT, Answer, GateName
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.evaluation.gates import find_gate, title
from whydenied.engine.evaluation.resource_policies import none_because, takes_policy
from whydenied.engine.evaluation.scan import Determining
from whydenied.engine.evaluation.services import refusal, service_for
from whydenied.engine.evaluation.services.s3 import public_statements
from whydenied.engine.evaluation.services.sts import is_trust
from whydenied.engine.evaluation.situation import is_bounded
from whydenied.engine.policy.document import Document
from whydenied.engine.remedies.allow import allow_statement, unnamed_federation
from whydenied.engine.remedies.caller import is_service_linked, principal_arns
from whydenied.engine.remedies.commands import free_name
from whydenied.engine.remedies.deny import narrow
from whydenied.engine.remedies.doors import door_of
from whydenied.engine.remedies.edit import Edit, Slot
from whydenied.engine.remedies.guardrails import untouchable
from whydenied.engine.remedies.meet import NEVER_AROUND, Option, failing_phrase
from whydenied.engine.remedies.places import SSO_INLINE, is_aws_managed, is_permission_set
from whydenied.engine.remedies.remedy import Kind

__all__ = ["Way", "edits_for", "resource_way", "setting_edit"]


# Services that take unsigned requests at all, where a policy lets everybody in.
_UNSIGNED = frozenset({"s3", "sns", "sqs", "lambda", "execute-api", "es"})


class Way(NamedTuple):
    """edits: what to do. stuck: why nothing can be done, in sentences, where there are no edits."""

    edits: list[Edit]
    stuck: str = ""


def edits_for(answer: Answer, evaluation: Evaluation, options: list[Option], until: str = "") -> Way:
    """Return the edits for a gate that blocks.

    options: the conditions that the request fails there: an edit goes round them, and says so."""
    request = evaluation.request
    if answer.gate == "s3-bpa":
        return _close_to_public(evaluation, until)
    kept = next((one for option in options for one in option.meetings if one.key.lower() in NEVER_AROUND), None)
    if answer.decision == EXPLICIT:
        if kept is not None:
            return Way([], f"An exception would let in without `{kept.key}` whom it keeps out. {kept.how}")
        return _spare(answer, evaluation, until)
    if refusal(request, evaluation.policies):
        return Way([], "")
    if kept is not None:
        return Way([], f"A second statement without `{kept.key}` would let in whom it keeps out. {kept.how}")
    around = failing_phrase(options)
    if answer.gate == "identity" and is_service_linked(request):
        if not door_of(request) or len(principal_arns(request)) != 1:
            return Way([], _service_linked(evaluation))
        return resource_way(evaluation, around, until)
    if answer.gate == "resource":
        return resource_way(evaluation, around, until)
    return Way([_add(answer.gate, level, evaluation, around, until) for level in answer.levels or (-1,)])


def resource_way(evaluation: Evaluation, around: str = "", until: str = "") -> Way:
    """Return the edit by which the resource policy names the caller, or why it cannot."""
    request = evaluation.request
    stuck = none_because(request)
    if not stuck and not takes_policy(request):
        stuck = (
            f"Resources of {request.service} are not known to take a resource policy. Where they take none, nothing "
            "lets in a caller from outside their account: assume a role in that account, or have the resource shared."
        )
    if stuck and not evaluation.policies.documents("resource"):
        return Way([], stuck)
    if request.caller.kind == "anonymous" and request.service not in _UNSIGNED:
        return Way([], f"{request.action} must be signed: sign the request; no policy can let in an unsigned one.")
    missing = unnamed_federation(request)
    if missing:
        return Way(
            [],
            f"The trust policy must name `{request.caller.text}` together with {missing} of its tokens; without them "
            "it would open the role to everybody whom the provider serves. Read them from the token and give them in "
            "the request's context.",
        )
    return Way([_add("resource", -1, evaluation, around, until)])


def setting_edit() -> Edit:
    """Return the edit that turns RestrictPublicBuckets off."""
    why = "turn off RestrictPublicBuckets"
    wider = "everyone whom the bucket policy names"
    return Edit(Slot("s3-bpa", -1, 0), "RestrictPublicBuckets", "other", None, (), why, wider=wider, setting=True)


def _service_linked(evaluation: Evaluation) -> str:
    request = evaluation.request
    name = request.caller.name
    return (
        f"`{name}` is a service-linked role: only its service can change its policies. Let the "
        f"{service_for(request.service).resource_policy} of the resource name the role, if the service takes one; its "
        f"ARN, with its path, is in `aws iam get-role --role-name {name} --query Role.Arn`."
    )


def _spare(answer: Answer, evaluation: Evaluation, until: str) -> Way:
    """Narrow every Deny that applies; where one cannot be narrowed, nothing is done."""
    edits: list[Edit] = []
    for found in answer.determining:
        edit = _narrowed(answer.gate, found, evaluation, until)
        if isinstance(edit, str):
            return Way([], edit)
        edits.append(edit)
    return Way(edits)


def _narrowed(gate: GateName, found: Determining, evaluation: Evaluation, until: str) -> Edit | str:
    document, statement = found
    request = evaluation.request
    stop = untouchable(document.name)
    if stop:
        return stop
    where = f"the Deny {statement.label} of `{document.name}`"
    if gate == "identity" and is_service_linked(request):
        return _service_linked(evaluation)
    if is_aws_managed(document.name) and gate not in ("identity", "boundary"):
        return f"{where[0].upper()}{where[1:]} belongs to AWS and cannot be edited."
    documents = evaluation.policies.at(gate, document.level)
    slot = Slot(gate, document.level, _position(documents, document))
    # Where a boundary may be there, the Deny spares the request only if it does so with one.
    bounded = is_bounded(request, evaluation.policies) is not False
    narrowed = narrow(statement, request, find_gate(gate).kind, bounded, until)
    if narrowed is None:
        return (
            f"{where[0].upper()}{where[1:]} cannot be narrowed so that it spares this request and not everybody's: "
            "its owner must decide whether it is still meant."
        )
    why = f"narrow the Deny {statement.label} so that it spares this request"
    if is_aws_managed(document.name):
        why = f"put a copy in the place of `{document.name}` in which the Deny {statement.label} spares this request"
    around = " and ".join(condition.phrase() for condition in statement.conditions)
    wider = " and ".join(narrowed.also_spared)
    return Edit(slot, document.name, "exception", statement.raw, narrowed.statements, why, wider=wider, around=around)


def _position(documents: tuple[Document, ...], document: Document) -> int:
    return next(number for number, one in enumerate(documents) if one is document)


def _add(gate: GateName, level: int, evaluation: Evaluation, around: str, until: str) -> Edit:
    """Add an Allow for exactly the request: to the document that is there, for identity policies in one of its own,
    since theirs may be shared."""
    request = evaluation.request
    statement = allow_statement(gate, request, until)
    documents = evaluation.policies.at(gate, level)
    position = _editable(gate, documents, evaluation)
    is_new = position == len(documents)
    name = _name(gate, statement, documents, evaluation) if is_new else documents[position].name
    kind: Kind = "trust" if gate == "resource" and is_trust(request) else "allow"
    which = "exactly this resource" if request.resource.text != "*" else "`*`, since it is about no single resource"
    why = f"allow {request.action} on {which}"
    return Edit(Slot(gate, level, position), name, kind, None, (statement,), why, around=around)


def _editable(gate: GateName, documents: tuple[Document, ...], evaluation: Evaluation) -> int:
    """Return the place of the document that takes one more statement; past the last for a new one."""
    if gate == "identity":
        if not is_permission_set(evaluation.request):
            return len(documents)
        # A permission set has one inline policy: it is added to, never replaced.
        return next((at for at, one in enumerate(documents) if one.name == SSO_INLINE), len(documents))
    if gate == "boundary":
        return 0
    return next((at for at, one in enumerate(documents) if not is_aws_managed(one.name)), len(documents))


def _name(
    gate: GateName, statement: Mapping[str, object], documents: tuple[Document, ...], evaluation: Evaluation
) -> str:
    request = evaluation.request
    if gate == "identity" and is_permission_set(request):
        return SSO_INLINE
    if gate in ("identity", "scp", "rcp"):
        return free_name(f"Allow-{request.action}", statement, (one.name for one in documents))
    return title(gate, request).lower()


def _close_to_public(evaluation: Evaluation, until: str) -> Way:
    """Make a bucket policy not public without keeping anybody out whom Block Public Access lets in (the bucket's
    account and AWS services), and name the caller where its Allow is needed.

    An anonymous caller cannot be named: only the setting helps."""
    request = evaluation.request
    if request.caller.kind == "anonymous":
        return Way([setting_edit()])
    account = request.resource_account
    if account is None:
        return Way([], "The bucket policy must be limited to the bucket's account: say which that is.")
    edits: list[Edit] = []
    for position, document in enumerate(evaluation.policies.documents("resource")):
        for statement in public_statements(document):
            to_account = _limited(statement.raw, ("StringEquals", "StringLike"), "aws:PrincipalAccount", account, "")
            to_services = _limited(statement.raw, ("Bool",), "aws:PrincipalIsAWSService", "true", "Services")
            closed = tuple(one for one in (to_account, to_services) if one is not None)
            why = f"limit {statement.label} to the bucket's account and AWS services, so that the policy is not public"
            edits.append(Edit(Slot("resource", -1, position), document.name, "other", statement.raw, closed, why))
    return Way(edits if _named_elsewhere(evaluation) else [*edits, _add("resource", -1, evaluation, "", until)])


def _limited(
    raw: Mapping[str, object], operators: tuple[str, ...], key: str, value: str, suffix: str
) -> dict[str, object] | None:
    """Add a condition to a statement, under an operator that does not ask for the key already; None where all do."""
    old = raw.get("Condition")
    block: dict[str, object] = dict(old) if isinstance(old, Mapping) else {}
    for operator in operators:
        keys = block.get(operator)
        there = keys if isinstance(keys, Mapping) else {}
        if key.lower() not in (str(one).lower() for one in there):
            block[operator] = {**there, key: value}
            break
    else:
        return None
    sid = raw.get("Sid")
    named = {"Sid": f"{sid}{suffix}"} if isinstance(sid, str) and sid and suffix else {}
    return {**raw, **named, "Condition": block}


def _named_elsewhere(evaluation: Evaluation) -> bool:
    """Tell whether a statement that is not public allows the request already."""
    request = evaluation.request
    for document in evaluation.policies.documents("resource"):
        public = {id(statement.raw) for statement in public_statements(document)}
        for statement in document.statements:
            if statement.allow and id(statement.raw) not in public:
                match = statement.match(request.key, request.resource, request.context, request.caller, False)
                if match.outcome:
                    return True
    return False
