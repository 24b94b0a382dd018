"""Links between articles: labels of the host where an article is on one of its pages, else the site's address."""

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from whydenied.kb.links import article_link, is_external

__all__ = ["anchor_of", "label", "lead_elsewhere", "link"]

_PREFIX = "whydenied:"


def anchor_of(article_id: str, section: str) -> str:
    """Return the anchor that an article or one of its sections has in a page."""
    return f"{article_id}-{section}" if section else article_id


def label(article_id: str, section: str) -> str:
    """Return the label it is referred to by, `whydenied:scp-explicit-deny#fix`."""
    return f"{_PREFIX}{article_id}" + (f"#{section}" if section else "")


def link(href: str, path: str, article_id: str, docname: str) -> nodes.Element | None:
    """Make the node of a link in the article at this path; None where it leads to no article and no address."""
    if href.startswith("#"):
        return _reference(article_id, href[1:], docname)
    if is_external(href):
        return nodes.reference(refuri=href, internal=False)
    target = article_link(href, path)
    return _reference(target.id, target.anchor, docname) if target else None


def _reference(article_id: str, section: str, docname: str) -> pending_xref:
    return pending_xref(
        refdomain="std",
        reftype="ref",
        reftarget=label(article_id, section),
        refdoc=docname,
        refexplicit=True,
        refwarn=False,
    )


def lead_elsewhere(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element) -> nodes.Node | None:
    """Lead a link to an article that is on no page to the site; without a site its words stay."""
    target = str(node.get("reftarget", ""))
    if not target.startswith(_PREFIX):
        return None
    # The words of the link as they are written, with their code and emphasis.
    words = [child.deepcopy() for child in node.children]
    site = str(app.config.whydenied_site).rstrip("/")
    if not site:
        return nodes.inline("", "", *words)
    return nodes.reference("", "", *words, refuri=f"{site}/articles/{target.removeprefix(_PREFIX)}", internal=False)
