"""Resource and NotResource: ARN patterns against the ARN of a request.

Sources: IAM User Guide, "Resource" (wildcards work within the segments of an ARN; one that ends a segment also
reaches past later colons) and "Policy variables with no value" (such an entry covers no resource). A wildcard may
stand in the part that names the resource type: "IAM identifiers" says that it may not, but AWS's own examples (EC2
User Guide, `arn:aws:ec2:us-east-1:111122223333:*/*`) and managed policies (AWSGlueServiceRole) rely on it. An ARN with
fewer than six parts is not documented; each kind of policy treats it in its own way (`SHORT_ARN`), as observed.
"""

from collections.abc import Callable
from typing import Literal

from whydenied.engine.policy.context import SMALL_WORK, Context
from whydenied.engine.policy.kinds import Kind
from whydenied.engine.policy.matching import Matcher, effort, glob, glob_fragments, has_wildcard
from whydenied.engine.policy.variables import Template, parse_template

__all__ = ["MAX_PATTERN", "Resource", "ResourcePattern", "compile_resource"]

# Characters; a bucket policy may hold 20 KB in all, an S3 key 1,024 bytes.
MAX_PATTERN = 8_192

# Of a resource that is longer than any but an attacker's, stars alone are looked for so many characters at a time.
_LONG = 2_048
_AT_ONCE = 64

# What a short ARN in Resource becomes: "pad" with `*`, "never" matches, or makes the whole statement "void".
SHORT_ARN: dict[Kind, Callable[[str], Literal["pad", "never", "void"]]] = {
    "identity": lambda _arn: "pad",
    "boundary": lambda _arn: "pad",
    "session": lambda _arn: "pad",
    "resource": lambda arn: "pad" if "*" in arn else "never",
    "vpce": lambda arn: "pad" if "*" in arn else "never",
    "scp": lambda arn: "pad" if arn.endswith("*") else "void",
    "rcp": lambda _arn: "void",
}


class Resource:
    """The resource of a request. text: as given. matched: what patterns are held against, where that is another text.
    literal_only: only `*` in Resource matches (the action has no resource types)."""

    __slots__ = ("literal_only", "matched", "text")

    def __init__(self, text: str, *, matched: str = "", literal_only: bool = False) -> None:
        self.text = text
        self.matched = matched or text
        self.literal_only = literal_only


class ResourcePattern:
    """One entry of Resource or NotResource.

    short: it has fewer than six parts. void: the statement that holds it never applies. everything: it is `*`.
    """

    __slots__ = ("_effort", "_matcher", "_template", "everything", "short", "text", "void")

    def __init__(self, text: str, kind: Kind, template: Template | None) -> None:
        self.text = text
        self.everything = text == "*"
        self.void = False
        self.short = False
        self._template: Template | None = None
        self._matcher: Matcher | None = None
        self._effort = effort(text)
        if self.everything or len(text) > MAX_PATTERN:
            return
        parts = text.split(":", 5)
        if len(parts) < 6:
            treatment = SHORT_ARN[kind](text)
            self.void = treatment == "void"
            self.short = treatment == "pad"
            if self.short:
                self._matcher = glob(":".join(parts + ["*"] * (6 - len(parts))))
            return
        if template is None:
            self._matcher = glob(text) if _spans(parts) else _by_segment(parts)
        elif not any("${" in part for part in parts[:5]):
            # A variable may stand only from the sixth segment on.
            self._template = template

    def matches(self, resource: Resource, context: Context) -> bool | None:
        """Tell whether the entry covers a resource; None where a variable in it is unknown."""
        if self.everything:
            return True
        if resource.literal_only:
            return False
        length = len(resource.matched)
        if length > _LONG and self._effort == 1:
            context.spend(length // _AT_ONCE)
        elif self._effort > 1 and length * self._effort > SMALL_WORK:
            context.spend(length * self._effort)
        if self._matcher is not None:
            return self._matcher(resource.matched)
        if self._template is None:
            return False
        if self._template.unknown(context):
            # Whatever the variable is: where not even `*` in its place covers the resource, nothing does.
            return None if glob_fragments(self._template.widest(context))(resource.matched) else False
        fragments = self._template.resolve(context)
        return fragments is not None and glob_fragments(fragments)(resource.matched)

    @property
    def broken(self) -> bool:
        """Whether the syntax of a variable in it is wrong, so that nobody can say what it covers."""
        return self._template is not None and self._template.broken

    def unknown_key(self, context: Context) -> str | None:
        """Return the condition key that a variable in it needs and that is not known."""
        return self._template.unknown(context) if self._template else None


def compile_resource(text: str, kind: Kind, variables: bool) -> ResourcePattern:
    """Compile one entry; `variables` says whether the policy's Version knows policy variables."""
    return ResourcePattern(text, kind, parse_template(text) if variables else None)


def _spans(parts: list[str]) -> bool:
    """Tell whether to match the text as a whole: no wildcard before the resource part, or one that ends a segment."""
    wild = [part for part in parts[:5] if has_wildcard(part)]
    return not wild or any(part.endswith("*") for part in wild)


def _by_segment(parts: list[str]) -> Matcher:
    matchers = [glob(part) for part in parts]

    def matches(text: str) -> bool:
        segments = text.split(":", 5)
        return len(segments) == 6 and all(match(one) for match, one in zip(matchers, segments, strict=True))

    return matches
