"""Checking the content: each file against its schema, and the articles against each other.

The engine checks its own part (templates compile, examples are read as they say) elsewhere.
"""

import datetime
import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
from markdown_it.token import Token

from whydenied.kb.admonitions import ADMONITIONS
from whydenied.kb.article import FOLDERS, KIND_OF_FOLDER, Article
from whydenied.kb.catalogue import Catalogue, content_files, load_catalogue
from whydenied.kb.facts import FACTS
from whydenied.kb.frontmatter import FieldPath
from whydenied.kb.highlighting import LANGUAGES
from whydenied.kb.links import article_link, is_external, scheme_of
from whydenied.kb.loader import problem_in
from whydenied.kb.outline import Link, headings, links, tokens_of
from whydenied.kb.problems import Problem, did_you_mean, sort_problems
from whydenied.kb.schema import BODY_HEADINGS

__all__ = ["check"]

# The prior of every cause but the commonest, which has 1.
_MOST_OTHERS = 0.5
_YEAR = datetime.timedelta(days=365)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# `since April 2023` is history and stays true; `in September 2026` and `as of …` say how things stood.
_OF_A_MONTH = re.compile(rf"\b(?:in|as of|by) (?:\d{{1,2}} )?(?:{_MONTHS}) 20\d\d", re.IGNORECASE)
_NOBODY = re.compile(r"(?:nobody|no one|none|some(?:body|one)|any(?:body|one)|unknown|n/a|tbd)\b", re.IGNORECASE)


def check(
    roots: Sequence[Path],
    today: datetime.date | None = None,
    catalogue: Catalogue | None = None,
    only: Collection[str] = (),
) -> list[Problem]:
    """Return every problem of the content in these folders, the later laid over the earlier.

    catalogue: what was loaded of them, where that is done already. only: the ids of the articles to look at; all if
    there are none.
    """
    given = {str(Path(root).absolute()): str(root) for root in roots}
    catalogue = catalogue or load_catalogue(roots)
    problems = list(catalogue.problems)
    names = _Names(catalogue, [Path(root) for root in given])
    for root in given:
        problems += _stray_files(Path(root))
    for article in catalogue.articles.values():
        if only and article.id not in only:
            continue
        problems += _references(article, names)
        problems += _fact_uses(article, names)
        problems += _body(article, names)
        problems += _unwritten(article)
        problems += _review(article, today or datetime.date.today())
    problems += _shared_ids(catalogue)
    problems += _commonness(catalogue)
    wanted = [problem for problem in problems if not only or Path(problem.file).stem in only]
    return sort_problems(_as_given(problem, given) for problem in wanted)


def _as_given(problem: Problem, given: dict[str, str]) -> Problem:
    """Name the file as the caller named its folder."""
    for absolute, root in given.items():
        if problem.file.startswith(absolute):
            return msgspec.structs.replace(problem, file=root + problem.file.removeprefix(absolute))
    return problem


class _Names:
    """What articles may refer to: the other articles, and the facts with their values."""

    def __init__(self, catalogue: Catalogue, roots: Sequence[Path]) -> None:
        self.catalogue = catalogue
        self.ids = {article.id for article in catalogue.articles.values()}
        self.broken = {
            (kind, name.removesuffix(".md")) for root in roots for kind, name, _ in content_files(root)
        } - set(catalogue.articles)
        self.values: dict[str, set[str] | None] = {
            name: set(values) if values else None for name, values in FACTS.items()
        }
        self.values["message.pattern"] = {id_ for kind, id_ in (*catalogue.articles, *self.broken) if kind == "pattern"}
        for kind, id_ in self.broken:
            if kind == "question":
                self.values[id_] = None
        for question in catalogue.of("question"):
            self.values[question.id] = {"unknown", *(choice["value"] for choice in question.meta["values"])}
        for name, values in _stated_facts(catalogue):
            known = self.values.setdefault(name, set())
            if known is not None and name not in FACTS and not catalogue.get("question", name):
                known.update(values)

    def missing(self, kind: str | None, id_: str) -> str | None:
        """Say why an id cannot be referred to, or None; a file with problems of its own counts as there."""
        kinds = [kind] if kind else list(FOLDERS)
        if any((k, id_) in self.catalogue.articles or (k, id_) in self.broken for k in kinds):
            return None
        found = self.catalogue.find(id_)
        if found is None:
            known = {i for k, i in (*self.catalogue.articles, *self.broken) if k in kinds}
            return did_you_mean(id_, known) or f"write the file `{FOLDERS[kinds[0]] if kind else '…'}/{id_}.md`"
        if found.id != id_:
            return f"it is called `{found.id}` now"
        return f"`{id_}` is a {found.kind}, not a {kind}"


def _stated_facts(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    for pattern in catalogue.of("pattern"):
        for name, values in pattern.meta["asserts"].items():
            yield name, [values] if isinstance(values, str) else values
    for cause in catalogue.of("cause"):
        for rule in cause.meta["rules"]:
            if isinstance(rule["then"], dict):
                for name, value in rule["then"].items():
                    yield name, [value]


def _references(article: Article, names: _Names) -> Iterator[Problem]:
    uses: list[tuple[FieldPath, str | None, str]] = [
        (("related", n), None, id_) for n, id_ in enumerate(article.meta["related"])
    ]
    uses += [(("causes", n), "cause", id_) for n, id_ in enumerate(article.meta.get("causes", []))]
    uses += [(("yields_to", n), "pattern", id_) for n, id_ in enumerate(article.meta.get("yields_to", []))]
    uses += [
        ((name, n), "question", i)
        for name in ("settles", "refined_by")
        for n, i in enumerate(article.meta.get(name, []))
    ]
    for path, kind, id_ in uses:
        instead = names.missing(kind, id_)
        if instead is not None:
            yield _problem(article, path, f"there is no {kind or 'article'} `{id_}`", instead)
        elif id_ == article.id and kind is None:
            yield _problem(article, path, "is the article itself", "remove the line")


def _fact_uses(article: Article, names: _Names) -> Iterator[Problem]:
    for path, name, values in _facts_used(article):
        if name not in names.values:
            hint = (
                did_you_mean(name, names.values) or f"write the question `questions/{name}.md`, or use a fact we have"
            )
            yield _problem(article, path, f"nothing ever states the fact `{name}`", hint)
            continue
        known = names.values[name]
        for value in values if known is not None else ():
            if value not in (known or ()):
                hint = did_you_mean(value, known or ()) or f"use one of {', '.join(sorted(known or ()))}"
                yield _problem(article, path, f"`{name}` never has the value `{value}`", hint)


def _facts_used(article: Article) -> Iterator[tuple[FieldPath, str, list[str]]]:
    """Yield (field, fact, values) for every fact that the front matter names."""
    for name, values in article.meta.get("asserts", {}).items():
        yield ("asserts", name), name, [values] if isinstance(values, str) else values
    for number, rule in enumerate(article.meta.get("rules", [])):
        for name, values in rule["when"].items():
            yield ("rules", number, "when", name), name, [values] if isinstance(values, str) else values
        if isinstance(rule["then"], dict):
            for name, value in rule["then"].items():
                yield ("rules", number, "then", name), name, [value]
    for name, shares in article.meta.get("signs", {}).items():
        yield ("signs", name), name, list(shares)
    for name, values in article.meta.get("asked_when", {}).items():
        yield ("asked_when", name), name, [values] if isinstance(values, str) else values
    for number, rule in enumerate(article.meta.get("incompatible", [])):
        answer = rule["answer"]
        yield ("incompatible", number, "answer"), article.id, [answer] if isinstance(answer, str) else answer
        for name, values in rule["beside"].items():
            yield ("incompatible", number, "beside", name), name, [values] if isinstance(values, str) else values
    for number, name in enumerate(article.meta.get("unless", [])):
        yield ("unless", number), name, []


def _body(article: Article, names: _Names) -> Iterator[Problem]:
    tokens = tokens_of(article.body)
    found = headings(tokens)
    wanted = BODY_HEADINGS.get(article.kind)
    have = tuple(heading.text for heading in found if heading.level == 2)
    if wanted and have != wanted:
        missing = [f"`## {text}`" for text in wanted if text not in have]
        extra = [f"`## {text}`" for text in have if text not in wanted]
        instead = f"add {', '.join(missing)}" if missing else "keep the order " + ", ".join(wanted)
        if extra:
            instead += f"; make {', '.join(extra)} a `###` inside one of the others"
        yield Problem(article.file, article.body_line, "body", "has not the headings of its kind", instead)
    for heading in found:
        if heading.level == 1:
            line = article.body_line + heading.line - 1
            yield Problem(article.file, line, "body", "has a `#` heading", "start at `##`: the title is the page's own")
    yield from _unknown_admonitions(article, tokens)
    for token in tokens:
        language = token.info.strip() if token.type == "fence" else "text"
        if language not in LANGUAGES and not re.fullmatch(r"diagram [a-z0-9-]+", language):
            line = article.body_line + (token.map or [0])[0]
            instead = did_you_mean(language, LANGUAGES) or f"use one of {', '.join(LANGUAGES)}"
            message = f"holds code in the language `{language}`" if language else "holds code without a language"
            yield Problem(article.file, line, "body", message, instead)
    for link in links(tokens):
        problem = _link(article, link, names, {heading.id for heading in found})
        if problem:
            yield problem


def _unknown_admonitions(article: Article, tokens: Sequence[Token]) -> Iterator[Problem]:
    for opening, inline in zip(tokens, tokens[2:], strict=False):
        found = re.match(r"\[!([^\]]*)\]", inline.content) if opening.type == "blockquote_open" else None
        if found:
            line = article.body_line + (opening.map or [0])[0]
            hint = did_you_mean(found[1].lower(), ADMONITIONS) or f"use one of {', '.join(ADMONITIONS)}"
            message = f"holds a note of the kind `{found[1]}`, or text after its `[!…]`"
            yield Problem(article.file, line, "body", message, f"{hint}, alone on its line")


def _link(article: Article, link: Link, names: _Names, own: set[str]) -> Problem | None:
    line = article.body_line + link.line - 1

    def problem(message: str, instead: str) -> Problem:
        return Problem(article.file, line, "body", message, instead)

    if link.image:
        return problem(f"holds an image `{link.href}`", "say it in words, or link to it: articles hold no images")
    if is_external(link.href):
        known = scheme_of(link.href) in ("http", "https", "mailto")
        return None if known else problem(f"links to `{link.href}`", "use an https address")
    parts = urlsplit(link.href)
    if not parts.path:
        anchors, where = own, "this article"
    else:
        target = article_link(link.href, article.path)
        if target is None:
            named = names.catalogue.find(posixpath.basename(parts.path).removesuffix(".md"))
            path = f"../{named.path}" if named else "../causes/some-id.md#anchor"
            return problem(f"links to `{link.href}`, which is no article", f"write `{path}`")
        instead = names.missing(target.kind, target.id)
        if instead is not None:
            return problem(f"links to `{link.href}`, which is not there", instead)
        other = names.catalogue.get(target.kind, target.id)
        if other is None:
            return None  # its file has problems of its own
        anchors = {heading.id for heading in headings(tokens_of(other.body))}
        where = f"`{other.path}`"
    anchor = unquote(parts.fragment)
    if anchor and anchor not in anchors:
        hint = did_you_mean(anchor, anchors) or f"its anchors are {', '.join(sorted(anchors)) or 'none'}"
        return problem(f"links to `#{anchor}`, which is no heading of {where}", hint)
    return None


def _unwritten(article: Article) -> Iterator[Problem]:
    for number, line in enumerate(_lines(article), start=1):
        if re.search(r"\bwrite me\b", line, re.IGNORECASE):
            yield Problem(article.file, number, "", "still says `write me`", "write it, or remove the line")


def _review(article: Article, today: datetime.date) -> Iterable[Problem]:
    reviewed = datetime.date.fromisoformat(article.meta["reviewed_on"])
    if reviewed > today:
        yield _problem(article, ("reviewed_on",), "is in the future", "write the day of the last review")
    due = reviewed + datetime.timedelta(days=article.meta["review_in"])
    yield from _dated_claims(article, today)
    if due < today:
        message = f"the review was due on {due}"
        first = f", above all {'; '.join(article.look_again)}" if article.look_again else ""
        instead = f"read the article again{first}, then write today's date"
        yield _problem(article, ("reviewed_on",), message, instead, warning=True)


def _dated_claims(article: Article, today: datetime.date) -> Iterator[Problem]:
    """Hold `as_of` to the body: what is said of a month is a claim with a day, and is looked at again within a year."""
    claims = article.meta["as_of"]
    for number, claim in enumerate(claims):
        said = datetime.date.fromisoformat(claim["on"])
        if claim["claim"] not in article.body:
            message = f"`{claim['claim']}` stands nowhere in the article"
            yield _problem(article, ("as_of", number, "claim"), message, "write the words of the body")
        if said > today:
            yield _problem(article, ("as_of", number, "on"), "is in the future", "write the day on which it was true")
        elif said + _YEAR < today:
            instead = "look it up again, and write that day"
            message = f"`{claim['claim']}` was last looked at on {said}"
            yield _problem(article, ("as_of", number, "on"), message, instead, warning=True)
    for number, line in enumerate(article.body.split("\n")):
        for found in _OF_A_MONTH.finditer(line):
            if not any(found[0] in claim["claim"] and claim["claim"] in line for claim in claims):
                message = f"says `{found[0]}` of something that may have changed since"
                instead = f'add `as_of: [{{claim: "… {found[0]}", on: YYYY-MM-DD}}]` with the words of the sentence'
                yield Problem(article.file, article.body_line + number, "body", message, instead)


def _commonness(catalogue: Catalogue) -> Iterator[Problem]:
    """Say which causes claim to be nearly as common as the commonest, which alone has the prior 1.

    Of the causes that people meet none comes near it, and a prior that is too high ranks a rare cause above them all.
    """
    for cause in catalogue.of("cause"):
        prior = cause.meta["prior"]
        if _MOST_OTHERS < prior < 1:
            instead = f"write at most {_MOST_OTHERS}, as compared with the commonest cause"
            yield _problem(cause, ("prior",), f"`{prior}` is nearly as common as the commonest cause", instead)
        if _NOBODY.match(cause.meta["owner"]):
            instead = "say who can change it: `You`, `Whoever …`, a role or a team"
            yield _problem(cause, ("owner",), f"`{cause.meta['owner']}` is nobody that a reader can turn to", instead)
    first = [cause for cause in catalogue.of("cause") if cause.meta["prior"] == 1]
    for cause in first[1:]:
        yield _problem(
            cause, ("prior",), f"is 1, and so is that of `{first[0].path}`", "only the commonest cause has 1"
        )


def _shared_ids(catalogue: Catalogue) -> Iterator[Problem]:
    """An article's address is its id alone, so that an id or former id belongs to one article of all kinds."""
    owners: dict[str, list[Article]] = defaultdict(list)
    for article in catalogue.articles.values():
        owners[article.id].append(article)
    for id_, articles in owners.items():
        for article in articles[1:]:
            message = f"the id `{id_}` is also that of a {articles[0].kind}: the address of both would be the same"
            yield Problem(article.file, None, "", message, "rename the file")
    former: dict[str, Article] = {}
    for article in catalogue.articles.values():
        for number, alias in enumerate(article.meta["aliases"]):
            other = owners[alias][0] if alias in owners else former.setdefault(alias, article)
            if other is not article or alias == article.id:
                yield _problem(article, ("aliases", number), f"`{alias}` belongs to `{other.path}`", "remove the line")


def _listed(folder: Path) -> list[Path]:
    """List a folder; one that cannot be listed is named where it is read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _stray_files(root: Path) -> Iterator[Problem]:
    """Name what would silently not be read: misspelt folders, other file types."""
    for entry in _listed(root):
        if entry.is_dir() and entry.name not in KIND_OF_FOLDER and entry.name[0] not in "._":
            hint = did_you_mean(entry.name, KIND_OF_FOLDER) or f"the folders are {', '.join(KIND_OF_FOLDER)}"
            yield Problem(str(entry), None, "", "is a folder that is never read", hint, "warning")
        elif entry.is_dir() and entry.name in KIND_OF_FOLDER:
            for file in _listed(entry):
                if file.name[0] not in "._" and (file.is_dir() or not file.name.endswith(".md")):
                    yield Problem(str(file), None, "", "is never read", "an article is a file `<id>.md`", "warning")


def _problem(article: Article, path: FieldPath, message: str, instead: str, warning: bool = False) -> Problem:
    return problem_in(article, path, message, instead, "warning" if warning else "error")


def _lines(article: Article) -> list[str]:
    try:
        return Path(article.file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
