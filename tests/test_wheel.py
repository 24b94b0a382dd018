"""The wheel holds all that it needs and works elsewhere on disk."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What is installed beside us without any extra: our four, and what clipspy brings.
CORE = {"cffi", "click", "clipspy", "jmespath", "msgspec", "pycparser"}
# And with the extra `search`.
SEARCH = {
    *("cached-property", "linkify-it-py", "markdown-it-py", "mdit-py-plugins", "mdurl", "nh3", "pygments"),
    "whoosh-reloaded",
}
TOP = {"whydenied", "mkdocs_whydenied", "sphinx_whydenied"}
MESSAGE = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders with an explicit deny in a service control policy"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    return next(folder.glob("whydenied-*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_code_content_templates_and_data(wheel: Path) -> None:
    """Nothing that a command reads is left behind in the checkout."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "whydenied/content/causes/identity-no-allow.md",
        "whydenied/engine/messages/data/operations.json",
        "whydenied/server/templates/base.html",
        "whydenied/server/static/site.css",
        "whydenied/server/embeds/frame.css",
        "whydenied/compiled/catalogue.msgpack",
        "mkdocs_whydenied/plugin.py",
        "sphinx_whydenied/directive.py",
    ):
        assert needed in names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name and ".data/" not in name} == TOP
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Alone it diagnoses and names what a search would need; with the extra it searches; it compiles nothing."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    for name, packages in (("core", CORE), ("search", SEARCH)):
        (tmp_path / f"{name}.txt").write_text(locked(packages), encoding="utf-8")
    subprocess.run([*pip, "--require-hashes", "-r", str(tmp_path / "core.txt")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    # A user's own packages of these names are not in the way.
    for name in ("server", "engine", "kb"):
        (tmp_path / f"{name}.py").touch()
    env = {**os.environ, "WHYDENIED_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(venv / "bin" / "whydenied"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    diagnosis = json.loads(run("diagnose", "--json", MESSAGE).stdout)
    assert diagnosis["findings"][0]["cause"] == "scp-explicit-deny"
    lacking = run("search", "iam:PassRole")
    assert lacking.returncode == 3
    assert "pip install 'whydenied[search]'" in lacking.stderr
    subprocess.run([*pip, "--require-hashes", "-r", str(tmp_path / "search.txt")], check=True)
    assert json.loads(run("search", "--json", "iam:PassRole").stdout)["results"]
    assert not (tmp_path / "cache").exists()


def locked(names: set[str]) -> str:
    """Return the lock's entries, with their hashes, of some distributions."""
    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    entries = re.findall(r"^[a-zA-Z].*(?:\n .*)*", lock, re.M)
    return "\n".join(entry for entry in entries if re.split("[ =]", entry)[0] in names) + "\n"
