"""The site under a mixed journey: three levels of concurrency, then content taken up and a worker killed under load.

`python -m tests.bench.load [seconds]` needs wrk; it prints a line a result. Both share the machine's cores.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.bench.command_line import MESSAGE
from tests.bench.serving import _free_port, _server

LEVELS = (8, 32, 128)
# What people do, and how often out of sixteen.
PAGES = [
    ("GET", "/", "", 2),
    ("GET", "/articles/scp-explicit-deny", "", 3),
    ("GET", "/articles/identity-no-allow.json", "", 1),
    ("GET", "/embed/articles/kms-key", "", 2),
    ("GET", "/search?q=cross+account+s3", "", 2),
    ("GET", "/wizard?failing=s3", "", 2),
    ("POST", "/diagnose", urlencode({"text": MESSAGE}), 3),
    ("GET", "/healthz", "", 1),
]
SCRIPT = """
local pages = {{ {pages} }}
local at = 0
request = function()
  at = at % #pages + 1
  local page = pages[at]
  return wrk.format(page[1], page[2], {{ ["Content-Type"] = "application/x-www-form-urlencoded" }}, page[3])
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %.1f %.1f %.1f\\n", summary.requests, summary.duration / 1000,
    e.connect + e.timeout, e.read, e.write, e.status, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000))
end
"""

_FOLDER = tempfile.TemporaryDirectory()


class Load(NamedTuple):
    """What wrk saw: counts, and milliseconds."""

    requests: int
    lasted: int
    refused: int
    read: int
    written: int
    status: int
    p50: float
    p99: float
    worst: float

    def __str__(self) -> str:
        rate = self.requests / self.lasted * 1000
        cut = self.read + self.written
        errors = f"{self.refused} refused or late, {cut} cut off, {self.status} not answered by 2xx or 3xx"
        times = f"p50 {self.p50} ms, p99 {self.p99} ms, worst {self.worst} ms"
        return f"{self.requests} requests, {rate:.0f}/s, {times}; {errors}"


def run(seconds: int) -> Iterator[str]:
    """Measure, and yield a line a result."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("whydenied")), "serve", "--port", str(port)]
    with _server(command, port) as server:
        memory = [_memory(server.pid)]
        for level in LEVELS:
            load = _wrk(port, level, seconds)
            memory.append(_memory(server.pid))
            yield f"{level} connections, {seconds} s: {load}"
        yield f"memory of all processes, MB, before and after each: {' '.join(f'{m:.0f}' for m in memory)}"
        yield f"32 connections, 20 s, new content taken up twice: {_disturbed(port, server, _reload)}"
        yield f"32 connections, 20 s, a worker killed twice: {_disturbed(port, server, _kill)}"
        yield f"8 connections, 5 s, afterwards: {_wrk(port, 8, 5)}"


def _reload(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGHUP)


def _kill(server: "subprocess.Popen[bytes]") -> None:
    os.kill(_children(server.pid)[0], signal.SIGKILL)


def _disturbed(port: int, server: "subprocess.Popen[bytes]", disturb: object) -> Load:
    process = _start_wrk(port, 32, 20)
    for _ in range(2):
        time.sleep(6)
        disturb(server)  # type: ignore[operator]
    return _read(process.communicate()[0])


def _wrk(port: int, level: int, seconds: int) -> Load:
    return _read(_start_wrk(port, level, seconds).communicate()[0])


def _start_wrk(port: int, level: int, seconds: int) -> "subprocess.Popen[str]":
    rows = [f'{{"{m}", "{p}", [==[{b}]==]}}' for m, p, b, times in PAGES for _ in range(times)]
    script = Path(_FOLDER.name, "journey.lua")
    script.write_text(SCRIPT.format(pages=", ".join(rows)))
    command = ["wrk", "-t1", f"-c{level}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script)]
    return subprocess.Popen([*command, f"http://127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True)


def _read(output: str) -> Load:
    found = re.search(r"RESULT (.+)", output)
    assert found, output
    numbers = found[1].split()
    return Load(*map(int, numbers[:6]), *map(float, numbers[6:]))  # type: ignore[call-arg]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory(pid: int) -> float:
    """Return the memory that the processes have to themselves, and their share of what they have together, in MB."""
    total = 0
    for process in (pid, *_children(pid)):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        total += int(found[1]) if found else 0
    return total / 1024


if __name__ == "__main__":
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    for line in run(int(sys.argv[1]) if len(sys.argv) > 1 else 60):
        print(line, flush=True)
