"""The MkDocs plugin: the extension's lines, with links that lead between all pages of the host, at build time and
offline.

What it puts into the page is Markdown, so that the host does the rest: its table of contents and its search see the
headings, its highlighter colours the code, its link checker follows the links.
"""

import posixpath

from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from mkdocs_whydenied.extension import EXTENSIONS, catalogue, on_site
from mkdocs_whydenied.inclusions import BadLine, named_in, put_in
from whydenied.server.articles.inclusion import Inclusion

__all__ = ["WhyDeniedPlugin"]


class WhyDeniedConfig(Config):
    """site: where links to articles lead that are on none of your pages (`https://whydenied.example`); without it
    such links are left out and their words stay."""

    site = Type(str, default="")


class WhyDeniedPlugin(BasePlugin[WhyDeniedConfig]):
    """Puts articles and sections into pages."""

    def __init__(self) -> None:
        # Which page holds what: links to it lead there.
        self._pages: list[tuple[Inclusion, str]] = []

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add the Markdown extensions that included text needs."""
        config.markdown_extensions += [name for name in EXTENSIONS if name not in config.markdown_extensions]
        return config

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Note which page includes what; every line that cannot be followed is told at once."""
        self._pages, wrong = [], []
        for file in files.documentation_pages():
            try:
                named = named_in(file.content_string, catalogue())
                self._pages += [(inclusion, file.src_uri) for _, inclusion in named]
            except BadLine as error:
                wrong.append(f"{file.src_uri}:{error}")
        if wrong:
            raise PluginError("\n".join(wrong))
        return files

    def on_page_markdown(self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put what is named in the place of the lines that name it."""
        try:
            named = named_in(markdown, catalogue())
        except BadLine as error:
            raise PluginError(f"{page.file.src_uri}:{error}") from None
        return put_in(markdown, named, lambda article_id, anchor: self._address(article_id, anchor, page))

    def _address(self, article_id: str, anchor: str, page: Page) -> str | None:
        """Return where an article or its section is: on the page at hand, on another one, on the site."""
        own = page.file.src_uri
        pages = [
            uri for inclusion, uri in self._pages if inclusion.article.id == article_id and inclusion.holds(anchor)
        ]
        fragment = f"#{article_id}-{anchor}" if anchor else f"#{article_id}"
        if own in pages:
            return fragment
        if pages:
            return posixpath.relpath(pages[0], posixpath.dirname(own) or ".") + fragment
        return on_site(self.config.site, article_id, anchor)
