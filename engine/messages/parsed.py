"""What was read off one denial: the fields, and where in the paste each was read."""

import msgspec

from whydenied.engine.messages.addresses import resource_arn

__all__ = ["FIELDS", "MAX_DENIALS", "ParsedError", "Span"]

MAX_DENIALS = 200
"""Denials of one paste that are told of: nobody reads more, and each costs a diagnosis."""


class Span(msgspec.Struct, frozen=True, gc=False):
    """A stretch of the pasted text: offsets into the paste as it was given, start included, end not."""

    field: str
    start: int
    end: int


class ParsedError(msgspec.Struct, kw_only=True):
    """One denial (or look-alike) in a paste. A field that the text does not state is None, never a guess.

    error_code: as printed (`AccessDenied`, `403`). principal: an ARN, or whatever the text has in its place.
    action: the IAM action (`s3:GetObject`), derived from the operation where the text names none.
    operation: the API operation (`HeadObject`). resource: as printed. effect: explicit | implicit. policy_type:
    identity | resource | scp | rcp | boundary | session | vpce | trust. encoded_message: an encoded authorization
    failure message is there (its text is masked before anything reads it). patterns: ids of the patterns that
    matched, the most telling first. times: how often the paste holds this same denial.
    """

    error_code: str | None = None
    http_status: str | None = None
    principal: str | None = None
    action: str | None = None
    operation: str | None = None
    resource: str | None = None
    effect: str | None = None
    policy_type: str | None = None
    policy_arn: str | None = None
    authorization_id: str | None = None
    encoded_message: bool | None = None
    request_id: str | None = None
    service: str | None = None
    region: str | None = None
    patterns: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    times: int = 1

    @property
    def named_resource(self) -> str | None:
        """The resource as policies name it: the ARN where an address stands for one; else as printed."""
        arn = resource_arn(self.resource, self.action or "") if self.resource else None
        return str(arn) if arn else self.resource

    def as_dict(self) -> dict[str, object]:
        """Return the fields as plain data, for JSON."""
        return {name: getattr(self, name) for name in FIELDS} | {"patterns": list(self.patterns), "times": self.times}


FIELDS = tuple(name for name in ParsedError.__struct_fields__ if name not in ("patterns", "spans", "times"))
