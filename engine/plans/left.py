"""The policies that a plan leaves behind it, or found: users, roles, groups and managed policies in the shape of
`aws iam get-account-authorization-details`.

Sources: Terraform AWS provider, `aws_iam_*` (a role's `inline_policy` and `managed_policy_arns` list what separate
resources put there, too); CloudFormation, AWS::IAM::*. What is not known stays a policy that has a name alone, which
the evaluator takes for unknown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from whydenied.engine.plans.calls import written
from whydenied.engine.plans.documents import Documents, decoded
from whydenied.engine.plans.plan import Plan, Resource, objects_in
from whydenied.engine.plans.references import ANY, references_of
from whydenied.engine.plans.targets import Targets

__all__ = ["Details", "Side", "details_of"]

Side = Literal["before", "after"]
Details = dict[str, list[dict[str, object]]]
_KINDS = ("role", "user", "group")
_POLICY = re.compile(r"aws_iam_(?:managed_)?policy\.[\w-]+")
_Holder = dict[str, object]


def details_of(plan: Plan, targets: Targets, side: Side = "after") -> Details:
    """Return the account's details, as far as the plan has them. side: as it leaves them, or as it found them."""
    return _Reader(plan, targets, side).read()


class _Reader:
    def __init__(self, plan: Plan, targets: Targets, side: Side) -> None:
        self._plan = plan
        self._targets = targets
        self._side = side
        self._documents = Documents(plan, targets)
        # (kind, name) -> its entry; its policies by name, its managed ones, and its groups are put in as they are met.
        self._holders: dict[tuple[str, str], _Holder] = {}
        self._inline: dict[tuple[str, str], dict[str, object]] = {}
        self._attached: dict[tuple[str, str], list[str]] = {}
        self._groups: dict[str, list[str]] = {}
        # What is put on somebody of whom it is not known who it is: it may be anybody.
        self._on_anybody: list[str] = []

    def read(self) -> Details:
        there = [one for one in self._plan.resources if not one.is_data and one.kind.startswith("aws_iam_")]
        for resource in there:
            self._hold(resource)
        for resource in there:
            self._take_away(resource)
        policies = [found for one in there if (found := self._managed(one))]
        for resource in there:
            if self._values(resource):
                self._put(resource)
        details: Details = {"Policies": policies}
        for kind in _KINDS:
            details[f"{kind.title()}DetailList"] = [self._entry(key) for key in self._holders if key[0] == kind]
        return details

    def _values(self, resource: Resource) -> Mapping[str, object]:
        return resource.after if self._side == "after" else resource.before

    def _hold(self, resource: Resource) -> None:
        """Note a user, role or group with what stands in its own resource."""
        kind, values = resource.kind.removeprefix("aws_iam_"), self._values(resource)
        name = self._text(resource, "name")
        if kind not in _KINDS or not values or ANY in name:
            return
        entry = self._holder(kind, name, whole=True)
        entry["Arn"] = str(values.get("arn") or self._targets.arn_of(resource))
        for boundary in self._policies(resource, "permissions_boundary"):
            entry["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary}
        for one in (*objects_in(values.get("inline_policy")), *objects_in(values.get("policies"))):
            text = one.get("policy") or one.get("policy_document")
            called = str(one.get("name") or one.get("policy_name") or "")
            if called:
                self._inline[kind, name][called] = self._documents.filled(str(text), resource)
        self._attached[kind, name] += self._policies(resource, "managed_policy_arns")
        for group in self._texts(resource, "groups") if kind == "user" else ():
            self._groups.setdefault(name, []).append(group)

    def _holder(self, kind: str, name: str, *, whole: bool = False) -> _Holder:
        """Return an entry. whole: the plan has the resource itself; of another it does not know what else it has."""
        if (kind, name) not in self._holders:
            self._inline[kind, name], self._attached[kind, name] = {}, []
            self._holders[kind, name] = {f"{kind.title()}Name": name, "Arn": self._arn(kind, name)}
            if not whole:
                others = f"what else is attached to {kind} {name}, which is not in the plan"
                self._attached[kind, name].append(others)
                self._holders[kind, name]["PermissionsBoundary"] = {"PermissionsBoundaryArn": others}
        return self._holders[kind, name]

    def _arn(self, kind: str, name: str) -> str:
        return self._targets.arn_under("iam", f"{kind}/{self._targets.path_of(kind, name)}{name}", None)

    def _take_away(self, resource: Resource) -> None:
        """Take out what a role's own resource lists of a policy that this plan changes or removes elsewhere."""
        if self._side == "before" or not resource.before:
            return
        for kind in _KINDS:
            key = (kind, str(resource.before.get(kind)))
            if resource.kind == f"aws_iam_{kind}_policy" and key in self._inline:
                self._inline[key].pop(str(resource.before.get("name")), None)
            elif resource.kind == f"aws_iam_{kind}_policy_attachment" and key in self._attached:
                gone = resource.before.get("policy_arn")
                self._attached[key] = [arn for arn in self._attached[key] if arn != gone]

    def _managed(self, resource: Resource) -> dict[str, object] | None:
        """Return a managed policy of the plan; None for anything else, and where its text or name is not known."""
        values = self._values(resource)
        document: object = None
        if resource.kind == "aws_iam_policy" and "policy_document" not in values:
            document = self._document(resource, "policy")
        elif resource.kind == "aws_iam_managed_policy":
            document = self._document(resource, "policy_document")
        if document is None:
            return None
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
        return {"Arn": self._arn_of_managed(resource), "DefaultVersionId": "v1", "PolicyVersionList": [version]}

    def _arn_of_managed(self, resource: Resource) -> str:
        """Return the ARN of a managed policy of the plan; what stands for it where that is not known yet."""
        if resource.kind == "aws_iam_policy":
            arn = str(self._values(resource).get("arn") or self._targets.arn_of(resource))
        else:
            name = self._text(resource, "managed_policy_name") or ANY
            arn = self._targets.arn_under("iam", f"policy{self._text(resource, 'path') or '/'}{name}", resource)
        return f"policy {resource.address}" if ANY in arn else arn

    def _put(self, resource: Resource) -> None:
        """Put a policy, an attachment or a membership where it belongs."""
        kind, values = resource.kind.removeprefix("aws_iam_"), self._values(resource)
        if kind in ("role_policy", "user_policy", "group_policy"):
            key = kind.removesuffix("_policy")
            self._put_inline(resource, self._document(resource, "policy"), [(key, self._text(resource, key))])
        elif kind == "policy" and "policy_document" in values:
            self._put_inline(resource, self._document(resource, "policy_document"), self._of_lists(resource))
        elif kind in ("role_policy_attachment", "user_policy_attachment", "group_policy_attachment"):
            key = kind.removesuffix("_policy_attachment")
            self._attach(resource, self._policies(resource, "policy_arn"), [(key, self._text(resource, key))])
        elif kind == "policy_attachment":
            self._attach(resource, self._policies(resource, "policy_arn"), self._of_lists(resource))
        elif kind == "managed_policy":
            self._attach(resource, [self._arn_of_managed(resource)], self._of_lists(resource))
        elif kind == "user_group_membership":
            self._join(resource, [self._text(resource, "user")], self._texts(resource, "groups"))
        elif kind == "group_membership":
            self._join(resource, self._texts(resource, "users"), [self._text(resource, "group")])

    def _join(self, resource: Resource, users: Iterable[str], groups: list[str]) -> None:
        for user in users:
            if ANY in user:
                self._on_anybody.append(f"{resource.address}, of which it is not known who is in it")
            self._groups.setdefault(user, []).extend(groups)

    def _put_inline(self, resource: Resource, document: object, holders: Iterable[tuple[str, str]]) -> None:
        name = self._text(resource, "name") or self._text(resource, "policy_name")
        for kind, holder in holders:
            if ANY in holder or not holder:
                self._on_anybody.append(f"{resource.address}, of which it is not known whose it is")
            else:
                self._holder(kind, holder)
                self._inline[kind, holder][name if ANY not in name else resource.address] = document

    def _attach(self, resource: Resource, arns: list[str], holders: Iterable[tuple[str, str]]) -> None:
        for kind, holder in holders:
            if ANY in holder or not holder:
                self._on_anybody.append(f"{resource.address}, of which it is not known to whom it attaches")
            else:
                self._holder(kind, holder)
                self._attached[kind, holder] += arns

    def _of_lists(self, resource: Resource) -> Iterator[tuple[str, str]]:
        for kind in _KINDS:
            for name in self._texts(resource, f"{kind}s"):
                yield kind, name

    def _policies(self, resource: Resource, attribute: str) -> list[str]:
        """Return the managed policies that an attribute names: ARNs, or what stands for one that is not known yet."""
        value = self._values(resource).get(attribute)
        if not value and attribute not in written(self._plan, resource):
            return []  # an attribute that nobody wrote is filled in by what others attach
        texts = self._texts(resource, attribute) if isinstance(value, list) else [self._text(resource, attribute)]
        given = written(self._plan, resource).get(attribute)
        expressions = given if isinstance(given, list) else [given] * (len(texts) == 1)
        found = []
        for number, text in enumerate(texts):
            own = self._referred(expressions[number], resource) if number < len(expressions) else None
            if text.startswith("arn:") and ANY not in text:
                found.append(text)
            elif own is not None:
                found.append(self._arn_of_managed(own))
            else:
                # Words that are the name of no policy of AWS's.
                found.append(f"a policy of {resource.address} that is known after the apply")
        return found

    def _referred(self, expression: object, resource: Resource) -> Resource | None:
        """Return the managed policy of the plan that an expression names first; None for no such one alone."""
        match = next((_POLICY.match(one) for one in references_of(expression)), None)
        found = self._targets.references.of_name(resource.module, match[0]) if match else ()
        return found[0] if len(found) == 1 else None

    def _entry(self, key: tuple[str, str]) -> dict[str, object]:
        kind, name = key
        entry = {**self._holders[key]}
        policies = [
            {"PolicyName": called, "PolicyDocument": document}
            for called, document in self._inline[key].items()
            if document is not None
        ]
        # A policy without text is known by its name alone, and no name of ours is one of AWS's.
        unknown = [f"policy {called} of {kind} {name}" for called, text in self._inline[key].items() if text is None]
        attached = dict.fromkeys([*self._attached[key], *unknown, *self._on_anybody])
        entry[f"{kind.title()}PolicyList"] = policies
        entry["AttachedManagedPolicies"] = [{"PolicyArn": arn} for arn in attached]
        if kind == "user":
            entry["GroupList"] = [*dict.fromkeys(self._groups.get(name, ()))]
        return entry

    def _document(self, resource: Resource, attribute: str) -> Mapping[str, object] | None:
        if self._side == "before":
            return decoded(resource.before.get(attribute))
        return self._documents.after(resource, attribute)

    def _text(self, resource: Resource, attribute: str) -> str:
        if self._side == "before":
            return str(resource.before.get(attribute) or "")
        return self._targets.references.text(resource, attribute)

    def _texts(self, resource: Resource, attribute: str) -> list[str]:
        """Return a list of texts, `*` for each that is not known."""
        value, unknown = self._values(resource).get(attribute), resource.unknown.get(attribute)
        listed = value if isinstance(value, list) else []
        if self._side == "before" or not unknown:
            return [one for one in listed if isinstance(one, str)]
        given = written(self._plan, resource).get(attribute)
        written_one_by_one = given if isinstance(given, list) else [given] * max(1, len(listed))
        expressions = [one if isinstance(one, Mapping) else {} for one in written_one_by_one]
        found = []
        for number, expression in enumerate(expressions):
            known = listed[number] if number < len(listed) else None
            # One expression for several names does not say which is which.
            is_its_own = isinstance(given, list) or len(expressions) == 1
            resolved = self._targets.references.resolved(expression, resource) if is_its_own and expression else ""
            found.append(known if isinstance(known, str) else resolved or ANY)
        return found
