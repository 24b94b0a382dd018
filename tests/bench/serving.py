"""The site under load, beside a bare Flask page under the same server and load generator; and pastes through HTTP.

The load generator is wrk where it is installed, else a small one of our own (the line says which); both share the
machine's cores with the server, so the ratios say more than the rates.
"""

import http.client
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from tests.bench.command_line import MESSAGE

SECONDS = 6
ROUNDS = 3
HELLO = """
from flask import Flask
app = Flask(__name__)
@app.get("/")
def hello():
    return "hello"
"""
GUNICORN = ["-k", "gthread", "-w", "2", "--threads", "4", "--log-level", "error"]


def run() -> list[str]:
    """Measure, and return one line a result."""
    body = urlencode({"text": MESSAGE})
    with _hello() as hello, _site() as site:
        rates: dict[str, list[float]] = {"hello": [], "article": [], "diagnose": []}
        for _ in range(ROUNDS):
            rates["hello"].append(_rate(hello, "/", None))
            rates["article"].append(_rate(site, "/articles/scp-explicit-deny", None))
            rates["diagnose"].append(_rate(site, "/diagnose", body))
        base = median(rates["hello"])
        tool = "wrk" if shutil.which("wrk") else "own threads"
        lines = [f"bare Flask hello: {base:.0f}/s ({tool}, 2 gthread workers x 4 threads, median of {ROUNDS})"]
        for name in ("article", "diagnose"):
            rate = median(rates[name])
            lines.append(f"{name}: {rate:.0f}/s, ratio {rate / base:.2f}")
        return lines + list(_pastes(site))


def _pastes(port: int) -> Iterator[str]:
    noise = "2026-11-01T10:00:00Z INFO step finished without complaint in 12 ms\n"
    four = MESSAGE + "\n" + noise * 60
    times = sorted(_post(port, four[:4096]) for _ in range(200))
    p95 = quantiles(times, n=20)[-1]
    yield f"4 KB paste through HTTP: median {median(times) * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms (at most 60)"
    worst = {name: max(_post(port, text[:65536]) for _ in range(3)) for name, text in big_pastes().items()}
    slowest = max(worst, key=lambda name: worst[name])
    yield f"64 KB of anything through HTTP: worst {worst[slowest] * 1000:.0f} ms ({slowest}), of {len(worst)} kinds"


def big_pastes() -> dict[str, str]:
    """Return 64 KB pastes of many kinds, those that hurt regular expressions among them."""
    kinds = {
        "messages": MESSAGE + "\n",
        "log": "2026-11-01T10:00:00Z ERROR [main] api error AccessDenied: something\n",
        "letters": "a",
        "spaces": " ",
        "newlines": "\n",
        "quotes": '"',
        "backslashes": "\\",
        "escaped": '\\"\\n',
        "brackets": "[{(<",
        "stars": "*a",
        "arns": "arn:aws:s3:::",
        "heads": "User: a is not authorized to perform: ",
        "wrappers": "An error occurred (AccessDenied) when calling the ",
        "entities": "&quot;&amp;",
        "words": "is not authorized to perform on resource ",
        "html": "<b><Code>AccessDenied</Code>",
        "keys": "AKIAABCDEFGHIJKLMNOP ",
        "box": "│ Error: \n",
        "percent": "%7B%22",
        "colons": "a:",
        "unicode": "ж“”",
    }
    return {name: (text * (65536 // len(text) + 1)) for name, text in kinds.items()}


def _post(port: int, text: str) -> float:
    body = urlencode({"text": text})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    connection.request("POST", "/diagnose", body, {"Content-Type": "application/x-www-form-urlencoded"})
    connection.getresponse().read()
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _rate(port: int, path: str, body: str | None) -> float:
    """Return requests a second."""
    if shutil.which("wrk"):
        return _wrk(port, path, body)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        return sum(pool.starmap(_hammer, [(port, path, body)] * 4)) / SECONDS


def _wrk(port: int, path: str, body: str | None) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body is not None:
            header = 'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"'
            script.write(f'wrk.method = "POST"\nwrk.body = [==[{body}]==]\n{header}\n')
            script.flush()
        command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{path}"]
        if body is not None:
            command[1:1] = ["-s", script.name]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        raise RuntimeError(output)
    return float(output.split("Requests/sec:")[1].split()[0])


def _hammer(port: int, path: str, body: str | None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    count, end = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        connection.request("POST" if body else "GET", path, body, headers)
        connection.getresponse().read()
        count += 1
    return count


@contextmanager
def _hello() -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "hello.py").write_text(HELLO)
        port = _free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            *GUNICORN,
            "-b",
            f"127.0.0.1:{port}",
            "--chdir",
            folder,
            "hello:app",
        ]
        with _server(command, port):
            yield port


@contextmanager
def _site() -> Iterator[int]:
    port = _free_port()
    command = [str(Path(sys.executable).with_name("whydenied")), "serve", "--port", str(port)]
    with _server(command, port):
        yield port


@contextmanager
def _server(command: list[str], port: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(2)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
