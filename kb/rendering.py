"""Markdown to HTML, safe by construction: raw HTML is off, and an allow-list goes over what comes out.

Content is written by people we trust, and overlaid by people we do not know; a page shows it in the same
way. The result depends on the text and the link function alone.
"""

from collections.abc import Callable, Sequence
from html import escape

import msgspec
import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from whydenied.kb.admonitions import ADMONITIONS
from whydenied.kb.highlighting import CODE_CLASSES, LANGUAGES, highlight
from whydenied.kb.links import article_link, is_external, scheme_of
from whydenied.kb.outline import Heading, headings, parser, sections

__all__ = ["Draw", "Rendered", "UrlFor", "article_url", "render"]

# The site's address of an article: (kind, id) to a URL without the anchor; None takes the link out.
UrlFor = Callable[[str, str], str | None]
# The drawing of a diagram by its name, as SVG that may stand in a page; None where there is none.
Draw = Callable[[str], str | None]

# The part whose list is long, and how many of its items are shown at once: they stand in the order of their frequency.
_FOLDED = "Traps"
_SHOWN = 5
# A character that no text has, around the number of a figure.
_MARK = "\ue000"
_SCHEMES = {"http", "https", "mailto"}
_ALLOWED: dict[str, set[str]] = {
    "a": {"href", "rel", "aria-label"},
    "div": {"role", "tabindex", "aria-label", "data-lang"},
    "pre": {"tabindex"},
    "ol": {"start"},
    "th": {"scope"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    **{tag: set() for tag in ("blockquote", "br", "code", "em", "hr", "li", "p", "span", "strong", "ul")},
    **{tag: set() for tag in ("details", "summary")},
    **{tag: set() for tag in ("table", "tbody", "td", "thead", "tr")},
}
_CLASSES = {
    "a": {"anchor", "external"},
    "div": {"admonition", "code", "table", *ADMONITIONS},
    "p": {"admonition-title"},
    "span": set(CODE_CLASSES),
    "td": {"center", "right"},
    "th": {"center", "right"},
}


class Rendered(msgspec.Struct, frozen=True):
    """A body as HTML, its contents (level, anchor, text), and its text without markup."""

    html: str
    toc: list[tuple[int, str, str]]
    text: str


def article_url(kind: str, article_id: str) -> str:
    """Return the address of an article on our own site."""
    return f"/articles/{article_id}"


def render(
    body: str, path: str = "guides/page.md", url_for: UrlFor = article_url, draw: Draw | None = None
) -> Rendered:
    """Render the body of the article at this path (`causes/x.md`; links are relative to it).

    draw: draws the fences that name a diagram; without it, or for a name it does not know, their text stands.
    """
    tokens = parser().parse(body.replace(_MARK, ""))
    outline = headings(tokens)
    plain = "\n".join(f"{part.title}\n{part.text}{part.code}" for part in sections(tokens)).strip()
    _prepare(tokens, outline, path, url_for)
    figures: list[str] = []
    html = _Renderer().render(_folded(tokens), parser().options, {"draw": draw, "figures": figures})
    safe = nh3.clean(
        html,
        tags=set(_ALLOWED),
        attributes={tag: names for tag, names in _ALLOWED.items() if names},
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel=None,  # the renderer sets it, on external links only
    )
    # Drawings are our own and not the author's: they are put in after the cleaning, which would take them out.
    for number, figure in enumerate(figures):
        safe = safe.replace(f"<p>{_MARK}{number}{_MARK}</p>", figure)
    return Rendered(safe, [(max(heading.level, 2), heading.id, heading.text) for heading in outline], plain)


def _prepare(tokens: Sequence[Token], outline: Sequence[Heading], path: str, url_for: UrlFor) -> None:
    """Give headings their anchors, links their addresses and tables their names."""
    remaining = iter(outline)
    above, tables = "", 0
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = next(remaining)
            above, closing = heading.text, tokens[index + 2]
            # The page has the `h1`; a body that starts too high is moved down rather than refused.
            token.tag = closing.tag = f"h{max(heading.level, 2)}"
            token.attrSet("id", heading.id)
            closing.meta["heading"] = heading
        elif token.type == "table_open":
            tables += 1
            token.meta["label"] = f"Table {tables}: {above}" if above else f"Table {tables}"
        elif token.type in ("th_open", "td_open"):
            if token.type == "th_open" and not tokens[index + 1].content:
                token.tag = tokens[index + 2].tag = "td"  # the corner of a table of two ways names nothing
            _align(token)
        elif token.children:
            _address(token.children, path, url_for)


def _folded(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with what is rare in a long list of traps folded away, for the reader to open."""
    part, items, shown = "", 0, list[Token]()
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            part = tokens[index + 1].content
        elif token.type == "bullet_list_open" and token.level == 0:
            items = 0
        elif token.type == "list_item_open" and token.level == 1 and part == _FOLDED:
            items += 1
            if items == _SHOWN + 1:
                shown.append(_html("</ul><details><summary>More traps</summary><ul>"))
        shown.append(token)
        if token.type == "bullet_list_close" and token.level == 0 and part == _FOLDED and items > _SHOWN:
            shown.append(_html("</details>"))
    return shown


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)


def _align(token: Token) -> None:
    side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
    if side in ("center", "right"):
        token.attrSet("class", side)
    if token.tag == "th":
        token.attrSet("scope", "col")


def _address(children: Sequence[Token], path: str, url_for: UrlFor) -> None:
    """Give links their attributes; one that leads nowhere leaves its text."""
    shown = True
    for child in children:
        if child.type == "link_open":
            child.attrs = _link_attributes(str(child.attrs["href"]), path, url_for)
            shown = bool(child.attrs)
            child.hidden = not shown
        elif child.type == "link_close":
            child.hidden = not shown


def _link_attributes(href: str, path: str, url_for: UrlFor) -> dict[str, str | int | float]:
    if is_external(href):
        known = scheme_of(href) in _SCHEMES
        return {"href": href, "class": "external", "rel": "noopener noreferrer"} if known else {}
    if href.startswith("#"):
        return {"href": href}
    target = article_link(href, path)
    url = url_for(target.kind, target.id) if target else None
    if target is None or url is None:
        return {}
    return {"href": f"{url}#{target.anchor}" if target.anchor else url}


class _Renderer(RendererHTML):
    """The HTML of the parts that CommonMark leaves plain. Method names are token types."""

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Add a link to the heading itself, named for those who hear it."""
        heading: Heading = tokens[idx].meta["heading"]
        name = escape(f"Link to {heading.text}")
        return f' <a class="anchor" href="#{heading.id}" aria-label="{name}">#</a></{tokens[idx].tag}>\n'

    def blockquote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Open a quote, or the note it stands for."""
        name = tokens[idx].meta.get("admonition")
        if not name:
            return "<blockquote>\n"
        title = f'<p class="admonition-title">{ADMONITIONS[name]}</p>'
        return f'<div class="admonition {name}" role="note">\n{title}\n'

    def blockquote_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close a quote or a note."""
        return "</div>\n" if tokens[idx].meta.get("admonition") else "</blockquote>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Wrap the table so that it scrolls sideways by itself, by keyboard too."""
        label = escape(tokens[idx].meta["label"])
        return f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close the table and its wrapper."""
        return "</table></div>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show code coloured, in a wrapper that a script can give a copy button."""
        words = tokens[idx].info.split()
        if words[:1] == ["diagram"] and len(words) == 2 and env.get("draw"):
            drawing = env["draw"](words[1])
            if drawing:
                env["figures"].append(_figure(drawing, tokens[idx].content))
                return f"<p>{_MARK}{len(env['figures']) - 1}{_MARK}</p>\n"
        return _code(tokens[idx].content, words[0].lower() if words else "text")

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show indented code like fenced text."""
        return _code(tokens[idx].content, "text")

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show the words in place of an image: articles hold none."""
        return escape(tokens[idx].content)


def _figure(drawing: str, words: str) -> str:
    """Show a drawing, and what it says in words for those who do not see it."""
    return (
        f'<figure class="diagram"><div class="table" role="region" tabindex="0" aria-label="Diagram">{drawing}</div>'
        f'<details><summary>The same in words</summary><pre tabindex="0">{escape(words)}</pre></details></figure>'
    )


def _code(code: str, language: str) -> str:
    language = language if language in LANGUAGES else "text"
    coloured = highlight(code, language)
    return f'<div class="code" data-lang="{language}"><pre tabindex="0"><code>{coloured}</code></pre></div>\n'
