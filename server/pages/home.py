"""The front page: the box, an example to try, and the ways in."""

from flask import Blueprint, Response, render_template

from whydenied.server.http.site import site
from whydenied.server.service import Service
from whydenied.server.words.kinds import KINDS_MANY
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["blueprint", "render_home"]

blueprint = Blueprint("home", __name__)

_KINDS_ABOUT = {
    "cause": "Why a request is denied, how to be sure, and the smallest change.",
    "pattern": "The forms that denial messages take, and what each one tells.",
    "scenario": "Set-ups such as cross-account access: what must be true on each side.",
    "guide": "Tools and checklists: the simulator, CloudTrail, prevention.",
    "question": "Facts to look up, each with the read-only call that answers it.",
}

_SCP = (
    "An error occurred (AccessDenied) when calling the RunInstances operation: User: "
    "arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: ec2:RunInstances on resource: "
    "arn:aws:ec2:eu-west-3:111122223333:instance/* with an explicit deny in a service control policy"
)
_IDENTITY = (
    "botocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling the GetSecretValue "
    "operation: User: arn:aws:sts::111122223333:assumed-role/orders-api/orders is not authorized to perform: "
    "secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-Ab12Cd "
    "because no identity-based policy allows the secretsmanager:GetSecretValue action"
)
_S3 = (
    "upload failed: ./report.csv to s3://example-reports/report.csv An error occurred (AccessDenied) when calling "
    "the PutObject operation: Access Denied"
)
_EXAMPLES = (("an SCP denial", _SCP), ("a missing Allow", _IDENTITY), ("S3's bare “Access Denied”", _S3))

_SERVICES = 36


@blueprint.get("/")
def home() -> Response:
    """Show the front page."""
    return site().pages.answer("/", "text/html; charset=utf-8", lambda: render_home(site().service))


def render_home(service: Service, *, empty: bool = False) -> str:
    """Render the front page; empty says that the box was sent with nothing in it."""
    counts = {kind: len(service.catalogue.of(kind)) for kind in KINDS_MANY}
    # The services that most articles are about; the rest are in the list of services.
    services = sorted(
        ((name, len(articles)) for name, articles in service.by_service().items()),
        key=lambda item: (-item[1], item[0]),
    )[:_SERVICES]
    return render_template(
        "home.html",
        empty=empty,
        examples=_EXAMPLES,
        gates=[(gate, len(articles)) for gate, articles in service.by_gate()],
        services=sorted(services, key=lambda item: SERVICE_NAMES.get(item[0], item[0]).lower()),
        kinds=[(kind, _KINDS_ABOUT[kind], count) for kind, count in counts.items() if count],
    )
