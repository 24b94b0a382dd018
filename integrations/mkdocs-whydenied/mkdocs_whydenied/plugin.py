"""The plugin: a line `::: whydenied scp-explicit-deny#fix` in a page becomes that section, at build time and offline.

What it puts into the page is Markdown, so that the host does the rest: its table of contents and its search see the
headings, its highlighter colours the code, its link checker follows the links.
"""

import posixpath
import re
import textwrap
from functools import cached_property

from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from mkdocs_whydenied.dialect import plain, write
from whydenied.kb.catalogue import Catalogue, load_catalogue
from whydenied.kb.links import article_link, is_external
from whydenied.server.articles.inclusion import Inclusion, UnknownReference, include

__all__ = ["WhyDeniedPlugin"]

_LINE = re.compile(r"^(?P<indent> *)::: whydenied +(?P<reference>[^\s]+)(?: +level=(?P<level>[1-6]))?[ \t]*$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# What the text that is put into a page needs; a host that has them already keeps its own settings.
_EXTENSIONS = ("admonition", "attr_list", "pymdownx.superfences", "tables")
_LEVEL = 2


class WhyDeniedConfig(Config):
    """site: where links to articles lead that are on none of your pages (`https://whydenied.example`); without it
    such links are left out and their words stay."""

    site = Type(str, default="")


class WhyDeniedPlugin(BasePlugin[WhyDeniedConfig]):
    """Puts articles and sections into pages."""

    def __init__(self) -> None:
        # Which page holds what: links to it lead there.
        self._pages: list[tuple[Inclusion, str]] = []

    @cached_property
    def _catalogue(self) -> Catalogue:
        return load_catalogue()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add the Markdown extensions that included text needs."""
        config.markdown_extensions += [name for name in _EXTENSIONS if name not in config.markdown_extensions]
        return config

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Note which page includes what."""
        self._pages = []
        for file in files.documentation_pages():
            for number, found in _lines(file.content_string):
                place = f"{file.src_uri}:{number}"
                self._pages.append((self._include(found["reference"], place), file.src_uri))
        return files

    def on_page_markdown(self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put what is named in the place of the lines that name it."""
        lines = markdown.split("\n")
        seen: set[str] = set()
        for number, found in _lines(markdown):
            place = f"{page.file.src_uri}: `{found[0].strip()}`"
            if found["reference"] in seen:
                raise PluginError(f"{place}: this is on the page already: two would have the same anchors")
            seen.add(found["reference"])
            text = self._write(self._include(found["reference"], place), int(found["level"] or _LEVEL), page)
            lines[number - 1] = textwrap.indent(text, found["indent"])
        return "\n".join(lines)

    def _include(self, reference: str, place: str) -> Inclusion:
        try:
            return include(self._catalogue, reference)
        except UnknownReference as error:
            raise PluginError(f"{place}: {error}") from None

    def _write(self, inclusion: Inclusion, level: int, page: Page) -> str:
        article = inclusion.article

        def lead(href: str) -> str | None:
            if href.startswith("#"):
                return self._address(article.id, href[1:], page)
            target = None if is_external(href) else article_link(href, article.path)
            return self._address(target.id, target.anchor, page) if target else href

        written = [] if inclusion.section else [_heading(level, article.title, article.id)]
        below = level if inclusion.section else level + 1
        for part in inclusion.parts:
            written += [_heading(below, part.title, f"{article.id}-{part.anchor}")] if part.title else []
            anchors = (f"{article.id}-{anchor}" for anchor in part.anchors)
            written.append(write(part.markdown, lead, below + 1, anchors))
        return "\n\n".join(written)

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
        site = self.config.site.rstrip("/")
        return f"{site}/articles/{article_id}" + (f"#{anchor}" if anchor else "") if site else None


def _heading(level: int, title: str, anchor: str) -> str:
    return f"{'#' * min(level, 6)} {plain(title)} {{ #{anchor} }}"


def _lines(markdown: str) -> list[tuple[int, re.Match[str]]]:
    """Return the lines that name something, with their numbers from 1; those in code are none."""
    found, fence = [], ""
    for number, line in enumerate(markdown.split("\n"), start=1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and (match := _LINE.match(line)):
            found.append((number, match))
    return found
