"""The whole site, exported once."""

from pathlib import Path

import pytest
from flask import Flask

from whydenied.server.app import create_app
from whydenied.server.export.site import Exported, export_site
from whydenied.server.http.settings import Settings


@pytest.fixture(scope="session")
def live_app() -> Flask:
    """The application that is exported."""
    return create_app(settings=Settings(public_url="https://denied.example"))


@pytest.fixture(scope="session")
def exported(live_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    """The folder, and what was said of it."""
    folder = tmp_path_factory.mktemp("export") / "site"
    return folder, export_site(live_app, folder)
