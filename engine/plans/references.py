"""What an attribute will be, as far as the plan knows: its value, or the value of what the configuration refers to.

Text with `*` stands for what is known after apply only. A reference is taken for the whole value: an expression that
builds a text around an unknown value is not told apart from one that only names it (the plan's JSON has neither)."""

import re
from collections.abc import Callable, Mapping, Sequence

from whydenied.engine.plans.calls import written
from whydenied.engine.plans.plan import Plan, Resource

__all__ = ["ANY", "References", "references_of"]

ANY = "*"
"""What is not known before the apply."""
_REFERENCE = re.compile(r"((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)(\[[^\]]*+\])?(?:\.([a-z0-9_]+))?")
_MAX_DEPTH = 20
# Attributes that begin a name where the name itself is made up.
_PREFIXES = {"name": "name_prefix", "bucket": "bucket_prefix", "identifier": "identifier_prefix"}


def references_of(expression: object) -> Sequence[str]:
    """Return what an expression of the configuration refers to, in its order; () for nothing."""
    found = expression.get("references") if isinstance(expression, Mapping) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else ()


class References:
    """The attributes of a plan's resources. arn_of: makes the ARN of a resource whose own is not known yet. id_is_name:
    tells whether a resource's ID is its name."""

    def __init__(self, plan: Plan, arn_of: Callable[[Resource], str], id_is_name: Callable[[Resource], bool]) -> None:
        self._plan = plan
        self._id_is_name = id_is_name
        self._arn_of = arn_of
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        for resource in plan.resources:
            prefix = "data." if resource.is_data else ""
            self._by_name.setdefault((resource.module, f"{prefix}{resource.kind}.{resource.name}"), []).append(resource)

    def text(self, resource: Resource, attribute: str, depth: int = 0) -> str:
        """Return an attribute as text, with `*` for what is not known; "" where it has none."""
        value = resource.values.get(attribute)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            return str(value)
        if not resource.unknown.get(attribute):
            return ""
        expression = written(self._plan, resource).get(attribute)
        if isinstance(expression, Mapping):
            return self.resolved(expression, resource, depth) or ANY
        prefix = resource.values.get(_PREFIXES.get(attribute, ""))
        return f"{prefix}{ANY}" if isinstance(prefix, str) and prefix else ANY

    def resolved(self, expression: Mapping[str, object], resource: Resource, depth: int = 0) -> str:
        """Return what an expression of a resource's configuration comes to; "" where that is not known."""
        return self._resolve(expression, resource.module, _index(resource.address), depth)

    def _resolve(self, expression: Mapping[str, object], module: str, index: str, depth: int) -> str:
        constant = expression.get("constant_value")
        if isinstance(constant, str):
            return constant
        if depth > _MAX_DEPTH:
            return ""
        followed = (self._follow(one, module, index, depth + 1) for one in references_of(expression))
        return next(filter(None, followed), "")

    def _follow(self, reference: str, module: str, index: str, depth: int) -> str:
        if reference.startswith("var."):
            inner = self._plan.modules.get(module)
            expression = inner.arguments.get(reference.split(".")[1].partition("[")[0]) if inner else None
            parent = module.rpartition("module.")[0].rstrip(".")
            return self._resolve(expression, parent, "", depth) if isinstance(expression, Mapping) else ""
        if reference.startswith("module."):
            name, _, output = reference.removeprefix("module.").partition(".")
            path = ".".join(filter(None, (module, f"module.{name.partition('[')[0]}")))
            inner = self._plan.modules.get(path)
            expression = inner.outputs.get(output.partition(".")[0].partition("[")[0]) if inner and output else None
            return self._resolve(expression, path, "", depth) if isinstance(expression, Mapping) else ""
        match = _REFERENCE.match(reference)
        if match is None or not match[3]:
            return ""
        target = self._one(module, match[1], match[2] or index)
        return self._of(target, match[3], depth) if target is not None else ""

    def of_name(self, module: str, name: str) -> Sequence[Resource]:
        """Return the resources of a name (`aws_iam_policy.x`, `data.aws_iam_policy_document.x`), one for each index."""
        return self._by_name.get((module, name), ())

    def _one(self, module: str, name: str, index: str) -> Resource | None:
        """Return the resource of a name: the one of the index, else the only one."""
        found = self.of_name(module, name)
        same = [one for one in found if _index(one.address) == index]
        return same[0] if len(same) == 1 else found[0] if len(found) == 1 else None

    def _of(self, target: Resource, attribute: str, depth: int) -> str:
        if attribute == "arn":
            value = target.values.get("arn")
            return value if isinstance(value, str) and value else self._arn_of(target)
        found = self.text(target, attribute, depth)
        if attribute == "id" and found in ("", ANY):
            if not self._id_is_name(target):
                return self._arn_of(target)
            return next((text for name in ("bucket", "name") if (text := self.text(target, name, depth))), ANY)
        return found


def _index(address: str) -> str:
    """Return the index at the end of an address (`["a"]`), "" for none."""
    return address[address.rindex("[") :] if address.endswith("]") and "[" in address else ""
