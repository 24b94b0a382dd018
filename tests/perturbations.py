"""What terminals, tools and people do to a message on its way into a paste box."""

import html
import json
import random
import textwrap
from collections.abc import Callable

NOISE = [
    "make: *** [deploy] Error 255",
    "added 412 packages, and audited 413 packages in 9s",
    "Terraform used the selected providers to generate the following execution plan.",
    "  with module.app.aws_instance.web,",
    "INFO build finished in 12.3s",
    "hello team, any idea? it worked yesterday",
]


def wrap(width: int) -> Callable[[str], str]:
    """Cut every line at the terminal's right edge, in the middle of words."""
    return lambda text: "\n".join(
        line[start : start + width] for line in text.split("\n") for start in range(0, max(len(line), 1), width)
    )


def wrap_words(width: int) -> Callable[[str], str]:
    """Break lines between words, as editors and mail programs do."""
    return lambda text: "\n".join(textwrap.fill(line, width) for line in text.split("\n"))


def terraform_box(text: str) -> str:
    """Put the message into Terraform's box."""
    body = "\n".join("│ " + line for line in ("Error: " + text).split("\n"))
    where = 'with aws_s3_bucket.site,\n│   on main.tf line 3, in resource "aws_s3_bucket" "site":'
    return f"╷\n{body}\n│ \n│   {where}\n╵"


def ansi(text: str) -> str:
    """Colour it: error lines in bold red."""
    return "\n".join(f"\x1b[1m\x1b[31m{line}\x1b[0m\x1b[0m" for line in text.split("\n"))


def json_string(text: str) -> str:
    """Print it inside a JSON log line."""
    return json.dumps({"level": "error", "time": "2026-11-01T10:00:00Z", "msg": text})


def json_twice(text: str) -> str:
    """A JSON log line inside a JSON log line."""
    return json.dumps({"log": json_string(text)})


def html_escaped(text: str) -> str:
    """Copy it out of a page's source."""
    return html.escape(text)


def smart_quotes(text: str) -> str:
    """Send it through a word processor."""
    out, opened = [], False
    for char in text:
        if char == '"':
            opened = not opened
            out.append("“" if opened else "”")
        else:
            out.append("’" if char == "'" else char)
    return "".join(out)


def markdown_bold(text: str) -> str:
    """Emphasise a word that matters."""
    return text.replace("AccessDenied", "**AccessDenied**").replace("explicit deny", "**explicit deny**")


def code_fence(text: str) -> str:
    """Quote it as code."""
    return f"```\n{text}\n```"


def block_quote(text: str) -> str:
    """Quote it in a reply."""
    return "\n".join("> " + line for line in text.split("\n"))


def log_prefix(text: str) -> str:
    """Print it by a logger, each line with time and level."""
    return "\n".join(f"2026-11-01T10:00:0{i % 10}.123Z ERROR [main] {line}" for i, line in enumerate(text.split("\n")))


def container_prefix(text: str) -> str:
    """Print it by docker compose."""
    return "\n".join(f"api_1  | {line}" for line in text.split("\n"))


def noise(text: str) -> str:
    """Paste more than the message."""
    chosen = random.Random(len(text)).sample(NOISE, 3)
    return f"{chosen[0]}\n{chosen[1]}\n{text}\n{chosen[2]}"


def windows_lines(text: str) -> str:
    """End lines as Windows does, with a byte order mark in front."""
    return "\ufeff" + text.replace("\n", "\r\n")


def cut_tail(text: str) -> str:
    """Lose the request id and what follows it."""
    for mark in (" (Service:", "\tstatus code:", ", request id", " Encoded authorization failure message: "):
        head, found, _ = text.partition(mark)
        if found and mark.startswith(" Encoded"):
            return head + mark + "4GIO"
        if found and "Error Code:" not in text:
            return head
    return text


ALL: dict[str, Callable[[str], str]] = {
    "wrap-60": wrap(60),
    "wrap-80": wrap(80),
    "wrap-120": wrap(120),
    "words-60": wrap_words(60),
    "words-100": wrap_words(100),
    "terraform": terraform_box,
    "ansi": ansi,
    "json": json_string,
    "json-twice": json_twice,
    "html": html_escaped,
    "smart-quotes": smart_quotes,
    "bold": markdown_bold,
    "code-fence": code_fence,
    "quote": block_quote,
    "log": log_prefix,
    "container": container_prefix,
    "noise": noise,
    "windows": windows_lines,
    "cut-tail": cut_tail,
    "terraform-wrapped": lambda text: terraform_box(wrap_words(76)(text)),
    "log-ansi": lambda text: log_prefix(ansi(text)),
}
