"""Where a policy is kept: what has to be known before anybody edits it.

Sources: IAM User Guide, "Managed policies and inline policies" (a group's policy is edited on the group, a managed one
where it stands for everybody who has it), "IAM and AWS STS quotas" (five versions of a managed policy)."""

from collections.abc import Mapping
from typing import NamedTuple

from whydenied.engine.errors import InputError

__all__ = ["NOWHERE", "Home", "read_home"]

_HOLDERS = ("user", "group", "role", "permission-set")


class Home(NamedTuple):
    """Where a policy is kept, as far as it is known.

    holder: who has it: `user/ana`, `group/staff`, `role/app` or `permission-set/<its ARN>`; "" where that is not known.
    identifier: of a policy of the organization (`p-examplepolicyid`) or of a VPC endpoint (`vpce-0abc`), else "".
    attachments, versions: how many identities have a managed policy, and how many versions it has; -1 for unknown.
    """

    holder: str = ""
    identifier: str = ""
    attachments: int = -1
    versions: int = -1

    @property
    def holder_kind(self) -> str:
        """`user`, `group`, `role`, `permission-set` or ""."""
        return self.holder.partition("/")[0]

    @property
    def holder_name(self) -> str:
        """The holder's name, or the ARN of the permission set; "" where it is not known."""
        return self.holder.partition("/")[2]


NOWHERE = Home()


def read_home(raw: object) -> Home:
    """Read `{"holder", "identifier", "attachments", "versions"}`, each optional. Raises InputError."""
    if raw is None:
        return NOWHERE
    if not isinstance(raw, Mapping):
        raise InputError('`home` must be an object, such as {"holder": "group/staff"}')
    for name in raw:
        if name not in Home._fields:
            raise InputError(f"`home` has no `{str(name)[:80]}`; known are {', '.join(Home._fields)}")
    holder, identifier = raw.get("holder", ""), raw.get("identifier", "")
    if not isinstance(holder, str) or not isinstance(identifier, str):
        raise InputError("`holder` and `identifier` of a `home` must be texts")
    if holder and (holder.partition("/")[0] not in _HOLDERS or not holder.partition("/")[2]):
        raise InputError(f"holder `{holder[:80]}` must be one of {', '.join(f'{kind}/<name>' for kind in _HOLDERS)}")
    return Home(holder, identifier, _count(raw, "attachments"), _count(raw, "versions"))


def _count(raw: Mapping[str, object], name: str) -> int:
    value = raw.get(name, -1)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"`{name}` of a `home` must be a whole number")
    return value
