"""The Python-Markdown extension `whydenied`: for Zensical, plain Python-Markdown, and whatever else is built on it.

It knows one page at a time: links between articles lead to the same page where it holds them, else to `site`. The
MkDocs plugin knows all pages and leads between them.
"""

from functools import cache
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from mkdocs_whydenied.inclusions import named_in, put_in
from whydenied.kb.catalogue import Catalogue
from whydenied.server.articles.content import load_content

__all__ = ["WhyDeniedExtension", "catalogue", "makeExtension", "on_site"]

# What the text that is put into a page needs.
EXTENSIONS = ("admonition", "attr_list", "pymdownx.superfences", "tables")


@cache
def catalogue() -> Catalogue:
    """Our articles, and those that WHYDENIED_CONTENT lays over them."""
    return load_content()


def on_site(site: str, article_id: str, anchor: str) -> str | None:
    """Return where a site has an article; None without a site."""
    return f"{site.rstrip('/')}/articles/{article_id}" + (f"#{anchor}" if anchor else "") if site else None


class WhyDeniedExtension(Extension):
    """Puts articles and sections in the place of the lines that name them."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {"site": ["", "where links to articles lead that are not on the page"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register what it needs and itself, before anything reads the lines."""
        md.registerExtensions([name for name in EXTENSIONS if not _has(md, name)], {})
        # Before fenced code (25) and superfences (25) take the blocks that are put in.
        md.preprocessors.register(_PutIn(md, str(self.getConfig("site"))), "whydenied", 40)


def _has(md: Markdown, name: str) -> bool:
    return any(type(one).__module__.endswith(name) for one in md.registeredExtensions)


class _PutIn(Preprocessor):
    def __init__(self, md: Markdown, site: str) -> None:
        super().__init__(md)
        self._site = site

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines of the page with what they name. Raises BadLine."""
        markdown = "\n".join(lines)
        named = named_in(markdown, catalogue())

        def pages(article_id: str, anchor: str) -> str | None:
            if any(found.article.id == article_id and found.holds(anchor) for _, found in named):
                return f"#{article_id}-{anchor}" if anchor else f"#{article_id}"
            return on_site(self._site, article_id, anchor)

        return put_in(markdown, named, pages).split("\n")


def makeExtension(**kwargs: Any) -> WhyDeniedExtension:
    """Make the extension, as Python-Markdown asks for it."""
    return WhyDeniedExtension(**kwargs)
