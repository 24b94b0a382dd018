"""MkDocs: articles of Why Denied in your own pages. The plugin is `whydenied`; see README.md."""

from mkdocs_whydenied.plugin import WhyDeniedPlugin

__all__ = ["WhyDeniedPlugin"]
