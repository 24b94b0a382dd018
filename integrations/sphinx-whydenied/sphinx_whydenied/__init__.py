"""Sphinx: articles of Why Denied in your own pages, by the directive `whydenied`; see README.md."""

from importlib.metadata import version

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinx_whydenied.directive import WhyDenied
from sphinx_whydenied.links import lead_elsewhere

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, the setting and what leads links to articles that are on no page."""
    app.add_config_value("whydenied_site", "", "env", [str])
    app.add_directive("whydenied", WhyDenied)
    app.connect("missing-reference", lead_elsewhere)
    return {"version": version("whydenied"), "parallel_read_safe": True, "parallel_write_safe": True}
