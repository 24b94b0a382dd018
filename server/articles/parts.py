"""An article in parts, each a piece of Markdown under its anchor: all that the article's page tells.

The page's `.md` and `.json`, the embeds and the builders of other people's documentation are made from these, so
that none of them holds less than another. The anchors are those of the page.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from whydenied.engine.command_lines import question_command
from whydenied.kb.article import FOLDERS, Article, Meta
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.gates import GATES_BY_ID
from whydenied.kb.relations import related, telling_question
from whydenied.kb.source import cut, relink
from whydenied.server.articles.diagrams import fill_diagrams
from whydenied.server.diagnosis.placeholders import fill, plain
from whydenied.server.words.fields import FIELD_NAMES
from whydenied.server.words.kinds import KINDS
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["Part", "added_parts", "article_markdown", "article_parts", "site_links"]

_SPECIAL = re.compile(r"(?P<code>`[^`]+`)|[\\*<\[\]]|(?<!\w)_|_(?!\w)")


class Part(msgspec.Struct, frozen=True):
    """One part: its anchor and title ('' for what stands under the article's own title), and its Markdown.

    Links between articles are still relative paths (`../causes/x.md#fix`), as in the content. anchors: those of the
    headings in it, in their order.
    """

    anchor: str
    title: str
    markdown: str
    anchors: tuple[str, ...] = ()


def article_parts(article: Article, catalogue: Catalogue) -> list[Part]:
    """Return the parts of an article in the order of its page."""
    pieces = cut(fill_diagrams(article.body))
    body = [Part(piece.anchor, piece.title, piece.markdown, piece.anchors) for piece in pieces]
    found = [Part("", "", _opening(article)), *_brief(article.meta), *body]
    return [*(part for part in found if part.markdown), *added_parts(article, catalogue)]


def added_parts(article: Article, catalogue: Catalogue) -> list[Part]:
    """Return the parts that stand below an article's body: what its kind has, then what every article has."""
    found = [*_OF_KIND.get(article.kind, _nothing)(article.meta, catalogue), *_closing(article, catalogue)]
    return [part for part in found if part.markdown]


def article_markdown(article: Article, catalogue: Catalogue, lead: Callable[[str, str, str], str | None]) -> str:
    """Return the whole article as one Markdown document; lead: where links between articles go (kb.source)."""
    written = [f"# {article.title}"]
    for part in article_parts(article, catalogue):
        written += [f"## {part.title}"] if part.title else []
        written.append(relink(part.markdown, article.path, lead))
    return "\n\n".join(written) + "\n"


def site_links(catalogue: Catalogue, base: str = "", suffix: str = "") -> Callable[[str, str, str], str | None]:
    """Return what leads links to the articles of a site at this address."""

    def lead(kind: str, article_id: str, anchor: str) -> str | None:
        fragment = f"#{anchor}" if anchor else ""
        if not kind:
            return fragment
        return f"{base}/articles/{article_id}{suffix}{fragment}" if catalogue.get(kind, article_id) else None

    return lead


def _opening(article: Article) -> str:
    meta = article.meta
    rows = [f"- Kind: {KINDS[article.kind]}"]
    if article.services:
        names = ", ".join(SERVICE_NAMES.get(name, name) for name in article.services)
        rows.append(f"- {'Services' if len(article.services) > 1 else 'Service'}: {names}")
    if "gate" in meta:
        rows.append(f"- Gate: {GATES_BY_ID[meta['gate']].name}")
    if "owner" in meta:
        rows.append(f"- Who can change it: {_words(meta['owner'])}")
    if "cost" in meta:
        rows.append(f"- Time to check: {meta['cost']} min")
    return "\n\n".join(filter(None, (_words(article.summary), "\n".join(rows))))


def _brief(meta: Meta) -> list[Part]:
    if "fix" not in meta:
        return []
    return [Part("in-short", "In short", f"**Fix:** {_words(meta['fix'])}\n\n**Verify:** {_words(meta['verify'])}")]


def _cause(meta: Meta, catalogue: Catalogue) -> Iterator[Part]:
    commands = "\n\n".join(_command(item["why"], item["run"]) for item in meta["commands"])
    yield Part("commands", "The commands", commands)
    yield Part("example", "A message that means this", _fenced(meta["example"]["text"]))


def _pattern(meta: Meta, catalogue: Catalogue) -> Iterator[Part]:
    yield Part("forms", "The forms it takes", "\n\n".join(_fenced(template) for template in meta["templates"]))
    codes = ", ".join(f"`{code}`" for code in meta["codes"])
    yield Part("codes", "Its error codes", f"Also known by its error code alone: {codes}." if codes else "")
    yield Part("examples", "Examples", "\n\n".join(map(_example, meta["examples"])))
    yield Part("causes", "What it commonly comes from", _article_list(meta["causes"], catalogue))


def _question(meta: Meta, catalogue: Catalogue) -> Iterator[Part]:
    yield Part("why", "Why it is asked", _words(meta["why"]))
    answers = [*(choice["label"] for choice in meta["values"]), f"I don't know: {meta['find_out']}"]
    yield Part("answers", "The answers", "\n".join(f"- {_words(answer)}" for answer in answers))
    if meta["call"]:
        yield Part("call", "The call that answers it", _command("Read-only", question_command(meta["call"])))
    yield Part("console", "In the console", _words(meta["console"] or ""))
    yield Part("ask", "Whom to ask", _words(meta["ask"]))


def _scenario(meta: Meta, catalogue: Catalogue) -> Iterator[Part]:
    # Its sides' policies stand in its body, under `### After`: the check of the content sees to it.
    yield Part("causes", "Where it commonly fails", _article_list(meta["causes"], catalogue))


def _nothing(meta: Meta, catalogue: Catalogue) -> Iterator[Part]:
    return iter(())


_OF_KIND = {"cause": _cause, "pattern": _pattern, "question": _question, "scenario": _scenario}


def _closing(article: Article, catalogue: Catalogue) -> Iterator[Part]:
    meta = article.meta
    telling = telling_question(catalogue, article) if article.kind == "cause" else None
    if telling is not None:
        link = f"[{_words(telling.title)}](../{FOLDERS[telling.kind]}/{telling.id}.md)"
        yield Part("was-this-it", "Was this it?", f"This answer tells most: {link} {_words(telling.meta['why'])}")
    yield Part("related", "Related", _article_list([other.id for other in related(catalogue, article)], catalogue))
    links = [
        f"- [{_words(s['title'])}]({s['url']})" if s.get("url") else f"- {_words(s['title'])}" for s in meta["sources"]
    ]
    yield Part("sources", "Sources", "\n".join(links))
    yield Part(
        "reviewed", "Reviewed", f"Reviewed on {meta['reviewed_on']}, to be reviewed again by {article.review_due}."
    )


def _article_list(ids: Sequence[str], catalogue: Catalogue) -> str:
    found = [article for article_id in ids if (article := catalogue.find(article_id)) is not None]
    return "\n".join(f"- [{_words(a.title)}](../{FOLDERS[a.kind]}/{a.id}.md)" for a in found)


def _words(text: str) -> str:
    """Write plain text as Markdown: `code` stays code, and nothing else is taken for a mark."""
    return _SPECIAL.sub(lambda found: found[0] if found["code"] else f"\\{found[0]}", text)


def _command(why: str, run: str) -> str:
    return f"{_words(why)}:\n\n{_fenced(plain(fill(run, {})), 'bash')}"


def _example(example: Meta) -> str:
    read = [(FIELD_NAMES.get(name, name), value) for name, value in example["reads"].items() if value is not None]
    rows = [f"- {label}: {_code('yes' if value is True else str(value))}" for label, value in read]
    return "\n\n".join(filter(None, (_fenced(example["text"]), "\n".join(rows))))


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _fenced(text: str, language: str = "text") -> str:
    """Fence a text with more back-quotes than it holds in a row."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
