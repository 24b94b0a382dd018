"""Running printed command lines: real bash and jq, and the real AWS CLI, whose calls moto answers.

`aws` is a function of the shell that hands its arguments to this process, where the AWS CLI's own parser and botocore
make the call; starting the program anew for every line would take a second each."""

import contextlib
import io
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Shell", "needs_shell", "open_shell"]

_MISSING = [name for name in ("bash", "jq") if shutil.which(name) is None]
needs_shell = pytest.mark.skipif(bool(_MISSING), reason=f"{' and '.join(_MISSING)} not installed: nothing to run in")

_END, _NEXT = b"\x1e", b"\x1f"
_PREAMBLE = r"""
aws() {
  local out err status
  exec 9<>/dev/tcp/127.0.0.1/%d
  printf '%%s\x1f' "$PWD" "$@" >&9
  printf '\x1e' >&9
  IFS= read -r -d $'\x1f' status <&9
  IFS= read -r -d $'\x1f' out <&9
  IFS= read -r -d $'\x1f' err <&9
  exec 9>&-
  printf '%%s' "$out"
  printf '%%s' "$err" >&2
  return "$status"
}
"""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Take one command line, make the call, and send status, output and errors."""
        received = b""
        while not received.endswith(_END):
            one = self.rfile.read(1)
            if not one:
                return
            received += one
        folder, *arguments = received[:-1].decode().split(_NEXT.decode())[:-1]
        arguments = [f"file://{folder}/{one[7:]}" if one.startswith("file://") else one for one in arguments]
        status, out, err = self.server.run(arguments)  # type: ignore[attr-defined]
        self.wfile.write(_NEXT.join((str(status).encode(), out.encode(), err.encode())) + _NEXT)


@cache
def _driver() -> Any:
    """Make the AWS CLI once for all shells: that takes as long as running the commands of an account."""
    import awscli.clidriver

    driver = awscli.clidriver.create_clidriver()
    # The CLI finds its own data by an environment variable, which patches of the environment take away again.
    driver.session.set_config_variable("data_path", str(Path(awscli.__file__).parent / "data"))
    return driver


class _Server(socketserver.TCPServer):
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.driver = _driver()

    def run(self, arguments: list[str]) -> tuple[int, str, str]:
        """Run one AWS CLI command in this process."""
        out, err = io.StringIO(), io.StringIO()
        if "--region" not in arguments:
            arguments = [*arguments, "--region", "us-east-1"]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = int(self.driver.main(arguments) or 0)
            except SystemExit as stop:
                status = int(stop.code or 0) if isinstance(stop.code, int) else 1
        return status, out.getvalue(), err.getvalue()


class Shell:
    """A shell whose `aws` is answered here."""

    def __init__(self, port: int) -> None:
        self._port = port

    def run(self, lines: Sequence[str], folder: Path) -> str:
        """Run lines one after the other, as one who pastes them does, and return what they print as errors."""
        script = _PREAMBLE % self._port + "\n".join(lines) + "\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60
        )
        return done.stderr


@contextlib.contextmanager
def open_shell() -> Iterator[Shell]:
    """Open a shell; moto must be answering (`moto.mock_aws`)."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield Shell(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
