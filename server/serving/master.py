"""The first process: it holds the content that is served, and takes up other content only where a site comes of it.

Workers are forked from here and make the site of what is held, so that a worker that is started again serves what the
others do, whatever lies in the folders by then. Articles with mistakes are left out when content is loaded
(server.articles.content). Where a site cannot be made all the same, for a reason that nobody has thought of, what was
served before goes on.
"""

import logging
import os
import signal
import sys
import time
from typing import Any, Final

import msgspec
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from whydenied.kb.catalogue import Catalogue, default_roots
from whydenied.server.app import create_app
from whydenied.server.articles.content import load_content
from whydenied.server.http import logs
from whydenied.server.http.settings import Settings
from whydenied.server.service import service_over

__all__ = ["Master", "Site"]

_log = logging.getLogger("whydenied.content")
_TRIAL: Final = 120.0
"""Seconds in which a site must have come of new content."""


class QuietLogger(Logger):
    """Gunicorn's logger, with identifiers masked, as a second line of defence."""

    def setup(self, cfg: Any) -> None:
        """Set up gunicorn's own logs, masked."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.addFilter(logs.IdentifierFilter())


class Site(BaseApplication):
    """The site as gunicorn runs it, told what to do by a program rather than by a file."""

    def __init__(self, options: dict[str, object], settings: Settings) -> None:
        self._options, self._settings = options, settings
        self._catalogue = self._first_content()
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the site, in a worker."""
        return make_site(self._catalogue, self._settings)

    def run(self) -> None:
        """Serve until stopped."""
        Master(self).run()

    def take_up(self) -> bool:
        """Load the content as it is now; False, and the old one stays, where no site comes of it."""
        try:
            catalogue = load_content()
        except Exception as error:
            _log.error(
                "the content cannot be loaded, and the one before is served on: %s", logs.describe_exception(error)
            )
            return False
        _say_problems(catalogue)
        if not comes_to_a_site(catalogue, self._settings):
            _log.error("no site comes of the content, and the one before is served on")
            return False
        self._catalogue = catalogue
        return True

    def _first_content(self) -> Catalogue:
        """Return the content to begin with: ours alone, where no site comes of it with what is laid over it."""
        roots = default_roots()
        catalogue = load_content(roots)
        _say_problems(catalogue)
        if len(roots) > 1 and not comes_to_a_site(catalogue, self._settings):
            _log.error("no site comes of the content with %s: it is served without", ", ".join(map(str, roots[1:])))
            catalogue = load_content(roots[:1])
        service_over(catalogue).suggest("access")  # builds the index, which the workers then find
        return catalogue


class Master(Arbiter):
    """Gunicorn's first process, which replaces its workers only with such as will serve."""

    def reload(self) -> None:
        """Take up new content with new workers (SIGHUP)."""
        site: Any = self.app
        if site.take_up():
            super().reload()


def make_site(catalogue: Catalogue, settings: Settings) -> Flask:
    """Make the site over some content, with everything compiled and opened that a reader would wait for."""
    service = service_over(catalogue)
    app = create_app(service, settings)
    service.warm_up()
    return app


def comes_to_a_site(catalogue: Catalogue, settings: Settings) -> bool:
    """Make the site in a process of its own, ask it the first questions, and tell whether it answers."""
    child = os.fork()
    if child == 0:
        os._exit(0 if _answers(catalogue, settings) else 1)
    until = time.monotonic() + _TRIAL
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _answers(catalogue: Catalogue, settings: Settings) -> bool:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    try:
        client = make_site(catalogue, msgspec.structs.replace(settings, metrics=False, rate_limit=0)).test_client()
        asked = [client.get(path) for path in ("/", "/wizard", "/gates/", "/search?q=access")]
        asked.append(client.post("/diagnose", data={"text": "AccessDenied: Access Denied"}))
        return all(answer.status_code < 500 for answer in asked)
    except BaseException as error:
        _log.error("%s", logs.describe_exception(error))
        return False
    finally:
        sys.stderr.flush()


def _say_problems(catalogue: Catalogue) -> None:
    for problem in catalogue.problems:
        _log.warning("left out: %s", problem)
