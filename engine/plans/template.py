"""A CloudFormation template (the CDK's and SAM's output too) or a change set, read as a plan.

Source: CloudFormation User Guide, "Intrinsic function reference", "Pseudo parameters", "Name type" (names that it makes
up: stack, logical ID, suffix); API Reference, DescribeChangeSet. Nothing is resolved that only a deployment knows: such
parts are `*`, or followed as the configuration of a Terraform plan is."""

import codecs
import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import yaml

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.plans.operations import snake, terraform_type
from whydenied.engine.plans.places import Place
from whydenied.engine.plans.plan import Module, Plan, Provider, Resource, objects_in, pack, resource_of

__all__ = ["MAX_TEMPLATE", "REFERENCE", "Template", "is_template", "read_template"]

MAX_TEMPLATE = 8_000_000
"""Bytes; CloudFormation itself takes one megabyte."""
_MAX_DEPTH = 40
_SUBSTITUTED = re.compile(r"\$\{([^!}][^}]{0,255})\}")
_ACTIONS = {"Add": "create", "Modify": "update", "Remove": "delete", "Import": "read", "Dynamic": "update"}
# A loop of the language extensions, which only a deployment writes out.
_LOOP = "Fn::ForEach"
_ANY = "*"
REFERENCE = re.compile(r"\$\{=([^}]{1,300})\}")
"""What stands in a policy document for a resource of the template (`${=aws_s3_bucket.Inbox.arn}`), and, with nothing
behind the sign but `?`, for what is not known. No policy variable begins so."""
_NOT_KNOWN = "${=?}"
# Properties that are policy documents: their names are not Terraform's, so they are kept as they are.
_DOCUMENTS = frozenset({"PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "ResourcePolicy"})


class Template(NamedTuple):
    """plan: the resources. types: CloudFormation's type of each, by address. stack: its name, `*` where not known.
    changed: by address the attributes that a change set changes."""

    plan: Plan
    types: Mapping[str, str]
    stack: str
    changed: Mapping[str, frozenset[str]]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X`, `!GetAtt X.Arn`, `!Sub …`."""


def _short(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
    value: object
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short)


def is_template(data: bytes) -> bool:
    """Tell whether a file looks like a template or a change set, and not like a Terraform plan."""
    data = _plain(data)
    head = data[:200_000]
    if b'"format_version"' in head and b'"terraform_version"' in data:
        return False
    return any(word in data for word in (b"AWS::", b'"ResourceChange"', b"AWSTemplateFormatVersion"))


def read_template(
    data: bytes, place: Place, stack: str = "", parameters: Mapping[str, str] | None = None, *, removed: bool = False
) -> Template:
    """Read a template or a change set. stack: its name. parameters: values in place of defaults. removed: the stack is
    to be deleted. Raises InputError for anything else, TooLargeError for one that is too large."""
    if len(data) > MAX_TEMPLATE:
        raise TooLargeError(f"the template has more than {MAX_TEMPLATE // 1_000_000} MB")
    raw = _decode(data)
    name = str(raw.get("StackName") or stack or _ANY)
    listed = _of_change_set(raw) if isinstance(raw.get("Changes"), list) else _of_template(raw, removed)
    reader = _Reader(listed, _known(raw, place, name, parameters or {}), name)
    resources = tuple(reader.resource(one) for one in listed)
    foreign = tuple(sorted({one.kind for one in listed if not one.kind.startswith("AWS::")}))
    module = Module("", reader.written, {}, {})
    plan = Plan(resources, {"": module}, foreign, {"aws": Provider(place.region, asks_identity=False)}, "")
    changed = {one.name: frozenset(one.changed) for one in listed if one.changed}
    return Template(plan, {one.name: one.kind for one in listed}, name, changed)


def _plain(data: bytes) -> bytes:
    """Return a text in UTF-8 without its byte order mark; PowerShell writes UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _decode(data: bytes) -> Mapping[str, object]:
    data = _plain(data)
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        try:
            raw = yaml.load(data, _Loader)
        except (yaml.YAMLError, RecursionError, UnicodeError, ValueError) as error:
            raise InputError(f"the template is neither JSON nor YAML: {str(error).splitlines()[0][:120]}") from None
    if not isinstance(raw, dict) or not (
        isinstance(raw.get("Resources"), dict) or isinstance(raw.get("Changes"), list)
    ):
        raise InputError("this is no template: it has no `Resources` (and no `Changes`, as a change set has)")
    return raw


class _Listed(NamedTuple):
    """A resource as it is listed. physical: its ID, "" for one that is not there yet. changed: the properties that a
    change set changes; `tags` among them."""

    name: str
    kind: str
    actions: tuple[str, ...]
    properties: Mapping[str, object]
    physical: str = ""
    changed: tuple[str, ...] = ()


def _of_template(raw: Mapping[str, object], removed: bool) -> list[_Listed]:
    resources = raw["Resources"]
    assert isinstance(resources, dict)
    actions = ("delete",) if removed else ("create",)
    found = []
    for name, one in resources.items():
        if str(name).startswith(_LOOP):
            found.append(_Listed(str(name), _LOOP, (), {}))
        elif isinstance(one, dict) and isinstance(one.get("Type"), str):
            properties = one.get("Properties")
            found.append(_Listed(str(name), one["Type"], actions, properties if isinstance(properties, dict) else {}))
    return found


def _of_change_set(raw: Mapping[str, object]) -> list[_Listed]:
    if raw.get("NextToken"):
        raise InputError("this is a part of a change set (it has a `NextToken`); print it without `--no-paginate`")
    changes = raw["Changes"]
    assert isinstance(changes, list)
    listed = [change.get("ResourceChange") for change in changes if isinstance(change, dict)]
    return [_changed(one) for one in listed if isinstance(one, dict)]


def _changed(one: Mapping[str, object]) -> _Listed:
    """Return an entry of a change set. Source: API Reference, ResourceChange (Replacement, PolicyAction)."""
    details = [detail for detail in objects_in(one.get("Details")) if isinstance(detail.get("Target"), dict)]
    targets = [(detail["Target"], detail) for detail in details]
    names = {str(target["Name"]): _new_value(target, detail) for target, detail in targets if target.get("Name")}
    tagged = ("tags",) if any(target.get("Attribute") == "Tags" for target, _ in targets) else ()
    properties = {**names, **(_context(one.get("AfterContext")) or _context(one.get("BeforeContext")))}
    actions: tuple[str, ...] = (_ACTIONS.get(str(one.get("Action")), "update"),)
    if one.get("Replacement") == "True":
        actions = ("create", "delete")
    if str(one.get("PolicyAction")).endswith("Retain"):
        actions = tuple(action for action in actions if action != "delete")
    return _Listed(
        str(one.get("LogicalResourceId")),
        str(one.get("ResourceType")),
        actions,
        properties,
        str(one.get("PhysicalResourceId") or ""),
        (*map(snake, names), *tagged),
    )


def _new_value(target: Mapping[str, object], detail: Mapping[str, object]) -> object:
    """Return what a property changes to, as a template has it."""
    cause = detail.get("CausingEntity")
    if isinstance(cause, str) and detail.get("ChangeSource") == "ResourceAttribute":
        return {"Fn::GetAtt": cause}
    if isinstance(cause, str) and detail.get("ChangeSource") == "ResourceReference":
        return {"Ref": cause}
    return target.get("AfterValue", {"Fn::Unknown": None})


def _context(text: object) -> dict[str, object]:
    """Return the properties that a change set shows as JSON text."""
    if not isinstance(text, str):
        return {}
    try:
        raw = msgspec.json.decode(text.encode())
    except msgspec.DecodeError:
        return {}
    properties = raw.get("Properties") if isinstance(raw, dict) else None
    return properties if isinstance(properties, dict) else {}


def _known(raw: Mapping[str, object], place: Place, stack: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters whose values are known, with AWS's own."""
    known = {
        "AWS::AccountId": place.account,
        "AWS::Region": place.region,
        "AWS::Partition": place.partition,
        "AWS::StackName": stack,
        "AWS::URLSuffix": "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com",
    }
    parameters = raw.get("Parameters")
    for name, one in parameters.items() if isinstance(parameters, dict) else ():
        if isinstance(one, dict) and isinstance(one.get("Default"), (str, int)):
            known[str(name)] = str(one["Default"])
    return {**known, **given}


class _Reader:
    """Turns properties into values, what is not known of them, and expressions, as a Terraform plan has them."""

    def __init__(self, listed: list[_Listed], known: Mapping[str, str], stack: str) -> None:
        self._known = known
        self._stack = stack
        self._kinds = {one.name: terraform_type(one.kind) for one in listed}
        self.written: dict[str, bytes] = {}

    def resource(self, one: _Listed) -> Resource:
        """Return a resource; its expressions are kept."""
        values: dict[str, object] = {}
        unknown: dict[str, object] = {"id": True}
        expressions: dict[str, object] = {}
        for name, value in one.properties.items():
            key = snake(str(name))
            values[key], missing, expressions[key] = self._property(str(name), value, 0)
            if missing:
                unknown[key] = missing
        if tags := _tags(one.properties.get("Tags")):
            values["tags"] = values["tags_all"] = tags
        kind = self._kinds[one.name]
        self.written[f"{kind}.{one.name}"] = pack(expressions)
        there = {**values, **_as_it_is(one.physical)} if one.physical else {**values, "name": self._name(one, values)}
        made = {**values, "name": self._name(one, values)}
        before = there if one.actions != ("create",) else {}
        after = made if "create" in one.actions else there if one.actions != ("delete",) else {}
        return resource_of(one.name, kind, one.name, "", one.actions, (before, after, unknown))

    def _name(self, one: _Listed, values: Mapping[str, object]) -> str:
        """Return the name that the template gives, or the beginning of the one that CloudFormation makes up."""
        last = one.kind.rpartition("::")[2]
        for key in (f"{snake(last)}_name", "name"):
            if isinstance(values.get(key), str):
                return str(values[key])
        made_up = f"{self._stack}-{one.name}-{_ANY}" if self._stack != _ANY else _ANY
        return made_up.lower() if last == "Bucket" else made_up

    def _converted(self, value: object, depth: int) -> tuple[object, object, object]:
        """Return a property's value, what is not known of it, and its expression."""
        if depth > _MAX_DEPTH:
            return None, True, {}
        if isinstance(value, dict):
            if len(value) == 1 and (name := str(next(iter(value)))) and (name == "Ref" or name.startswith("Fn::")):
                return self._intrinsic(name, value[next(iter(value))], depth)
            parts = {snake(str(key)): self._property(str(key), one, depth + 1) for key, one in value.items()}
            return tuple({key: part[at] for key, part in parts.items()} for at in range(3))  # type: ignore[return-value]
        if isinstance(value, list):
            items = [self._converted(one, depth + 1) for one in value]
            return tuple([item[at] for item in items] for at in range(3))  # type: ignore[return-value]
        return value, None, {"constant_value": value}

    def _property(self, name: str, value: object, depth: int) -> tuple[object, object, object]:
        if name in _DOCUMENTS and isinstance(value, dict):
            text = msgspec.json.encode(self._document(value, depth)).decode()
            return text, None, {"constant_value": text}
        return self._converted(value, depth)

    def _document(self, value: object, depth: int) -> object:
        """Return a policy document with its intrinsic functions worked out; REFERENCE for what is not known here."""
        if depth > _MAX_DEPTH:
            return _NOT_KNOWN
        if isinstance(value, list):
            return [self._document(one, depth + 1) for one in value]
        if not isinstance(value, dict):
            return value
        name = str(next(iter(value), ""))
        if len(value) != 1 or not (name == "Ref" or name.startswith("Fn::")):
            return {str(key): self._document(one, depth + 1) for key, one in value.items()}
        argument = value[name]
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            return self._document(argument[1], depth + 1)
        return self._in_document(name, argument, depth)

    def _in_document(self, name: str, argument: object, depth: int) -> str:
        if reference := self._reference(name, argument):
            return f"${{={reference}}}"
        if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
            return str(argument[0]).join(str(self._document(one, depth + 1)) for one in argument[1])
        if name == "Ref":
            return self._known.get(str(argument), _NOT_KNOWN)
        if name != "Fn::Sub":
            return _NOT_KNOWN
        text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        local = given if isinstance(given, dict) else {}

        def substituted(found: re.Match[str]) -> str:
            if found[1] in local:
                return str(self._document(local[found[1]], depth + 1))
            inner = self._reference("Fn::Sub", found[0])
            return f"${{={inner}}}" if inner else self._known.get(found[1], _NOT_KNOWN)

        return _SUBSTITUTED.sub(substituted, str(text)).replace("${!", "${")

    def _intrinsic(self, name: str, argument: object, depth: int) -> tuple[object, object, object]:
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            return self._converted(argument[1], depth + 1)
        reference = self._reference(name, argument)
        if reference or name == "Fn::Unknown":
            return None, True, {"references": [reference]}
        text = self._text({name: argument}, depth)
        return (None, True, {"references": []}) if text in ("", _ANY) else (text, None, {"constant_value": text})

    def _reference(self, name: str, argument: object) -> str:
        """Return what refers to a resource of the template as Terraform writes it; "" for anything else."""
        if name == "Fn::Sub" and isinstance(argument, str) and (whole := _SUBSTITUTED.fullmatch(argument)):
            name, argument = ("Fn::GetAtt", whole[1]) if "." in whole[1] else ("Ref", whole[1])
        if name == "Ref" and str(argument) in self._kinds:
            return f"{self._kinds[str(argument)]}.{argument}.id"
        if name == "Fn::GetAtt":
            parts = argument.split(".", 1) if isinstance(argument, str) else argument
            if isinstance(parts, list) and len(parts) == 2 and str(parts[0]) in self._kinds:
                return f"{self._kinds[str(parts[0])]}.{parts[0]}.{snake(str(parts[1]))}"
        return ""

    def _text(self, value: object, depth: int) -> str:
        """Return a value as text, `*` for what is not known of it."""
        if depth > _MAX_DEPTH or not isinstance(value, dict):
            return str(value) if isinstance(value, (str, int)) else _ANY
        name, argument = next(iter(value.items()), ("", ""))
        if name == "Ref":
            return self._known.get(str(argument), _ANY)
        if name == "Fn::Sub":
            text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
            local = {key: self._text(one, depth + 1) for key, one in given.items()} if isinstance(given, dict) else {}
            return _SUBSTITUTED.sub(lambda one: {**self._known, **local}.get(one[1], _ANY), str(text))
        if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
            return str(argument[0]).join(self._text(one, depth + 1) for one in argument[1])
        return _ANY


def _as_it_is(physical: str) -> dict[str, str]:
    """Return what a physical ID tells: a name, or an ARN or an address with the name at its end."""
    if physical.startswith("arn:"):
        resource = physical.split(":", 5)[-1]
        # A stack's has an ID behind its name.
        name = resource.split("/")[1] if resource.startswith("stack/") else re.split("[/:]", resource)[-1]
        return {"arn": physical, "name": name}
    return {"name": physical.rpartition("/")[2] if physical.startswith("https://") else physical}


def _tags(raw: object) -> dict[str, str]:
    if isinstance(raw, dict):
        return {str(key): str(value) for key, value in raw.items() if isinstance(value, (str, int))}
    listed = raw if isinstance(raw, list) else []
    return {str(one["Key"]): str(one.get("Value", "")) for one in listed if isinstance(one, dict) and "Key" in one}
