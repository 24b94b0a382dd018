"""Where a policy is kept: read as it is given, or refused in words."""

from typing import Any

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.policy.home import NOWHERE, Home, read_home


@pytest.mark.parametrize(
    ("raw", "kind", "name"),
    [
        (None, "", ""),
        ({}, "", ""),
        ({"holder": "group/staff"}, "group", "staff"),
        (
            {"holder": "permission-set/arn:aws:sso:::permissionSet/ssoins-1/ps-2"},
            "permission-set",
            "arn:aws:sso:::permissionSet/ssoins-1/ps-2",
        ),
    ],
)
def test_who_has_it(raw: Any, kind: str, name: str) -> None:
    """The kind of holder is what stands before the first slash; the rest, slashes and all, is its name."""
    found = read_home(raw)
    assert (found.holder_kind, found.holder_name) == (kind, name)


def test_every_field_is_kept() -> None:
    """And what is not given is not known."""
    given = {"holder": "role/app", "identifier": "p-examplepolicyid", "attachments": 0, "versions": 5}
    assert read_home(given) == Home("role/app", "p-examplepolicyid", 0, 5)
    assert read_home({}) == NOWHERE == Home("", "", -1, -1)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("group/staff", "must be an object"),
        ({"owner": "group/staff"}, "`home` has no `owner`"),
        ({"holder": "staff"}, "holder `staff` must be one of user/<name>"),
        ({"holder": "team/staff"}, "must be one of"),
        ({"holder": "group/"}, "must be one of"),
        ({"holder": 5}, "must be texts"),
        ({"identifier": 5}, "must be texts"),
        ({"versions": "5"}, "`versions` of a `home` must be a whole number"),
        ({"attachments": True}, "`attachments` of a `home` must be a whole number"),
    ],
)
def test_what_is_no_home_is_refused(raw: Any, words: str) -> None:
    """In the words of who wrote it."""
    with pytest.raises(InputError) as caught:
        read_home(raw)
    assert words in str(caught.value)
