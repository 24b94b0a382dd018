"""Several processes answer alike; new content and a killed worker lose nobody's request but those in flight."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import CONTENT
from tests.server.serving.conftest import Running, ask, server, wait_until
from tests.server.test_overlay import OVERLAY

pytestmark = pytest.mark.slow

ROOT = CONTENT.parents[2]
# Every kind of answer, by a process of its own: its names and the digests of its bytes.
ANSWERS = """
import hashlib, sys
from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from tests.server.conftest import SCP_DENIAL
from whydenied.server.export.finding import finding_index
app = create_app(settings=Settings(public_url="https://whydenied.example", frame_ancestors="*"))
client = app.test_client()
paths = ["/", "/articles/", "/codes/", "/services/", "/gates/", "/sitemap.xml", "/feed.xml", "/llms.txt", "/wizard",
  "/articles/scp-explicit-deny", "/articles/scp-explicit-deny.json", "/embed/articles/kms-key", "/api/v1/articles",
  "/search?q=cross+account+s3", "/api/v1/search?q=kms", "/api/v1/openapi.json", "/wizard?failing=s3", "/embed/wizard",
  # Where articles share equally much, or a query's stretches of a text are worth the same.
  "/articles/redshift-load-and-query", "/articles/s3-opaque", "/articles/break-glass-mfa",
  *("/search?q=" + query for query in ("access+denied:+what+now", "efs+mount+denied", "batch+job+role"))]
answers = [(path, client.get(path)) for path in paths]
answers += [("diagnose", client.post("/diagnose", data={"text": SCP_DENIAL})),
  ("api", client.post("/api/v1/diagnose", json={"text": SCP_DENIAL})),
  ("step", client.post("/api/v1/wizard", json={"text": "Access Denied"}))]
for name, answer in answers:
    print(name, answer.status_code, answer.headers.get("ETag"), hashlib.sha256(answer.data).hexdigest())
print("found in the browser by 200", hashlib.sha256(finding_index(app.extensions["whydenied"].service)).hexdigest())
"""


def test_two_processes_give_the_same_bytes_and_etags(tmp_path: Path) -> None:
    outputs = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "WHYDENIED_CACHE": str(tmp_path)}
        run = subprocess.run([sys.executable, "-c", ANSWERS], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        outputs.append(run.stdout.splitlines())
    assert len(outputs[0]) == 28
    assert all(" 200 " in line for line in outputs[0])
    assert outputs[0] == outputs[1]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """The server over our content and a folder of somebody's own."""
    folder = tmp_path_factory.mktemp("serving")
    shutil.copytree(CONTENT, folder / "own")
    with server(folder, WHYDENIED_CONTENT=str(folder / "own")) as running:
        yield running, folder / "own"


class Readers:
    """A few readers who ask all the time, each on a connection of its own a request."""

    def __init__(self, port: int, count: int = 4) -> None:
        self.answered, self.lost, self.wrong = 0, 0, 0
        self._port, self._stop = port, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(count)]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        # Not as fast as they can: that would take from the site the cores that it needs for what is tried here.
        while not self._stop.wait(0.01):
            try:
                status = ask(self._port, "GET", "/articles/checklist.md")[0]
            except (OSError, http.client.HTTPException):
                self.lost += 1
            else:
                self.answered += 1
                self.wrong += status != 200


def test_new_content_is_taken_up_on_sighup_and_no_request_is_lost(serving: tuple[Running, Path]) -> None:
    running, own = serving
    article = own / "guides" / "checklist.md"
    old = re.search(r"^summary: (.*)$", article.read_text(), re.MULTILINE)
    assert old
    with Readers(running.port) as readers:
        article.write_text(article.read_text().replace(old[1], "This is the new summary."))
        running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: _all_say(running, "This is the new summary."), running)
    assert (readers.lost, readers.wrong) == (0, 0)
    assert readers.answered > 10
    assert "whydenied_content_articles" in ask(running.port, "GET", "/metrics")[1]


def test_a_killed_worker_costs_only_what_it_had_in_flight(serving: tuple[Running, Path]) -> None:
    running, _ = serving
    wait_until(lambda: len(running.workers()) == 2, running)  # those before a reload leave in their own time
    with Readers(running.port) as readers:
        wait_until(lambda: readers.answered > 20, running)
        killed = running.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: killed not in running.workers() and len(running.workers()) == 2, running)
        before = readers.answered
        wait_until(lambda: readers.answered >= before + 20, running)
    assert readers.lost <= 4  # one for each reader
    assert readers.wrong == 0


MISTAKE = '  - "acme-gate: deployment of (a|b {word}"\n'


def test_a_mistake_in_content_does_not_stop_the_site(serving: tuple[Running, Path]) -> None:
    """On reload, in a worker that starts again, and in a site that starts: the article is left out, and it is said."""
    running, own = serving
    pattern = own / "patterns" / "broken.md"
    text = (OVERLAY / "patterns" / "acme-gate.md").read_text()
    pattern.write_text(re.sub(r"^  - \"acme-gate: .*\n", MISTAKE, text, count=1, flags=re.MULTILINE))
    (own / "guides" / "loop.md").symlink_to("loop.md")
    with Readers(running.port) as readers:
        running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "broken.md:" in running.log.read_text(), running)
        wait_until(lambda: len(running.workers()) == 2, running)
        killed = running.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: killed not in running.workers() and len(running.workers()) == 2, running)
        before = readers.answered
        wait_until(lambda: readers.answered >= before + 20, running)
    assert readers.wrong == 0
    said = [line for line in running.log.read_text().splitlines() if "left out: " in line]
    assert any(f"{pattern}:" in line and "templates[0]" in line and "is not closed" in line for line in said)
    assert any("loop.md" in line for line in said)
    again = running.log.parent / "again"
    again.mkdir()
    with server(again, WHYDENIED_CONTENT=str(own)) as restarted:
        assert ask(restarted.port, "GET", "/wizard")[0] == 200
        assert "broken.md:" in restarted.log.read_text()


def _all_say(running: Running, words: str) -> bool:
    return all(words in ask(running.port, "GET", "/articles/checklist.md")[1] for _ in range(6))
