"""What the doors share: the service, the wizard, the page cache and the settings, held by the application."""

from functools import cached_property
from typing import cast

import msgspec
from flask import current_app

from whydenied.server.http.caching import PageCache
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service
from whydenied.server.wizard.steps import Wizard

__all__ = ["Site", "site"]


class Site(msgspec.Struct, frozen=True, dict=True):
    """The parts of a running site."""

    service: Service
    pages: PageCache
    settings: Settings

    @cached_property
    def wizard(self) -> Wizard:
        """The guided wizard, made when it is first asked for; made twice by two readers at once it is the same."""
        return Wizard(self.service.catalogue, self.service.diagnoser)

    def warm_up(self) -> None:
        """Build everything now, so that no reader waits for it."""
        self.service.warm_up()
        assert self.wizard


def site() -> Site:
    """Return the site that answers the request at hand."""
    return cast(Site, current_app.extensions["whydenied"])
