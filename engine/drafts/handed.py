"""A role that was handed to a service, which cannot take it: the call as the service makes it, of the role's trust.

Sources: IAM User Guide, "Roles terms and concepts" (a service role trusts the service's principal); the principals are
those of engine/drafts/passed.py.
"""

import re

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.drafts.passed import is_blank, taker_of
from whydenied.engine.messages.operations import service_named
from whydenied.engine.messages.parsed import ParsedError

__all__ = ["as_taken"]

# A principal as it is written, and no host of a Region (`sqs.eu-west-1.amazonaws.com`) or address.
_PRINCIPAL = re.compile(r"(?<![\w./@-])([a-z][a-z0-9-]{1,40}\.amazonaws\.com)(?![\w/:.]*/)\b")
_IN_WORDS = re.compile(
    r"(?:\A|[.:\n])\s*(?:AWS |Amazon )?(?P<before>[A-Z][\w ]{1,40}?) (?:was|is) (?:unable|not able) to assume\b"
    r"|\bassumed by (?:AWS |Amazon )?(?P<by>[A-Z]\w{1,40})"
    r"|\b[Aa]llow (?:AWS |Amazon )?(?P<let>[A-Z][\w ]{1,40}?) to assume\b"
)
_ENDING = ".amazonaws.com"
# Roles of AWS's own accounts, in whose name a service takes a role of yours: a trust names the service, and no such
# account (DMS User Guide, "Creating the IAM roles to use with AWS DMS").
_AWS_OWN = ((re.compile(r":assumed-role/dms-engine-role"), "dms.amazonaws.com"),)
# Letters of a paste that are searched.
_LONGEST = 20_000


def as_taken(error: ParsedError, text: str) -> ParsedError | None:
    """Return the denial as sts:AssumeRole by the service; None where the text does not tell one service.

    text: the paste with secrets masked. The role is a blank where the text does not name it."""
    own = next((service for sign, service in _AWS_OWN if sign.search(error.principal or "")), "")
    principal = "" if (error.principal or "").endswith(_ENDING) else own or _service(text[:_LONGEST])
    if not principal:
        return None
    named = (parse_arn(one or "") for one in (error.resource, error.principal))
    role = next((str(arn) for arn in named if arn is not None and arn.service == "iam" and arn.kind == "role"), None)
    return msgspec.structs.replace(error, principal=principal, action="sts:AssumeRole", resource=role)


def _service(text: str) -> str:
    """Return the principal of the one service that a text tells, "" for none.

    The call that was made does not tell it: a flow log's role trusts another service than EC2, a node's than EKS."""
    written = set(_PRINCIPAL.findall(text))
    if not written:
        named = {service_named(found[found.lastgroup or 0].strip()) for found in _IN_WORDS.finditer(text)}
        written = {taker_of(prefix) for prefix in named if prefix}
    principal = written.pop() if len(written) == 1 else ""
    return "" if is_blank(principal) else principal
