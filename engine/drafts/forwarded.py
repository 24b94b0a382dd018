"""The calls that a service makes with the caller's own permissions, and which are then refused next: those of KMS, and
what an inference profile of Bedrock sends on to a model.

Data: data/forwarded.json, which names its source; by action, in lower case. Bedrock User Guide, "Prerequisites for
inference profiles" (the profile, and the model in each of its Regions; bedrock:InferenceProfileArn)."""

from functools import cache
from pathlib import Path

import msgspec

__all__ = ["forwarded_calls", "next_refusal"]


class _Table(msgspec.Struct):
    source: str
    calls: dict[str, list[str]]


def next_refusal(action: str, resource: str = "") -> str:
    """Return a sentence on what may be refused once this action is allowed; "" where nothing is passed on."""
    if (model := _behind_profile(resource)) and action.startswith("bedrock:"):
        return (
            f"The profile sends the request to a model in one of its Regions, so `{action}` on `{model}` may be "
            "refused next: allow that too, with this profile as `bedrock:InferenceProfileArn`."
        )
    calls = _table().get(action.lower())
    if not calls:
        return ""
    told = " and ".join(f"`{call}`" for call in calls)
    return f"If it is encrypted with a KMS key of your own, {told} on that key may be refused next: allow that too."


def forwarded_calls(action: str) -> tuple[str, ...]:
    """Return the actions of KMS that a service needs of the caller for an action, where a key of its own is used."""
    return tuple(_table().get(action.lower(), ()))


def _behind_profile(resource: str) -> str:
    """Return the model behind an inference profile of Bedrock's own, which is named after it (`eu.amazon.nova-…`)."""
    head, found, name = resource.partition(":inference-profile/")
    _, dot, model = name.partition(".")
    return f"{':'.join(head.split(':')[:3])}:*::foundation-model/{model}" if found and dot and model else ""


@cache
def _table() -> dict[str, list[str]]:
    data = (Path(__file__).parent / "data" / "forwarded.json").read_bytes()
    return msgspec.json.decode(data, type=_Table).calls
