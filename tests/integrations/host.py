"""A host of pipelines, as far as our steps need it: a composite action's steps run as GitHub runs them, and the API
that comments are written to.

Sources: GitHub Docs, "Metadata syntax for GitHub Actions", "Workflow commands", and "REST API: issue comments"; GitLab
Docs, "Notes API"."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import yaml

__all__ = ["Comments", "Ran", "comments", "run_action"]

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


class Ran(NamedTuple):
    """What a run of an action came to. failed: whether a step of it failed. log: what its steps printed."""

    failed: bool
    log: str
    summary: str
    outputs: dict[str, str]


def run_action(file: Path, given: dict[str, str], folder: Path, environment: dict[str, str]) -> Ran:
    """Run the steps of a composite action in a folder. environment: of the job; with the run's own variables."""
    action = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    assert set(given) <= set(action["inputs"]), "an input that there is not"
    summary = folder / "summary"
    summary.write_text("")
    base = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(folder / "temp"), "GITHUB_ACTION": "why", **environment}
    (folder / "temp").mkdir(exist_ok=True)
    known = {f"inputs.{name}": str(one.get("default", "")) for name, one in action["inputs"].items()}
    known |= {f"inputs.{name}": value for name, value in given.items()}
    known |= {"github.event_name": environment.get("GITHUB_EVENT_NAME", ""), "github.token": "run-token"}
    known = {name: _filled(value, known) for name, value in known.items()}
    failed, log = False, []
    for step in action["runs"]["steps"]:
        if not _is_met(step.get("if", "success()"), known, failed):
            continue
        done, outputs = _step(step, known, {**base, "GITHUB_STEP_SUMMARY": str(summary)}, folder)
        log.append(done.stdout)
        failed = failed or done.returncode != 0
        known |= {f"steps.{step.get('id')}.outputs.{name}": value for name, value in outputs.items()}
    outputs = {name: _filled(one["value"], known) for name, one in action["outputs"].items()}
    return Ran(failed, "".join(log), summary.read_text(encoding="utf-8"), outputs)


def _step(
    step: dict[str, Any], known: dict[str, str], base: dict[str, str], folder: Path
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    assert step["shell"] == "bash"
    assert "${{" not in step["run"], "what others write would be run as a script"
    output = folder / "output"
    output.write_text("")
    environment = {name: _filled(value, known) for name, value in step.get("env", {}).items()}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env={**base, **environment, "GITHUB_OUTPUT": str(output)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    lines = (line.partition("=") for line in output.read_text(encoding="utf-8").splitlines())
    return done, {name: value for name, _, value in lines}


def _filled(text: str, known: dict[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: known.get(match[1], ""), text)


def _is_met(condition: str, known: dict[str, str], failed: bool) -> bool:
    """Decide a condition of the few forms that we use: `always() && a == 'x'`."""
    parts = condition.split(" && ")
    if failed and "always()" not in parts:
        return False
    for part in parts:
        name, equals, value = part.partition(" == ")
        if equals and known.get(name, "") != value.strip("'"):
            return False
        assert equals or part in ("always()", "success()"), part
    return True


class Comments:
    """The comments of one request. calls: method and path of each call; token: what was sent for one."""

    def __init__(self, *before: str) -> None:
        self.bodies = dict(enumerate(before, 1))
        self.calls: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self.refuses = False

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, object]:
        """Do what a call asks, and return the status and the answer."""
        self.calls.append((method, path))
        self.tokens.add(headers.get("Authorization") or headers.get("PRIVATE-TOKEN") or "")
        if self.refuses:
            return 403, {"message": "Resource not accessible by integration"}
        if method == "GET":
            found = [{"id": number, "body": body} for number, body in self.bodies.items()]
            return 200, found if "page=1" in path.split("&") or path.endswith("page=1") else []
        number = len(self.bodies) + 1 if method == "POST" else int(path.rpartition("/")[2])
        self.bodies[number] = json.loads(body)["body"]
        return 201 if method == "POST" else 200, {"id": number}


@contextmanager
def comments(*before: str) -> Iterator[tuple[str, Comments]]:
    """Serve the comments of a request; yield the address and them."""
    kept = Comments(*before)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, answer = kept.answer(self.command, self.path, self.headers, data)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", kept
    finally:
        server.shutdown()
        server.server_close()
