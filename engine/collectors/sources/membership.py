"""Whether the account is in an organization at all: one call that every member may make, and it often settles SCPs.

Source: Organizations API, DescribeOrganization.
"""

from whydenied.engine.collectors.calls import Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.sources.organization import describe, membership
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]


def collect(reader: Reader, target: Target) -> Piece:
    """Collect what membership settles; that it could not be read is left for `organization` to say."""
    piece = membership(describe(reader), target)
    piece.unknown.clear()
    return piece


SOURCE = Source(
    "membership", ("scp", "rcp"), 1, (("organizations", "DescribeOrganization"),), lambda target: True, collect
)
