"""Reading a request with its policies as one JSON object: the form of `whydenied evaluate`.

`{"id", "request": {"principal", "action", "resource", "resource_account", "context"}, "identity_policies": [{"name",
"document", "home"}], "resource_policy", "permissions_boundaries": [document], "session_policy", "scps": [[document of
the root], ...], "rcps", "vpc_endpoint_policies": [document], "settings"}`. A null or absent policy means that there is
none; a policy that is named without its document is not known, and what else is not is named in `unknown` (a list of
gates). A field of another name is an error. `"context_complete": false` in the request says that keys may be missing:
then those that follow from the caller are derived, and the rest are unknown.
"""

from collections.abc import Callable, Mapping, Sequence

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.evaluation.derive import derive
from whydenied.engine.evaluation.evaluate import Evaluation, evaluate
from whydenied.engine.evaluation.fields import REQUEST_FIELDS, check_fields
from whydenied.engine.evaluation.gates import POLICY_GATES, Gate
from whydenied.engine.evaluation.named import name_alone, text_of
from whydenied.engine.evaluation.ownership import AWS_OWNED
from whydenied.engine.evaluation.request import ENDPOINT_KINDS, MAX_GRANTS, Levels, Policies, Request, Settings
from whydenied.engine.policy.context import read_context
from whydenied.engine.policy.document import Document, compile_document
from whydenied.engine.policy.home import NOWHERE, read_home
from whydenied.engine.policy.principals import read_caller
from whydenied.engine.secrets.sign import masked_in, shown

__all__ = ["FIELDS", "read_case", "read_policies", "read_request", "unknown_gates"]

MAX_POLICIES = 1_000
MAX_LEVELS = 10

_GATES = frozenset(gate.name for gate in POLICY_GATES)
FIELDS = frozenset({"id", "request", "settings", "unknown", *(gate.field for gate in POLICY_GATES)})
_WRAPPER = frozenset({"name", "document", "home", "Version", "Id", "Statement"})
_SWITCHES = (
    "s3_block_public_access",
    "principal_in_management_account",
    "resource_in_management_account",
    "wildcard_only_action",
)
_SETTINGS = frozenset({*_SWITCHES, "vpc_endpoint_kind", "kms_grants"})


def read_case(case: object, *, explain: bool = False) -> Evaluation:
    """Read a case and decide it. Raises InputError, with what to change, where it cannot be read."""
    if not isinstance(case, (dict, Mapping)):  # a dict is told at once, other mappings are not
        raise InputError("a case must be an object with `request` and the policies")
    check_fields(case, FIELDS, "a case")
    return evaluate(read_request(case), read_policies(case), explain=explain)


def read_request(case: Mapping[str, object]) -> Request:
    """Read the request of a case, with its settings. Raises InputError."""
    raw = case.get("request")
    if not isinstance(raw, (dict, Mapping)):
        raise InputError("`request` is missing; give `principal`, `action` and `resource`")
    check_fields(raw, REQUEST_FIELDS, "`request`")
    action, resource, account = raw.get("action"), raw.get("resource", "*"), raw.get("resource_account")
    if not isinstance(action, str):
        raise InputError("`action` is missing; write it as `service:Action`, such as `s3:GetObject`")
    if not isinstance(resource, str):
        raise InputError("`resource` must be an ARN or `*`")
    _refuse_masked(raw)
    if account is not None and not (isinstance(account, str) and (_is_account(account) or account in ("", AWS_OWNED))):
        raise InputError("`resource_account` must be the twelve digits of an account, as text")
    caller = read_caller(raw.get("principal"))
    account = account or _account_of(resource)
    context = read_context(raw.get("context"), complete=raw.get("context_complete") is not False)
    if not context.complete:
        context = derive(context, caller, account, _stated(raw.get("stated")))
    return Request(caller, action, resource, account, context, _settings(case))


def _refuse_masked(raw: Mapping[str, object]) -> None:
    """Raise InputError where a part of the request was hidden: nothing can be decided, or changed, for such a name."""
    if not masked_in(raw):
        return
    for name, value in raw.items():
        if masked := masked_in(value):
            raise InputError(
                f"`{name}` holds `{shown(masked)}`, of which a part was masked as a secret; write the name itself, or "
                "another of the same form"
            )


def _stated(raw: object) -> dict[str, str | None]:
    """Read what is known about the caller besides the context."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping) or not all(value is None or isinstance(value, str) for value in raw.values()):
        raise InputError("`stated` must be an object of condition keys with one text each")
    return {str(name): value for name, value in raw.items()}


def _account_of(resource: str) -> str | None:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and _is_account(parts[4]) else None


def _is_account(text: str) -> bool:
    return len(text) == 12 and text.isdigit()


_DEFAULTS = Settings()


def _settings(case: Mapping[str, object]) -> Settings:
    raw = case.get("settings")
    if not raw:
        return _DEFAULTS
    if not isinstance(raw, Mapping):
        raise InputError("`settings` must be an object")
    for name in raw:
        if name not in _SETTINGS:
            raise InputError(f"there is no setting `{str(name)[:80]}`; known are {', '.join(sorted(_SETTINGS))}")
    for name in _SWITCHES:
        if not isinstance(raw.get(name, False), (bool, type(None))):
            raise InputError(f"the setting `{name}` must be true or false")
    kind = raw.get("vpc_endpoint_kind") or ""
    if kind not in ENDPOINT_KINDS:
        raise InputError("the setting `vpc_endpoint_kind` must be `gateway` or `interface`")
    grants = raw.get("kms_grants") or []
    if not isinstance(grants, list) or len(grants) > MAX_GRANTS:
        raise InputError(
            f"`kms_grants` must be a list of at most {MAX_GRANTS} grants, as `aws kms list-grants` prints them"
        )
    return Settings(
        block_public_access=raw.get("s3_block_public_access") is True,
        caller_in_management_account=raw.get("principal_in_management_account") is True,
        resource_in_management_account=raw.get("resource_in_management_account") is True,
        no_resource_types=raw.get("wildcard_only_action") is True,
        endpoint_kind=kind,
        grants=tuple(grant for grant in grants if isinstance(grant, Mapping)),
    )


def read_policies(case: Mapping[str, object]) -> Policies:
    """Compile the policies of a case. Raises InputError where one is no policy or there are too many."""
    levels: dict[str, Levels] = {}
    unread: dict[str, tuple[str, ...]] = {}
    for gate in POLICY_GATES:
        raw = case.get(gate.field)
        if raw is None:
            continue
        found = _SHAPES[gate.shape](raw, gate)
        if names := tuple([document.name for level in found for document in level if not document.read]):
            unread[gate.name] = names
            found = tuple([tuple([document for document in level if document.read]) for level in found])
        if found:
            levels[gate.name] = found
    return Policies(levels, unknown_gates(case), unread)


def unknown_gates(case: Mapping[str, object]) -> Sequence[str]:
    """Read the gates of which the policies were not given. Raises InputError."""
    unknown = case.get("unknown") or ()
    if not isinstance(unknown, (list, tuple)) or not all(isinstance(gate, str) and gate in _GATES for gate in unknown):
        raise InputError(f"`unknown` must be a list of gates: {', '.join(sorted(_GATES))}")
    return unknown


def _compile(raw: object, gate: Gate, words: str, level: int = -1) -> Document:
    """Compile a document, bare or as `{"name", "document", "home"}`; with a name alone it may be known by that, or
    unread.

    A policy of which a part was masked as a secret is unread: what it matches cannot be told.
    """
    if masked_in(raw):
        name = raw.get("name") if isinstance(raw, dict) else ""
        return Document({}, gate.kind, f"{name or words} (a part of it is masked)", level, read=False)
    home = NOWHERE
    if isinstance(raw, dict):
        home = read_home(raw["home"]) if "home" in raw else NOWHERE
        if "Statement" in raw:
            return compile_document(raw, gate.kind, words, level)
        name = raw.get("name")
        if raw.get("document") is not None:
            return compile_document(raw["document"], gate.kind, str(name) if name else words, level, home)
    if name := name_alone(raw):
        text = text_of(name)
        return Document(text or {}, gate.kind, name, level, home, read=text is not None)
    if isinstance(raw, dict):
        check_fields(raw, _WRAPPER, f"{words} ")
    return compile_document(raw, gate.kind, words, level)


def _list(raw: object, gate: Gate) -> Levels:
    if not raw:
        return ()
    if not isinstance(raw, list):
        raise InputError(f"`{gate.field}` must be a list of policies")
    if len(raw) > MAX_POLICIES:
        raise TooLargeError(f"`{gate.field}` has {len(raw)} policies; at most {MAX_POLICIES} are read")
    if len(raw) == 1:
        return ((_compile(raw[0], gate, gate.words),),)
    return (tuple([_compile(one, gate, f"{gate.words} {number}") for number, one in enumerate(raw, 1)]),)


def _one(raw: object, gate: Gate) -> Levels:
    return _list(raw, gate) if isinstance(raw, list) else ((_compile(raw, gate, gate.words),),)


def _levels(raw: object, gate: Gate) -> Levels:
    if not raw:
        return ()
    if not isinstance(raw, list) or not all(isinstance(level, list) for level in raw):
        raise InputError(f"`{gate.field}` must be a list of levels, root first, each a list of policies")
    if len(raw) > MAX_LEVELS or sum(map(len, raw)) > MAX_POLICIES:
        raise TooLargeError(
            f"`{gate.field}` has too many levels or policies; at most {MAX_LEVELS} and {MAX_POLICIES} are read"
        )
    return tuple(
        tuple(
            _compile(one, gate, f"{gate.words} {level + 1}.{number}", level) for number, one in enumerate(documents, 1)
        )
        for level, documents in enumerate(raw)
    )


_SHAPES: dict[str, Callable[[object, Gate], Levels]] = {"one": _one, "list": _list, "levels": _levels}
