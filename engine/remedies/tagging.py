"""Tags that would let a request pass: who may set them, and what else they open.

A tag that policies compare (ABAC) says whose a resource or a principal is. Setting it lets in, or shuts out, everybody
whose policies ask for it; so it is the first way out only for a caller who may set it himself. Sources: IAM User Guide,
"What is ABAC for AWS?"; the access level `Tagging` of the Service Authorization Reference names the actions."""

from whydenied.engine.evaluation.evaluate import Evaluation, evaluate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.context import Value
from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.names import Names
from whydenied.engine.remedies.caller import principal_arns, with_context
from whydenied.engine.remedies.guides import guide_for
from whydenied.engine.remedies.meet import Option

__all__ = ["asks_others_to_tag"]

_PRINCIPAL = "aws:principaltag/"
_OF_CALLER = {"user": "iam:TagUser", "role": "iam:TagRole", "session": "iam:TagRole"}
_TAKES_OFF = ("delete", "remove", "untag", "replicate")


def asks_others_to_tag(option: Option, evaluation: Evaluation) -> bool:
    """Tell whether meeting an option takes a tag on something that the caller is not known to be allowed to tag."""
    tagged = {key: value for key, value in option.changed.items() if guide_for(key).tags}
    return any(not _may_tag(key, value, evaluation) for key, value in tagged.items())


def _may_tag(key: str, value: object, evaluation: Evaluation) -> bool:
    request = evaluation.request
    if not isinstance(value, str):
        return False  # to take a tag off is for whoever put it there
    if key.startswith(_PRINCIPAL):
        arns = principal_arns(request)
        action = _OF_CALLER.get(request.caller.kind)
        asked = [(action, arns[0])] if action and len(arns) == 1 else []
    else:
        asked = [(action, request.resource.text) for action in _tagging(request)]
    tag = key.partition("/")[2]
    sent: dict[str, Value | None] = {f"aws:requesttag/{tag}": value, "aws:tagkeys": (tag,)}
    return any(_allowed(action, resource, sent, evaluation) for action, resource in asked)


def _tagging(request: Request) -> list[str]:
    """List the actions that put tags on the request's resource."""
    names = Names()
    return [
        action
        for name in names.actions(request.service)
        if "tag" in name.lower()
        and not name.lower().startswith(_TAKES_OFF)
        and "Tagging" in (names.access_level(action := f"{request.service}:{name}") or "")
        and any(glob(shape)(request.resource.text) for shape in names.resources(action) or ())
    ]


def _allowed(action: str, resource: str, sent: dict[str, Value | None], evaluation: Evaluation) -> bool:
    """Decide a request to tag, under the policies at hand; those of a resource that is not this one's do not count."""
    old = with_context(evaluation.request, sent)
    owner = old.resource_account if resource == old.resource.text else old.caller.account
    request = Request(old.caller, action, resource, owner, old.context, old.settings)
    policies = evaluation.policies
    if resource != old.resource.text:
        policies = policies.with_documents({("resource", -1): ()})
    return evaluate(request, policies).decision == "Allowed"
