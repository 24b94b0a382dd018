"""The policy documents of a plan's resources, as they will be.

Where a plan knows a part only after the apply, a policy variable stands that no request has: the evaluator then says
what it depends on. Sources: Terraform AWS provider, data source `aws_iam_policy_document`, which is read during the
apply where it refers to what is not there yet; engine.plans.template for templates."""

import re
from collections.abc import Mapping

import msgspec

from whydenied.engine.plans.calls import written
from whydenied.engine.plans.plan import Plan, Resource
from whydenied.engine.plans.references import ANY, references_of
from whydenied.engine.plans.targets import Targets
from whydenied.engine.plans.template import REFERENCE

__all__ = ["AFTER_APPLY", "Documents", "decoded"]

AFTER_APPLY = "${plan:KnownAfterApply}"
_VARIABLES = "2012-10-17"
_WHOLE_ARN = f"arn:*:*:*:*:{AFTER_APPLY}"
_DATA = re.compile(r"data\.aws_iam_policy_document\.[\w-]+")
_MERGED = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")


def decoded(text: object) -> Mapping[str, object] | None:
    """Return a document out of its JSON; None where it is none."""
    if not isinstance(text, str) or not text:
        return None
    try:
        raw = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


class Documents:
    """The documents of a plan."""

    def __init__(self, plan: Plan, targets: Targets) -> None:
        self._plan = plan
        self._targets = targets

    def after(self, resource: Resource, attribute: str) -> Mapping[str, object] | None:
        """Return the document that an attribute will hold; None where it holds none, or it is not known."""
        text = resource.after.get(attribute)
        if isinstance(text, str) and text:
            return self.filled(text, resource)
        return self._of_data(resource, attribute) if resource.unknown.get(attribute) else None

    def filled(self, text: str, resource: Resource) -> Mapping[str, object] | None:
        """Return a document with the ARNs and names of the resources that it refers to."""
        filled = REFERENCE.sub(lambda found: self._named(found[1], resource), text)
        document = decoded(filled)
        if document is None or AFTER_APPLY not in filled or document.get("Version") == _VARIABLES:
            return document
        # The older version takes a variable for plain text, also one of the policy's own.
        return None if "${" in REFERENCE.sub("", text) else {**document, "Version": _VARIABLES}

    def _named(self, reference: str, resource: Resource) -> str:
        text = self._targets.references.resolved({"references": [reference]}, resource)
        if text in ("", ANY):
            return _WHOLE_ARN if reference.endswith(".arn") else AFTER_APPLY
        return text.replace(ANY, AFTER_APPLY)

    def _of_data(self, resource: Resource, attribute: str) -> Mapping[str, object] | None:
        references = references_of(written(self._plan, resource).get(attribute))
        names = {found[0] for one in references if (found := _DATA.match(one))}
        sources = [one for name in names for one in self._targets.references.of_name(resource.module, name)]
        if len(sources) != 1 or any(sources[0].values.get(name) for name in _MERGED):
            return None
        return self._built(sources[0])

    def _built(self, source: Resource) -> Mapping[str, object] | None:
        listed, unknown = source.values.get("statement"), source.unknown.get("statement")
        if not isinstance(listed, list) or unknown is True:
            return None
        parts = unknown if isinstance(unknown, list) else []
        statements = []
        for number, one in enumerate(listed):
            missing = parts[number] if number < len(parts) else {}
            arn = self._arn_in(source, number)
            built = _statement(one, missing if isinstance(missing, Mapping) else {}, arn)
            if built is None:
                return None
            statements.append(built)
        return {"Version": source.values.get("version") or _VARIABLES, "Statement": statements}

    def _arn_in(self, source: Resource, number: int) -> str:
        """Return the ARN in a statement of the data source that is known after the apply, and what may follow it."""
        statements = written(self._plan, source).get("statement")
        one = statements[number] if isinstance(statements, list) and number < len(statements) else None
        expression = one.get("resources") if isinstance(one, Mapping) else None
        arns = [one for one in references_of(expression) if one.endswith(".arn")]
        if len(arns) != 1:
            return _WHOLE_ARN
        found = self._named(arns[0], source)
        return found if found == _WHOLE_ARN else f"{found}{AFTER_APPLY}"


def _statement(one: object, unknown: Mapping[str, object], arn: str) -> dict[str, object] | None:
    """Return a statement of the data source; None where more than its resources is not known. arn: what stands for
    those of them that are not."""
    if not isinstance(one, Mapping) or any(unknown.get(name) is True for name in ("sid", "effect", "actions")):
        return None
    if _some(unknown.get("actions")) or _some(unknown.get("principals")) or _some(unknown.get("condition")):
        return None
    found: dict[str, object] = {"Sid": one.get("sid") or "", "Effect": one.get("effect") or "Allow"}
    for name, key in (("actions", "Action"), ("not_actions", "NotAction")):
        if one.get(name):
            found[key] = _texts(one[name])
    for name, key in (("resources", "Resource"), ("not_resources", "NotResource")):
        if _some(unknown.get(name)):
            found[key] = [*(_texts(one.get(name))), arn]
        elif one.get(name):
            found[key] = _texts(one[name])
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if isinstance(given := one.get(name), list) and given:
            found[key] = {str(each["type"]): _texts(each["identifiers"]) for each in given if isinstance(each, Mapping)}
    conditions: dict[str, dict[str, object]] = {}
    for each in one.get("condition") or ():
        conditions.setdefault(str(each["test"]), {})[str(each["variable"])] = _texts(each["values"])
    return {**found, "Condition": conditions} if conditions else found


def _some(unknown: object) -> bool:
    """Tell whether something of a value is known after the apply only."""
    if isinstance(unknown, Mapping):
        return any(_some(one) for one in unknown.values())
    return any(_some(one) for one in unknown) if isinstance(unknown, list) else unknown is True


def _texts(raw: object) -> list[str]:
    """Return the texts of a list; the data source writes policy variables as `&{…}`."""
    return [one.replace("&{", "${") for one in raw if isinstance(one, str)] if isinstance(raw, list) else []
