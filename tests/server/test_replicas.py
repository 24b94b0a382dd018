"""Several processes answer alike; new content and a killed worker lose nobody's request but those in flight."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import CONTENT
from tests.server.test_run import Running, ask, wait_for

pytestmark = pytest.mark.slow

ROOT = CONTENT.parents[2]
SERVE = "import sys; from server.run import serve; serve(port=int(sys.argv[1]))"
# Every kind of answer, by a process of its own: its names and the digests of its bytes.
ANSWERS = """
import hashlib, sys
from server.app import create_app
from server.settings import Settings
from tests.server.conftest import SCP_DENIAL
client = create_app(settings=Settings(public_url="https://whydenied.example", frame_ancestors="*")).test_client()
paths = ["/", "/articles/", "/codes/", "/services/", "/gates/", "/sitemap.xml", "/feed.xml", "/llms.txt", "/wizard",
  "/articles/scp-explicit-deny", "/articles/scp-explicit-deny.json", "/embed/articles/kms-key", "/api/v1/articles",
  "/search?q=cross+account+s3", "/api/v1/search?q=kms", "/api/v1/openapi.json", "/wizard?failing=s3", "/embed/wizard"]
answers = [(path, client.get(path)) for path in paths]
answers += [("diagnose", client.post("/diagnose", data={"text": SCP_DENIAL})),
  ("api", client.post("/api/v1/diagnose", json={"text": SCP_DENIAL})),
  ("step", client.post("/api/v1/wizard", json={"text": "Access Denied"}))]
for name, answer in answers:
    print(name, answer.status_code, answer.headers.get("ETag"), hashlib.sha256(answer.data).hexdigest())
"""


def test_two_processes_give_the_same_bytes_and_etags(tmp_path: Path) -> None:
    outputs = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "WHYDENIED_CACHE": str(tmp_path)}
        run = subprocess.run([sys.executable, "-c", ANSWERS], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        outputs.append(run.stdout.splitlines())
    assert len(outputs[0]) == 21
    assert all(" 200 " in line for line in outputs[0])
    assert outputs[0] == outputs[1]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, "subprocess.Popen[bytes]", Path]]:
    """The server over our content and a folder of somebody's own."""
    tmp_path = tmp_path_factory.mktemp("serving")
    own = tmp_path / "own"
    shutil.copytree(CONTENT, own)
    environment = {
        "PATH": "/usr/bin:/bin",
        "WHYDENIED_CACHE": str(tmp_path / "cache"),
        "WHYDENIED_CONTENT": str(own),
        "TMPDIR": str(tmp_path),
    }
    port = _free_port()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)], stdout=log, stderr=log, env=environment, cwd=ROOT
        )
        try:
            wait_for(port, process, tmp_path / "log")
            yield Running(port, tmp_path / "log"), process, own
        finally:
            process.terminate()
            process.wait(30)


class Readers:
    """A few readers who ask without a pause, each on a connection of its own a request."""

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
        while not self._stop.is_set():
            try:
                status = ask(self._port, "GET", "/articles/checklist.md")[0]
            except (OSError, http.client.HTTPException):
                self.lost += 1
            else:
                self.answered += 1
                self.wrong += status != 200


def test_new_content_is_taken_up_on_sighup_and_no_request_is_lost(
    serving: tuple[Running, "subprocess.Popen[bytes]", Path],
) -> None:
    running, process, own = serving
    article = own / "guides" / "checklist.md"
    old = re.search(r"^summary: (.*)$", article.read_text(), re.MULTILINE)
    assert old
    with Readers(running.port) as readers:
        article.write_text(article.read_text().replace(old[1], "This is the new summary."))
        process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            answers = [ask(running.port, "GET", "/articles/checklist.md")[1] for _ in range(6)]
            if all("This is the new summary." in text for text in answers):
                break
        else:
            raise AssertionError(running.log.read_text())
    assert (readers.lost, readers.wrong) == (0, 0)
    assert readers.answered > 10
    assert "whydenied_content_articles" in ask(running.port, "GET", "/metrics")[1]


def test_a_killed_worker_costs_only_what_it_had_in_flight(
    serving: tuple[Running, "subprocess.Popen[bytes]", Path],
) -> None:
    running, process, _ = serving
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    with Readers(running.port) as readers:
        time.sleep(0.5)
        killed = children.read_text().split()[0]
        os.kill(int(killed), signal.SIGKILL)
        end = time.monotonic() + 30
        while time.monotonic() < end and (
            killed in children.read_text().split() or len(children.read_text().split()) < 2
        ):
            time.sleep(0.1)
        before = readers.answered
        while time.monotonic() < end and readers.answered < before + 20:
            time.sleep(0.1)
    assert len(children.read_text().split()) == 2
    assert readers.lost <= 4  # one for each reader
    assert readers.wrong == 0
    assert readers.answered >= before + 20


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
