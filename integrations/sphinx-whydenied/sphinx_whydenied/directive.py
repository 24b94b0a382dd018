"""The directive: `.. whydenied:: scp-explicit-deny#fix` stands for that section, at build time and offline."""

from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from sphinx_whydenied.links import anchor_of, label, link
from sphinx_whydenied.nodes import blocks
from whydenied.kb.catalogue import Catalogue, load_catalogue
from whydenied.server.articles.inclusion import Inclusion, UnknownReference, include

__all__ = ["WhyDenied"]


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


class WhyDenied(SphinxDirective):
    """Puts an article, or one section of it, below the section it stands in."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """Make the sections; an article that is not there ends the build."""
        try:
            found = include(_catalogue(), self.arguments[0])
        except UnknownReference as error:
            raise ExtensionError(f"{self.get_location()}: {error}") from None
        self.env.note_dependency(str(Path(found.article.file).absolute()))
        sections = [self._section(found, part.anchor, part.title, part.markdown) for part in found.parts if part.title]
        if found.section:
            return [*sections]
        whole = self._section(found, "", found.article.title, found.parts[0].markdown)
        whole += sections
        return [whole]

    def _section(self, found: Inclusion, anchor: str, title: str, markdown: str) -> nodes.section:
        article = found.article
        name = label(article.id, anchor)
        if name in self.state.document.nameids:
            raise ExtensionError(f"{self.get_location()}: `{self.arguments[0]}` is on the page already")
        section = nodes.section("", nodes.title(title, title), ids=[anchor_of(article.id, anchor)], names=[name])
        self.state.document.note_explicit_target(section, section)
        section += blocks(markdown, lambda href: link(href, article.path, article.id, self.env.docname))
        return section
