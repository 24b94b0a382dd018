"""Reports, findings and articles as plain data: the JSON of the API, the command line and other programs' tools."""

from typing import Any, cast

import msgspec

from kb.article import Article
from kb.catalogue import Catalogue
from kb.rendering import render
from kb.search import Results
from kb.source import relink
from server.articles.parts import article_parts, site_links
from server.data import shapes
from server.diagnosis.report import Cause, Report, Result

__all__ = ["article_data", "article_link", "found_data", "report_data"]


def report_data(report: Report) -> shapes.Diagnosis:
    """Return a diagnosis as data. The paste itself is not repeated."""
    return {
        "recognised": report.recognised,
        "answered_by": cast(shapes.Answered, report.answered_by),
        "secrets": list(report.secrets),
        "denials": [_result(result) for result in report.results],
    }


def found_data(found: Results) -> shapes.Found:
    """Return what a search found as data."""
    return {
        "answered_by": found.answered_by,
        "total": found.total,
        "did_you_mean": found.did_you_mean,
        "results": [
            {
                "id": hit.id,
                "kind": cast(shapes.Kind, hit.kind),
                "title": hit.title,
                "url": f"/articles/{hit.id}" + (f"#{hit.anchor}" if hit.anchor else ""),
                "summary": hit.summary,
                "section": hit.section or None,
                "snippet": "".join(text for text, _ in hit.snippet),
            }
            for hit in found.hits
        ],
        "facets": msgspec.to_builtins(found.facets),
    }


def article_link(article: Article) -> shapes.ArticleLink:
    """Return how an article is referred to: id, kind, title, address."""
    kind = cast(shapes.Kind, article.kind)
    return {"id": article.id, "kind": kind, "title": article.title, "url": f"/articles/{article.id}"}


def article_data(article: Article, catalogue: Catalogue) -> dict[str, Any]:
    """Return an article as data: its front matter and body as they are written, its HTML, and its parts as Markdown
    (with commands, examples and policies as the page shows them)."""
    lead = site_links(catalogue)
    return {
        "kind": article.kind,
        "id": article.id,
        "url": f"/articles/{article.id}",
        **article.meta,
        "review_due": article.review_due.isoformat(),
        "body": article.body,
        "html": render(article.body, article.path, lambda kind, other: lead(kind, other, "")).html,
        "parts": [
            {"anchor": part.anchor, "title": part.title, "markdown": relink(part.markdown, article.path, lead)}
            for part in article_parts(article, catalogue)
        ],
    }


def _result(result: Result) -> shapes.Denial:
    causes = [*result.causes, *result.ruled_out]
    return {
        "error": cast(shapes.Error, result.error.as_dict()),
        "findings": [_cause(cause) for cause in causes],
        "articles": [article_link(cause.article) for cause in causes],
        "handoff": result.handoff,
    }


def _cause(cause: Cause) -> shapes.Finding:
    return {
        "cause": cause.id,
        "certainty": cause.certainty,
        "probability": round(cause.probability, 4),
        "gate": cause.gate.id,
        "because": [
            {"text": reason.text, "words": [evidence.words for evidence in reason.evidence]} for reason in cause.because
        ],
        "fix": cause.fix,
        "verify": cause.verify,
        "owner": cause.owner,
        "commands": [{"why": command.why, "run": command.run} for command in cause.commands],
    }
