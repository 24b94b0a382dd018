"""The directive: `.. whydenied:: scp-explicit-deny#fix` stands for that section, at build time and offline."""

from functools import cache
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from sphinx_whydenied.links import anchor_of, label, link
from sphinx_whydenied.nodes import blocks
from whydenied.kb.catalogue import Catalogue
from whydenied.server.articles.content import load_content
from whydenied.server.articles.inclusion import Inclusion, UnknownReference, include
from whydenied.server.articles.parts import Part

__all__ = ["WhyDenied"]


_log = logging.getLogger(__name__)


@cache
def _catalogue() -> Catalogue:
    return load_content()


def _new(found: Inclusion) -> list[Part]:
    """The parts that give the page a label: all with a title, and the article itself where it is whole."""
    return [part for part in found.parts if part.title or not found.section]


class WhyDenied(SphinxDirective):  # type: ignore[misc]  # Sphinx is not read for its types
    """Puts an article, or one section of it, below the section it stands in."""

    required_arguments = 1
    has_content = False
    option_spec: ClassVar[OptionSpec] = {"without": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Make the sections; an article that is not there ends the build."""
        try:
            found = include(_catalogue(), self.arguments[0])
        except UnknownReference as error:
            return self._refuse(str(error))
        if any(label(found.article.id, part.anchor) in self.state.document.nameids for part in _new(found)):
            return self._refuse(f"`{self.arguments[0]}` is on the page already")
        self.env.note_dependency(str(Path(found.article.file).absolute()))
        left_out = set(self.options.get("without", "").replace(",", " ").split())
        unknown = left_out - {part.anchor for part in found.parts}
        if unknown:
            known = ", ".join(part.anchor for part in found.parts if part.anchor)
            return self._refuse(f"there is no section `{min(unknown)}` to leave out: use some of {known}")
        kept = [part for part in found.parts if part.title and part.anchor not in left_out]
        sections = [self._section(found, part.anchor, part.title, part.markdown) for part in kept]
        if found.section:
            return [*sections]
        whole = self._section(found, "", found.article.title, found.parts[0].markdown)
        whole += sections
        return [whole]

    def _refuse(self, message: str) -> list[nodes.Node]:
        """Tell a mistake of the page's author with its place; the build goes on, to tell the others, and fails."""
        _log.error(message, location=self.get_location())
        self.env.app.statuscode = 1
        return []

    def _section(self, found: Inclusion, anchor: str, title: str, markdown: str) -> nodes.section:
        article = found.article
        name = label(article.id, anchor)
        section = nodes.section("", nodes.title(title, title), ids=[anchor_of(article.id, anchor)], names=[name])
        self.state.document.note_explicit_target(section, section)
        section += blocks(markdown, lambda href: link(href, article.path, article.id, self.env.docname))
        return section
