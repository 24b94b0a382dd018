"""Managed policies as they are read: what may not be read is known by its name, or not known."""

from collections.abc import Iterable

from whydenied.engine.collectors.calls import Answer, Call
from whydenied.engine.collectors.sources._policies import managed_policies


class _Refusing:
    """A reader that is refused everything."""

    accounts: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.asked: list[Answer] = []

    def read(self, call: Call) -> Answer:
        return Answer(call, code="AccessDenied", message="no")

    def read_many(self, calls: Iterable[Call]) -> list[Answer]:
        return [self.read(call) for call in calls]


def test_awss_own_policies_need_not_be_readable() -> None:
    """Their texts are known by name; anybody else's stay unread, and the refused call is told."""
    theirs, ours = "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::111122223333:policy/Ours"
    found, failed = managed_policies(_Refusing(), [theirs, ours], "")
    assert found == [{"name": theirs}]
    assert [answer.call.parameters["PolicyArn"] for answer in failed] == [ours]
