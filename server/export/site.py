"""The whole site into a folder: from the front page along its links, each page as the application answers it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from flask import Flask
from flask.testing import FlaskClient

from whydenied.engine.errors import InputError
from whydenied.server.export.finding import finding_index
from whydenied.server.export.places import file_of, is_exported
from whydenied.server.export.rewriting import NO_SITE, links, standing_alone
from whydenied.server.http.site import Site

__all__ = ["Exported", "export_site"]

_HERE = Path(__file__).parent
# Where a walk begins; the rest is linked.
_BEGINNINGS = tuple("/ /sitemap.xml /robots.txt /llms.txt /feed.xml /favicon.ico /embed.js /embed/wizard".split())
_ONLY_HEADER = ("frame-ancestors",)
_NOWHERE = """<h1>This needs a running site</h1>
<p class="lead">These pages are files. What is computed for a paste or for policies (a diagnosis, an evaluation, further
questions of the wizard) needs the program: <code>whydenied diagnose</code>, <code>whydenied wizard</code>,
<code>whydenied evaluate</code>, or a site of your own with <code>whydenied serve</code>.</p>
"""


class Exported(msgspec.Struct, frozen=True):
    """What was written. pages: HTML pages; files: all; size: bytes in all; lead_on: links that no file answers."""

    pages: int
    files: int
    size: int
    lead_on: int


def export_site(app: Flask, folder: Path, live: str = "") -> Exported:
    """Write the site into a folder that is new or empty.

    app: over the content to write, with `public_url` set for the feed and the site map. live: the address of a running
    site, for what no file can be. Raises InputError for a folder that holds anything, OSError where nothing can be
    written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"`{folder}` is not empty: name a folder that is new")
    client, site = app.test_client(), app.extensions["whydenied"]
    assert isinstance(site, Site)
    written, lead_on = {}, 0
    for path, data, leading in _walk(client, site, live):
        written[path] = len(data)
        lead_on += leading
        _write(folder / path, data)
    for path, data in _additions(client, site).items():
        written[path] = len(data)
        _write(folder / path, data)
    return Exported(sum(path.endswith(".html") for path in written), len(written), sum(written.values()), lead_on)


def _walk(client: FlaskClient, site: Site, live: str) -> Iterator[tuple[str, bytes, int]]:
    """Yield each file, what is in it, and how many of its links no file answers."""
    catalogue = site.service.catalogue
    waiting = [*_BEGINNINGS, *(f"/embed/articles/{one.id}" for one in catalogue.articles.values())]
    waiting += [f"/{name}{form}" for name in ("articles", "codes", "services", "gates") for form in (".md", ".json")]
    waiting += [f"/articles/{one.id}{form}" for one in catalogue.articles.values() for form in (".md", ".json")]
    seen = set(map(file_of, waiting))
    while waiting:
        address = waiting.pop()
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            raise InputError(
                f"`{address}` answers with {answer.status_code}: the content has a link that leads nowhere"
            )
        if answer.mimetype != "text/html":
            yield file_of(address), answer.data, 0
            continue
        page = answer.get_data(as_text=True)
        found = links(page)
        for one in filter(is_exported, found):
            file = file_of(one)
            if file not in seen:
                seen.add(file)
                waiting.append(one.partition("#")[0])
        policy = _policy(answer.headers["Content-Security-Policy"])
        yield file_of(address), standing_alone(page, policy, live).encode(), sum(not is_exported(one) for one in found)


def _policy(header: str) -> str:
    """Return a policy without what a page cannot say of itself; a page of files sends no form."""
    parts = [part for part in header.split("; ") if not part.startswith((*_ONLY_HEADER, "form-action"))]
    return "; ".join([*parts, "form-action 'none'"])


def _additions(client: FlaskClient, site: Site) -> Mapping[str, bytes]:
    """Return what the live site has not: the search in the browser, the page for what needs a site, and headers."""
    about = client.get("/about")
    main = about.get_data(as_text=True)
    begin, end = '<main id="main" tabindex="-1"><div class="wrap">', "</div></main>"
    page = f"{main.partition(begin)[0]}{begin}{_NOWHERE}{end}{main.partition(end)[2]}"
    missing = client.get("/no-such-page").get_data(as_text=True)
    policy = _policy(about.headers["Content-Security-Policy"])
    frames = client.get("/embed/wizard").headers
    return {
        "static/find.js": _HERE.joinpath("find.js").read_bytes(),
        "static/finding.json": finding_index(site.service),
        NO_SITE.strip("/") + "/index.html": standing_alone(page, policy).encode(),
        "404.html": standing_alone(missing, policy).encode(),
        "_headers": _headers(dict(about.headers), dict(frames)).encode(),
    }


def _headers(pages: dict[str, str], frames: dict[str, str]) -> str:
    """Return the headers in the form that Netlify and Cloudflare Pages read (and that is easy to put into others)."""
    kept = tuple(
        "Content-Security-Policy Cross-Origin Permissions-Policy Referrer-Policy X-Content-Type-Options".split()
    )
    blocks = []
    for place, headers in (("/*", pages), ("/embed/*", frames)):
        # The later block overrides the earlier one; `!` takes a header off first.
        lines = [f"  ! {name}" for name in headers if place != "/*" and name.startswith(kept)]
        lines += [f"  {name}: {value}" for name, value in headers.items() if name.startswith(kept)]
        blocks.append("\n".join([place, *lines]))
    return "\n\n".join(blocks) + "\n"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
