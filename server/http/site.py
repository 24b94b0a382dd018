"""What the pages share: the service, the page cache and the settings, held by the application."""

from typing import cast

import msgspec
from flask import current_app

from server.http.caching import PageCache
from server.service import Service
from server.settings import Settings

__all__ = ["Site", "site"]


class Site(msgspec.Struct, frozen=True):
    """The parts of a running site."""

    service: Service
    pages: PageCache
    settings: Settings


def site() -> Site:
    """Return the site that answers the request at hand."""
    return cast(Site, current_app.extensions["whydenied"])
