"""What pyproject.toml cannot say: a wheel brings the content compiled and the search index built."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class Build(build_py):
    """Compile from the files of the wheel itself, since what is compiled is told by their names and sizes."""

    def run(self) -> None:
        """Build as always; then run `whydenied build --into` there."""
        super().run()
        if self.editable_mode:
            return
        place = Path(self.build_lib).resolve()
        program = "from whydenied.server.cli import main; main()"
        into = str(place / "whydenied" / "compiled")
        with tempfile.TemporaryDirectory() as cache:
            environment = os.environ | {"PYTHONPATH": str(place), "WHYDENIED_CACHE": cache, "WHYDENIED_CONTENT": ""}
            command = [sys.executable, "-B", "-c", program, "build", "--into", into]
            subprocess.run(command, check=True, cwd=place, env=environment)


setup(cmdclass={"build_py": Build})
