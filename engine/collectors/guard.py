"""The guard: botocore asks it before every call, twice, and it lets through what is on the list of reads only.

It hangs on the session's event system, so no client of that session can do without it: once when the parameters are
put together (`before-parameter-build`), and once when the request is about to leave (`before-send`). Presigned URLs
pass the first of the two as well.
"""

from typing import Any

from botocore.session import Session

from whydenied.engine.collectors.reads import is_read

__all__ = ["NotARead", "install"]


class NotARead(BaseException):
    """A call that is not on the list of reads was about to be made: a fault of ours, never to be swallowed."""


def install(session: Session) -> None:
    """Guard every client that this botocore session will make."""
    events = session.get_component("event_emitter")
    events.register_first("before-parameter-build", _refuse_parameters, unique_id="whydenied-guard-parameters")
    events.register_first("before-send", _refuse_sending, unique_id="whydenied-guard-sending")


def _refuse_parameters(model: Any, **_: Any) -> None:
    _refuse(model.service_model.service_name, model.name)


def _refuse_sending(event_name: str, **_kwargs: object) -> None:
    # `before-send.iam.GetRole`; the middle part is the service id with hyphens (`s3-control`), as events spell it.
    _, service, operation = event_name.split(".", 2)
    if not is_read(service, operation):
        _refuse(service.replace("-", ""), operation)


def _refuse(service: str, operation: str) -> None:
    if not is_read(service, operation):
        raise NotARead(f"`{service}:{operation}` is not on the list of reads")
