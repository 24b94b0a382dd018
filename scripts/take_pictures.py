"""Take the pictures of the documentation, docs/pictures/*.png: a diagnosis, a question of the wizard, a terminal, the
comment of a pipeline, the answers to a chat and to an assistant.

    .venv/bin/python scripts/take_pictures.py        # needs Chromium

Beside them stands shown.json: a digest of what each picture shows as text. tests/test_pictures.py compares it with what
would be shown now, and fails until the pictures have been taken again.
"""

import hashlib
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import load_service

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
MESSAGE = (
    "Error: reading S3 Bucket (acme-billing-exports) policy: operation error S3: GetBucketPolicy, https response error "
    "StatusCode: 403, api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/ci-deployer/run-4711 is not "
    "authorized to perform: s3:GetBucketPolicy on resource: arn:aws:s3:::acme-billing-exports because no "
    "identity-based policy allows the s3:GetBucketPolicy action"
)
QUESTION = "/wizard?failing=s3"
_CHROMIUM = "/usr/bin/chromium"
_SIZE = {"width": 1100, "height": 760}
_PAGE = (
    "<!doctype html><body style='margin:0;background:#14181c;color:#e6e9ec'><pre style='font:15px/1.45 monospace;"
    "margin:0;padding:1.5rem;white-space:pre-wrap'>{}</pre>"
)
# Markdown as the hosts of pipelines show it, without their own dress.
_COMMENT = (
    "<!doctype html><style>body {{ font: 16px/1.5 sans-serif; margin: 1.5rem; color: #1f2328 }}"
    "* {{ overflow-wrap: anywhere }} h2 {{ border-bottom: 1px solid #d1d9e0; padding-bottom: .3rem }}"
    "code {{ background: #eff1f3; border-radius: 6px; padding: .1rem .3rem; font-size: 85% }}"
    "pre {{ background: #f6f8fa; border-radius: 6px; padding: 1rem; white-space: pre-wrap }}"
    "pre code {{ background: none; padding: 0 }}</style><body>{}"
)


def main() -> None:
    """Take the pictures, and note what they show."""
    FOLDER.mkdir(exist_ok=True)
    with _site() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport=_SIZE, color_scheme="light").new_page()
        page.goto(address)
        page.fill("textarea[name=text]", MESSAGE)
        page.locator("form:has(textarea[name=text]) button").first.click()
        page.wait_for_load_state()
        page.screenshot(path=FOLDER / "diagnosis.png")
        page.goto(address + QUESTION)
        page.screenshot(path=FOLDER / "wizard.png")
        # A page of its own: the site's policy would keep the style of this one from it.
        page = browser.new_context(viewport=_SIZE).new_page()
        page.set_content(_PAGE.format(html.escape(terminal())))
        page.screenshot(path=FOLDER / "terminal.png")
        page.set_content(_COMMENT.format(MarkdownIt().render(comment())))
        page.screenshot(path=FOLDER / "comment.png")
        page.set_content(_COMMENT.format(MarkdownIt().render(chat())))
        page.screenshot(path=FOLDER / "chat.png")
        page.set_content(_PAGE.format(html.escape(assistant())))
        page.screenshot(path=FOLDER / "assistant.png")
        browser.close()
    (FOLDER / "shown.json").write_text(json.dumps(shown(), indent=2) + "\n", encoding="utf-8")


def shown() -> dict[str, str]:
    """Return a digest of the text of what each picture shows, as it would be taken now."""
    client = create_app(load_service()).test_client()
    texts = {
        "diagnosis": _words(client.post("/diagnose", data={"text": MESSAGE}).text),
        "wizard": _words(client.get(QUESTION).text),
        "terminal": terminal(),
        "comment": comment(),
        "chat": chat(),
        "assistant": assistant(),
    }
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}


def comment() -> str:
    """Return the comment that a refused pipeline gets, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "whydenied", "report", "-", folder]
        subprocess.run(command, input=MESSAGE, text=True, check=True)
        return (Path(folder) / "summary.md").read_text(encoding="utf-8")


def chat() -> str:
    """Return what a chat is sent for a denial, as Markdown (Slack gets the same in blocks)."""
    token = "x"
    settings = Settings(mattermost_token=token, public_url="https://whydenied.example")
    client = create_app(load_service(), settings).test_client()
    answer = client.post("/chat/mattermost", data={"token": token, "text": MESSAGE}).get_json()
    return str(answer["text"])


def assistant() -> str:
    """Return the steps that an assistant is given for a denial, as JSON."""
    answer = create_app(load_service()).test_client().post("/api/v1/diagnose", json={"text": MESSAGE}).get_json()
    return json.dumps({"next_steps": answer["next_steps"]}, indent=2, ensure_ascii=False)


def terminal() -> str:
    """Return what a terminal shows where a command was refused."""
    told = f"import sys; print({MESSAGE!r}, file=sys.stderr); sys.exit(1)"
    program = "from whydenied.server.cli import main; main(prog_name='whydenied')"
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "terraform"
        script.write_text(f"#!{sys.executable}\n{told}\n")
        script.chmod(0o755)
        command = [sys.executable, "-c", program, "run", "--", str(script), "apply"]
        clean = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=clean
        )
    return "$ whydenied run terraform apply\n" + re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def _words(page: str) -> str:
    # What changes with each answer, and is not to be seen, is left out.
    text = _Text()
    text.feed(re.sub(r"<(script|style)\b.*?</\1>", "", page.partition("<main")[2], flags=re.S))
    return " ".join(text.words)


@contextmanager
def _site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(load_service()), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


if __name__ == "__main__":
    main()
