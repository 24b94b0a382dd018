"""The edits that would make one blocking gate let a request pass, the best first."""

from engine.evaluation.answer import EXPLICIT, Answer, GateName
from engine.evaluation.evaluate import Evaluation
from engine.evaluation.gates import find_gate
from engine.evaluation.resource_policies import takes_policy
from engine.evaluation.scan import Determining
from engine.evaluation.services import refusal
from engine.evaluation.services.s3 import public_statements
from engine.evaluation.situation import is_bounded
from engine.policy.document import Document
from engine.remedies.allow import allow_statement, caller_element
from engine.remedies.deny import narrow
from engine.remedies.edit import Edit, Slot

__all__ = ["edits_for", "resource_edit", "setting_edit", "takes_no_policy"]

_ADDED_NAME = "WhyDenied"

_PRINCIPAL = ("Principal", "NotPrincipal")


def edits_for(answer: Answer, evaluation: Evaluation) -> list[Edit]:
    """Return the edits for a gate that blocks; empty where no policy of the gate can help."""
    if answer.gate == "s3-bpa":
        return _close_to_public(evaluation)
    if answer.decision == EXPLICIT:
        return [_spare(answer.gate, found, evaluation) for found in answer.determining]
    if refusal(evaluation.request, evaluation.policies) or takes_no_policy(answer, evaluation):
        return []
    return [_add(answer.gate, level, evaluation) for level in answer.levels or (-1,)]


def takes_no_policy(answer: Answer, evaluation: Evaluation) -> bool:
    """Tell whether a resource policy would have to allow, but the resource cannot have one."""
    if answer.gate != "resource" or evaluation.policies.documents("resource"):
        return False
    return takes_policy(evaluation.request) is False


def resource_edit(evaluation: Evaluation) -> Edit:
    """Return the edit by which the resource policy names the caller."""
    return _add("resource", -1, evaluation)


def setting_edit() -> Edit:
    """Return the edit that turns RestrictPublicBuckets off."""
    why = "turn off RestrictPublicBuckets"
    wider = "everyone whom the bucket policy names"
    return Edit(Slot("s3-bpa", -1, 0), "RestrictPublicBuckets", None, (), why, wider=wider, setting=True)


def _position(documents: tuple[Document, ...], document: Document) -> int:
    return next(number for number, one in enumerate(documents) if one is document)


def _spare(gate: GateName, found: Determining, evaluation: Evaluation) -> Edit:
    """Narrow one Deny, or take it away where the language cannot except the request."""
    document, statement = found
    documents = evaluation.policies.at(gate, document.level)
    slot = Slot(gate, document.level, _position(documents, document))
    bounded = is_bounded(evaluation.request, evaluation.policies)
    narrowed = narrow(statement, evaluation.request, find_gate(gate).kind, bounded)
    if narrowed is None:
        why = f"take away the Deny {statement.label}: it cannot be narrowed to spare this request alone"
        return Edit(slot, document.name, statement.raw, (), why, wider="everything that this Deny covers")
    why = f"narrow the Deny {statement.label} so that it spares this request"
    return Edit(slot, document.name, statement.raw, narrowed.statements, why, wider=" and ".join(narrowed.also_spared))


def _add(gate: GateName, level: int, evaluation: Evaluation) -> Edit:
    """Add an Allow for exactly the request; identity policies get a document of their own, others the one they have."""
    documents = evaluation.policies.at(gate, level)
    position = len(documents) if gate == "identity" or not documents else 0
    name = documents[position].name if position < len(documents) else _ADDED_NAME
    statement = allow_statement(gate, evaluation.request)
    return Edit(
        Slot(gate, level, position),
        name,
        None,
        (statement,),
        f"allow {evaluation.request.action} on exactly this resource",
    )


def _close_to_public(evaluation: Evaluation) -> list[Edit]:
    """Make a bucket policy not public: name the caller where its Allow is needed, the bucket's account elsewhere.

    Block Public Access keeps everyone else out already. An anonymous caller cannot be named: only the setting helps.
    """
    request = evaluation.request
    if request.caller.kind == "anonymous":
        return [setting_edit()]
    edits: list[Edit] = []
    named = _named_elsewhere(evaluation)
    partition = request.caller.partition
    account = {"AWS": f"arn:{partition}:iam::{request.resource_account}:root"}
    for position, document in enumerate(evaluation.policies.documents("resource")):
        for statement in public_statements(document):
            match = statement.match(request.key, request.resource, request.context, request.caller, False)
            element = account if named or match.outcome is False else caller_element(request)
            named = named or match.outcome is not False
            closed = {
                ("Principal" if key == "NotPrincipal" else key): (element if key in _PRINCIPAL else value)
                for key, value in statement.raw.items()
            }
            why = f"name a principal in {statement.label}, so that the bucket policy is not public"
            edits.append(Edit(Slot("resource", -1, position), document.name, statement.raw, (closed,), why))
    return edits


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
