"""Who calls, and whether a Principal or NotPrincipal element names the caller.

Sources: IAM User Guide, "Principal", "NotPrincipal" and "Policy evaluation for requests within a single account"
(what an Allow overrides depends on whom it names: that is the grade).
"""

from collections.abc import Mapping
from enum import IntEnum

from whydenied.engine.arn import parse_arn
from whydenied.engine.errors import InputError

__all__ = ["Caller", "Grade", "PrincipalElement", "compile_principal", "read_caller"]


class Grade(IntEnum):
    """How closely a statement names the caller; a higher grade overrides more.

    ACCOUNT delegates to the identity policies of the caller's account. ROLE replaces them, but not the permissions
    boundary and the session policies (a role's ARN, or the user ARN for a federated-user session of that user). FULL
    replaces all three (the user, the session, everyone).
    """

    NONE = 0
    ACCOUNT = 1
    ROLE = 2
    FULL = 3


class Caller:
    """The principal of a request.

    text: as given. kind: user, role (a session of that role, name unknown), session, federated-user, root, service,
    federated (a SAML or OIDC provider), anonymous, or other (an ARN of another kind). account: twelve digits, or "" for
    service, federated and anonymous callers, which belong to no account. has_identity: whether identity policies,
    boundaries, session policies and SCPs can apply to the caller at all.
    """

    __slots__ = ("account", "has_identity", "kind", "name", "partition", "service_linked", "session", "text")

    def __init__(
        self, text: str, kind: str, account: str = "", partition: str = "aws", name: str = "", session: str = ""
    ) -> None:
        self.text = text
        self.kind = kind
        self.account = account
        self.has_identity = bool(account)
        self.partition = partition
        self.name = name
        self.session = session
        # A user can have such a path or name.
        self.service_linked = kind in ("role", "session") and (
            ":role/aws-service-role/" in text or name.startswith("AWSServiceRoleFor")
        )


def read_caller(raw: object) -> Caller:
    """Read a caller: an ARN, `{"service": ...}`, `{"federated": ...}` or `anonymous`.

    Raises InputError for anything else.
    """
    if not isinstance(raw, str) and isinstance(raw, Mapping):
        for kind in ("service", "federated"):
            name = raw.get(kind)
            if isinstance(name, str) and name:
                return Caller(name, kind)
        raise InputError('`principal` must be an ARN, {"service": ...}, {"federated": ...} or "anonymous"')
    if not isinstance(raw, str) or not raw:
        raise InputError("`principal` is missing; give the caller's ARN")
    if raw == "anonymous" or raw == "*":
        return Caller("anonymous", "anonymous")
    arn = parse_arn(raw)
    if arn is None:
        if "." in raw and ":" not in raw and "/" not in raw:
            return Caller(raw, "service")
        raise InputError(
            f"principal `{raw[:200]}` is not an ARN; give the caller's ARN as `aws sts get-caller-identity` prints it"
        )
    if not (len(arn.account) == 12 and arn.account.isdigit()):
        raise InputError(f"principal `{raw[:200]}` names no account; the fifth part of its ARN must be twelve digits")
    kind, _, rest = arn.resource.partition("/")
    if arn.resource == "root":
        return Caller(raw, "root", arn.account, arn.partition)
    if kind in ("saml-provider", "oidc-provider"):
        return Caller(raw, "federated")
    if kind == "assumed-role":
        role, _, session = rest.partition("/")
        return Caller(raw, "session", arn.account, arn.partition, role, session)
    if kind == "role":
        return Caller(raw, "role", arn.account, arn.partition, rest.rsplit("/", 1)[-1])
    if kind in ("user", "federated-user"):
        return Caller(raw, kind, arn.account, arn.partition, rest.rsplit("/", 1)[-1])
    return Caller(raw, "other", arn.account, arn.partition, rest)


class PrincipalElement:
    """A compiled Principal or NotPrincipal element."""

    __slots__ = ("_accounts", "_arns", "_best", "_names", "everyone", "negated", "present")

    def __init__(self, negated: bool, present: bool) -> None:
        self.negated = negated
        self.present = present
        self.everyone = False
        self._accounts: set[str] = set()
        self._arns: list[str] = []
        self._best: tuple[Caller, Grade] | None = None
        self._names: dict[str, set[str]] = {"Service": set(), "Federated": set(), "CanonicalUser": set()}

    def add(self, kind: str, value: str) -> None:
        """Add one name of a kind (`AWS`, `Service`, `Federated`, `CanonicalUser`)."""
        if kind != "AWS":
            self._names.setdefault(kind, set()).add(value)
        elif value == "*":
            self.everyone = True
        elif (len(value) == 12 and value.isdigit()) or value.endswith(":root"):
            self._accounts.add(value)
        else:
            self._arns.append(value)

    @property
    def public(self) -> bool:
        """Whether it names everyone (S3 calls such an Allow public unless a condition limits it)."""
        return self.everyone or self.negated

    def grade(self, caller: Caller, *, allow: bool, bounded: bool) -> Grade:
        """Grade how the element names a caller.

        allow: the statement allows. bounded: the caller has a permissions boundary; a Deny with NotPrincipal always
        hits such a caller, whoever is listed.
        """
        if not self.present:
            return Grade.NONE
        if not self.negated:
            return self._listed(caller)
        if allow:
            return Grade.NONE if self._listed(caller) else Grade.FULL
        return Grade.NONE if self._excepted(caller) and not bounded else Grade.FULL

    def may_name(self, caller: Caller) -> bool:
        """Tell whether it cannot be known that the caller is not meant: a canonical user id stands for an account, and
        does not tell for which (S3 User Guide, "Finding your canonical user ID")."""
        return not self.negated and bool(caller.account and self._names["CanonicalUser"])

    def _listed(self, caller: Caller) -> Grade:
        if self.everyone:
            return Grade.FULL
        if caller.kind == "service":
            names = self._names["Service"]
            return Grade.FULL if caller.text in names or "*" in names else Grade.NONE
        if caller.kind == "federated":
            names = self._names["Federated"]
            return Grade.FULL if caller.text in names or "*" in names else Grade.NONE
        if not caller.account:
            return Grade.NONE
        if not self._arns:
            best = Grade.NONE
        elif self._best is not None and self._best[0] is caller:
            best = self._best[1]
        else:
            best = max(_names(arn, caller) for arn in self._arns)
            self._best = (caller, best)
        if best is Grade.NONE and self.names_account(caller):
            # The account's ARN is the root user's own.
            return Grade.FULL if caller.kind == "root" else Grade.ACCOUNT
        return best

    def names_account(self, caller: Caller) -> bool:
        """Tell whether the caller's account is listed, by its number or by the ARN of its root user."""
        root = f"arn:{caller.partition}:iam::{caller.account}:root"
        return caller.account in self._accounts or root in self._accounts

    def _excepted(self, caller: Caller) -> bool:
        """Tell whether NotPrincipal with Deny spares a caller: itself (of a session its role) and the account must be
        listed. Source: IAM User Guide, "NotPrincipal": "include both the ARN for a role and the ARN for the account
        containing that role"."""
        if self.everyone or not caller.account:
            return bool(self._listed(caller))
        grades = {_names(arn, caller) for arn in self._arns}
        named = self.names_account(caller)
        if caller.kind == "root":
            return named
        if caller.kind == "session":
            return named and Grade.ROLE in grades
        return named and bool(grades - {Grade.NONE})


def _names(listed: str, caller: Caller) -> Grade:
    """Grade one ARN in a Principal element.

    ARNs are compared exactly; only a session's ARN does not tell the path of its role, so that goes by name, in any
    case."""
    if listed == caller.text:
        return Grade.ROLE if caller.kind == "role" else Grade.FULL
    arn = parse_arn(listed)
    if arn is None or arn.service != "iam" or (arn.partition, arn.account) != (caller.partition, caller.account):
        return Grade.NONE
    kind, _, rest = arn.resource.partition("/")
    name = rest.rsplit("/", 1)[-1]
    if kind == "role" and caller.kind == "session":
        return Grade.ROLE if name.lower() == caller.name.lower() else Grade.NONE
    if kind == "user" and caller.kind == "federated-user":
        return Grade.ROLE if name == caller.name else Grade.NONE
    return Grade.NONE


def compile_principal(statement: Mapping[str, object]) -> PrincipalElement:
    """Compile the Principal or NotPrincipal of a statement; a broken one names nobody."""
    negated = "NotPrincipal" in statement
    raw = statement.get("NotPrincipal" if negated else "Principal")
    element = PrincipalElement(negated, raw is not None)
    if isinstance(raw, str):
        element.add("AWS", raw)
    elif isinstance(raw, list):
        for one in raw:
            if isinstance(one, str):
                element.add("AWS", one)
    elif isinstance(raw, Mapping):
        for kind, names in raw.items():
            for one in names if isinstance(names, list) else [names]:
                if isinstance(one, str):
                    element.add(str(kind), one)
    return element
