"""Where the caller stands: its policies and limits, read once for all requests of a plan.

From a folder of policies, from the output of `aws iam get-account-authorization-details`, or from a Reader (AWS itself
or a snapshot). What was not given is unknown, and never read as "none"."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from whydenied.engine.collectors.calls import Reader
from whydenied.engine.collectors.case import Case
from whydenied.engine.collectors.sources import find_sources
from whydenied.engine.collectors.target import Target
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.accounts import account_case
from whydenied.engine.evaluation.gates import POLICY_GATES

__all__ = ["Standing", "read_folder", "read_standing", "with_details"]

_MAX_FILE = 32_000_000
_MAX_FILES = 1_000
# The caller's own gates; the resources' policies are the plan's.
_SOURCES = ("identity", "boundary", "organization", "session", "endpoint")
# What stands for a request where only the caller matters.
_ANY_ACTION = "sts:GetCallerIdentity"


class Standing(msgspec.Struct, frozen=True):
    """What is known of a caller. principal: its ARN. case: its policies by the fields of engine.evaluation.cases, with
    `unknown`, `settings` and `stated`. resources: policies by the ARN of the resource they belong to. complete: every
    gate of the caller's was given. unread: what could not be read, and the command for who may."""

    principal: str
    case: Mapping[str, object]
    resources: Mapping[str, object]
    unread: tuple[str, ...] = ()


def read_folder(folder: Path, principal: str) -> Standing:
    """Read a folder with a folder for each kind of policy (`identity`, `boundary`, `session`, `scp`, `rcp`, `vpce`),
    and resource policies in `resource`, each file `{"resource": ARN, "policy": {…}}`; levels of an organization are
    folders in `scp` and `rcp`, in the order of their names, root first. `account.json` may hold the account's
    authorization details.

    A kind without a folder is unknown; an empty folder says that there is none. Raises InputError."""
    if not folder.is_dir():
        raise InputError(f"`{folder}` is no folder")
    case: dict[str, object] = {}
    unknown = []
    for gate in POLICY_GATES:
        place = folder / gate.name
        if gate.name == "resource":
            continue
        if not place.is_dir():
            unknown.append(gate.name)
        elif gate.shape == "levels":
            case[gate.field] = _levels(place)
        else:
            documents = list(_documents(place))
            case[gate.field] = documents if gate.shape == "list" else next(iter(documents), None)
    details = folder / "account.json"
    if details.is_file():
        return with_details(principal, _read(details), case, unknown, _resources(folder / "resource"))
    if len(unknown) == len(POLICY_GATES) - 1:
        kinds = ", ".join(f"`{gate.name}`" for gate in POLICY_GATES if gate.name != "resource")
        raise InputError(f"`{folder}` holds none of the folders {kinds}, and no `account.json`")
    return Standing(principal, {**case, "unknown": unknown}, _resources(folder / "resource"))


def with_details(
    principal: str, details: object, case: Mapping[str, object], unknown: list[str], resources: Mapping[str, object]
) -> Standing:
    """Put the account's details behind what else is known of a caller (fields as in Standing, `unknown` beside them).
    Raises InputError where the caller is not in them."""
    request = {"request": {"principal": principal, "action": _ANY_ACTION, "resource": "*"}}
    filled = account_case(details, {**request, **case})
    held = {gate.field: filled[gate.field] for gate in POLICY_GATES if gate.field in filled and gate.name != "resource"}
    left = [gate.name for gate in POLICY_GATES if gate.name in unknown and gate.field not in held]
    if "session" not in filled["unknown"] and "session" in left:
        left.remove("session")
    return Standing(principal, {**held, "unknown": left, "stated": filled["request"]["stated"]}, resources)


def read_standing(reader: Reader, principal: str) -> Standing:
    """Read a caller's policies from AWS or a snapshot. Never raises for what AWS answers."""
    target = Target(principal, _ANY_ACTION)
    case = Case(target)
    for source in find_sources():
        if source.name in _SOURCES and (source.name != "session" or target.session) and source.applies(target):
            case.add(source.collect(reader, target))
    found = {gate.field: case.policies[gate.name] for gate in POLICY_GATES if gate.name in case.policies}
    # Nobody lists the session policies of a run, or the endpoint it will come through: nothing points to either.
    unknown = [gate for gate in case.open_gates if gate not in ("resource", "session", "vpce")]
    stated = {key: value for key, value in case.context.items() if key.lower().startswith("aws:principal")}
    stated |= {key: value for key, value in case.context.items() if key == "aws:userid"}
    unread = tuple(f"{one.what}: {one.why}" + (f" ({one.command})" if one.command else "") for one in case.unknown)
    kept = {**found, "unknown": unknown, "settings": case.settings, "stated": stated}
    return Standing(principal, kept, {}, unread)


def _documents(folder: Path) -> Iterator[dict[str, object]]:
    for path in _files(folder):
        raw = _read(path)
        if isinstance(raw, Mapping) and "Statement" not in raw and ("document" in raw or "name" in raw):
            yield dict(raw)
        else:
            yield {"name": path.stem, "document": _document(raw, path)}


def _document(raw: object, path: Path) -> object:
    """Return the document of a file; the AWS CLI prints it under `PolicyDocument`, `Document` or `Policy`."""
    if isinstance(raw, Mapping) and "Statement" not in raw:
        for name in ("PolicyDocument", "Document", "PolicyVersion", "Policy"):
            if isinstance(raw.get(name), Mapping):
                return _document(raw[name], path)
        raise InputError(f"`{path}` holds no policy: there is no `Statement` in it")
    return raw


def _levels(folder: Path) -> list[list[dict[str, object]]]:
    levels = sorted(one for one in folder.iterdir() if one.is_dir())
    here = list(_documents(folder))
    return [list(_documents(one)) for one in levels] if levels else [here] if here else []


def _resources(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in _files(folder) if folder.is_dir() else ():
        raw = _read(path)
        if not isinstance(raw, Mapping) or not isinstance(raw.get("resource"), str) or "policy" not in raw:
            raise InputError(f'`{path}` must be {{"resource": ARN, "policy": the document, or null for none}}')
        found[raw["resource"]] = raw["policy"]
    return found


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.json"))
    if len(found) > _MAX_FILES:
        raise InputError(f"`{folder}` holds {len(found)} files; at most {_MAX_FILES} are read")
    return found


def _read(path: Path) -> object:
    with path.open("rb") as file:
        data = file.read(_MAX_FILE + 1)
    if len(data) > _MAX_FILE:
        raise InputError(f"`{path}` has more than {_MAX_FILE // 1_000_000} MB")
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InputError(f"`{path}` is not JSON") from None
