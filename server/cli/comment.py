"""`whydenied comment`: the summary of a pipeline's report as one comment on the merge request, kept up to date.

The only thing of ours that sends anything: to the API of the host that the pipeline runs on, with the pipeline's token.
"""

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click

from whydenied.server.cli.outputs import Unwritable
from whydenied.server.cli.reports import SUMMARY
from whydenied.server.cli.terminal import say

__all__ = ["comment"]

_SECONDS = 20
_LONGEST = 60_000  # GitHub takes 65,536 characters
_PAGES = 20
_GONE = "The last run was refused nothing: what stood here is mended.\n"


class _Host(NamedTuple):
    """Where comments of one merge request are. comments: the address of their list; method: how one is changed."""

    comments: str
    one: str
    method: str
    headers: dict[str, str]
    marker: str


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def comment(folder: Path) -> None:
    """Comment on the merge request with the report in FOLDER.

    One comment for each job, changed in place; where nothing was refused, an earlier comment says so. What host,
    request and token are told by the pipeline's own variables (GitHub Actions: GITHUB_TOKEN and those of the run;
    GitLab: GITLAB_TOKEN, a token that may comment, and those of the job). Without a merge request nothing is done.
    """
    host = _host(os.environ)
    if host is None:
        say("there is no merge request to comment on, or no token", err=True)
        return
    file = folder / SUMMARY
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    try:
        before = next((one["id"] for one in _all(host) if str(one.get("body", "")).startswith(host.marker)), None)
        if text or before is not None:
            body = f"{host.marker}\n{_shortened(text) or _GONE}"
            _ask(host, host.one.format(id=before) if before else host.comments, host.method if before else "POST", body)
    except (OSError, ValueError) as error:
        code = f" ({error.code})" if isinstance(error, urllib.error.HTTPError) else ""
        raise Unwritable(f"the comment cannot be written{code}: does the job's token have the right to?") from None


def _host(environment: Mapping[str, str]) -> _Host | None:
    """Read who the host is from the variables that it documents ("Variables reference", "Predefined variables")."""
    found = environment.get
    request, token = _pull_request(found("GITHUB_EVENT_PATH", "")), found("GITHUB_TOKEN", "")
    if request and token:
        top = f"{found('GITHUB_API_URL', '')}/repos/{found('GITHUB_REPOSITORY', '')}/issues"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        marker = _marker(found("GITHUB_WORKFLOW", ""), found("GITHUB_JOB", ""))
        return _Host(f"{top}/{request}/comments", f"{top}/comments/{{id}}", "PATCH", headers, marker)
    request, token = found("CI_MERGE_REQUEST_IID", ""), found("GITLAB_TOKEN", "")
    if request and token:
        top = f"{found('CI_API_V4_URL', '')}/projects/{found('CI_PROJECT_ID', '')}/merge_requests/{request}/notes"
        return _Host(top, f"{top}/{{id}}", "PUT", {"PRIVATE-TOKEN": token}, _marker("", found("CI_JOB_NAME", "")))
    return None


def _pull_request(event: str) -> str:
    """Return the number of the pull request that an event is about, "" for none."""
    try:
        number = json.loads(Path(event).read_text(encoding="utf-8"))["pull_request"]["number"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(number) if isinstance(number, int) else ""


def _marker(*names: str) -> str:
    return f"<!-- whydenied {re.sub(r'[^A-Za-z0-9_./-]+', '-', ' '.join(names).strip())} -->"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n\n(cut here: the whole stands in the job's report)\n"


def _all(host: _Host) -> Iterator[dict[str, object]]:
    for page in range(1, _PAGES + 1):
        found = _ask(host, f"{host.comments}?per_page=100&page={page}", "GET")
        if not isinstance(found, list) or not found:
            return
        yield from found


def _ask(host: _Host, address: str, method: str, body: str | None = None) -> object:
    """Call the API. Raises OSError where it cannot be reached or refuses, ValueError where it answers with no JSON."""
    data = None if body is None else json.dumps({"body": body}).encode()
    headers = {**host.headers, "Content-Type": "application/json", "User-Agent": "whydenied"}
    request = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        return json.loads(answer.read() or b"null")
