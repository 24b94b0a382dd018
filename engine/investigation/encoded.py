"""From an error as it was pasted to an investigation: the message that AWS encoded is decoded first, and who calls is
asked where the error does not say."""

import re
from collections.abc import Mapping

import msgspec

from whydenied.engine.collectors import Target, make_target
from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.sources.encoded import decode
from whydenied.engine.diagnosis import Denial, Diagnoser, Diagnosis
from whydenied.engine.investigation.live import Investigator, Outcome

__all__ = ["Looked", "encoded_message", "look"]

_ENCODED = re.compile(r"Encoded authorization failure message:\s{0,5}((?:[│|>]?[ \t]{0,8}[A-Za-z0-9_-]{16,}+\s?)++)")


class Looked(msgspec.Struct, frozen=True):
    """A diagnosis after looking: with the findings of the investigation, and all else that it found."""

    diagnosis: Diagnosis
    outcome: Outcome


def encoded_message(text: str) -> str:
    """Return the encoded authorization message of a paste; it is masked in all that is shown or kept."""
    match = _ENCODED.search(text)
    return re.sub(r"[\s│|>]", "", match[1]) if match else ""


def look(
    text: str,
    diagnosis: Diagnosis,
    investigator: Investigator,
    reader: Reader,
    target: Target | None = None,
    region: str = "",
    said: Mapping[str, str] | None = None,
) -> Looked | None:
    """Investigate the denial that tells most; None where it does not say who was refused what.

    target: what it is about, where the text says nothing (a snapshot knows). region: where, if the error does not say.
    said: what the person adds (`principal`, `action`, `resource`); it goes before what the text says, and without a
    principal the caller is asked for.
    """
    diagnoser = investigator.diagnoser
    denial = diagnosis.main
    blob = encoded_message(text)
    if denial is not None and blob:
        denial = _decoded(denial, blob, diagnoser, reader)
    caller = str(reader.read(Call("sts", "GetCallerIdentity")).get("Arn") or "") if _is_nameless(denial) else ""
    target = (make_target(denial.error, caller, blob) if denial else None) or target
    if said:
        target = _as_said(target, said, reader)
    if target is None:
        return None
    if not target.region:
        target = msgspec.structs.replace(target, region=region)
    if denial is None:
        denial = _denial_of(target, diagnoser)
    outcome = investigator.investigate(denial, target, reader)
    found = msgspec.structs.replace(denial, facts=outcome.facts, findings=outcome.findings)
    return Looked(msgspec.structs.replace(diagnosis, recognised=True, denials=(found,)), outcome)


def _as_said(target: Target | None, said: Mapping[str, str], reader: Reader) -> Target | None:
    if target is not None:
        return msgspec.structs.replace(target, **said)
    if "action" not in said:
        return None
    principal = said.get("principal") or str(reader.read(Call("sts", "GetCallerIdentity")).get("Arn") or "")
    return Target(principal, said["action"], said.get("resource", "*")) if principal else None


def _is_nameless(denial: Denial | None) -> bool:
    return denial is not None and not (denial.error.principal or "").startswith("arn:")


def _decoded(denial: Denial, blob: str, diagnoser: Diagnoser, reader: Reader) -> Denial:
    """Take from the decoded message what the plain one leaves out."""
    plain = decode(reader, Target("", "", encoded_message=blob))
    if not plain:
        return denial
    read = diagnoser.diagnose(msgspec.json.encode(plain).decode())
    found = read.main
    if found is None:
        return denial
    for name in ("operation", "region", "error_code", "request_id"):
        if getattr(found.error, name) is None:
            setattr(found.error, name, getattr(denial.error, name))
    return msgspec.structs.replace(found, decoded=read.text)


def _denial_of(target: Target, diagnoser: Diagnoser) -> Denial:
    """Make a denial of a snapshot's target, in the words of a message."""
    text = f"User: {target.principal} is not authorized to perform: {target.action} on resource: {target.resource}"
    denial = diagnoser.diagnose(text).main
    assert denial is not None
    return denial
