"""Regions in the names of AWS's hosts. One that is none of AWS's is why a name is not found, whatever the network does.

Source: AWS General Reference, "AWS service endpoints" (`protocol://service-code.region-code.amazonaws.com`); some
services' own hosts have the Region in front of the service (`orders.eu-west-1.rds.amazonaws.com`).
"""

import re
from collections.abc import Iterator

from whydenied.engine.messages.operations import is_region, is_service_prefix, service_named
from whydenied.engine.messages.text import beginning_in

__all__ = ["unknown_region"]

_HOST = re.compile(r"(?<![\w.-])(?P<labels>(?:[\w-]{1,63}\.){1,6})amazonaws\.com\b")
_SHAPE = re.compile(r"(?:s3-(?:website-)?)?(?P<region>[a-z]{2,4}-(?:[a-z]{1,14}-){1,2}\d)\Z")
# What stands in a Region's place: IAM's host in GovCloud, the hosts of all Regions, and the words for IPv6 and FIPS.
_NO_REGION = frozenset({"us-gov", "global", "dualstack", "fips", "external-1", "vpce"})
# Services in whose hosts the Region stands in front of the service.
_BEHIND = frozenset("rds es aoss eks elb redshift compute".split())
_AROUND = 200


def unknown_region(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """Return the Region in the hosts that stand near a stretch of a text, and its place, where it is none of AWS's.

    None where no host has one, or where one of them has a Region that is known: the stretch may be about that one.
    """
    found = list(_regions(text, max(0, start - _AROUND), end + _AROUND))
    unknown = [place for place in found if not is_region(place[0])]
    return unknown[0] if unknown and len(unknown) == len(found) else None


def _regions(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for match in beginning_in(_HOST, text, (start, min(end, len(text)))):
        labels = match["labels"][:-1].split(".")
        at = match.end("labels") - 1 - len(labels[-1])
        shape = _SHAPE.match(labels[-1])
        if shape:
            yield shape["region"], at + shape.start("region"), at + len(labels[-1])
        elif len(labels) > 1 and labels[-1] in _BEHIND and _SHAPE.match(labels[-2]):
            yield labels[-2], at - 1 - len(labels[-2]), at - 1
        elif len(labels) > 1 and _is_service(labels[-2]) and not (_is_service(labels[-1]) or labels[-1] in _NO_REGION):
            yield labels[-1], at, at + len(labels[-1])


def _is_service(label: str) -> bool:
    return is_service_prefix(label) or service_named(label) is not None
