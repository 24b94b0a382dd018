"""`whydenied evaluate`: decide requests against their policies, and say why."""

import io
import sys
from collections.abc import Iterator
from typing import IO, Any

import click
import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import Evaluation, evaluate_case
from whydenied.engine.evaluation.accounts import read_account_case, read_any_case
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.terminal import json_line, say

__all__ = ["evaluate"]

# Bytes of one JSON document or line.
MAX_INPUT = 32_000_000
# Of these so many that secrets are looked for in; it takes a second and more for each million.
_MAX_SEARCHED = 2_000_000


class JsonFile(click.File):
    """A file that is opened, or the JSON itself: nobody's file is called `{…}`."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IO[bytes]:
        """Return what can be read."""
        if isinstance(value, str) and value.lstrip().startswith("{"):
            return io.BytesIO(value.encode("utf-8", "surrogateescape"))
        opened: IO[bytes] = super().convert(value, param, ctx)
        return opened


@click.command()
@click.argument("file", type=JsonFile(), default="-")
@click.option("--jsonl", is_flag=True, help="Read one case a line; write one line of JSON for each.")
@click.option("--explain", "explained", is_flag=True, help="Say why, gate by gate, and what would change it.")
@click.option("--svg", is_flag=True, help="Draw the gates and the request's way through them.")
@click.option(
    "--account",
    type=click.File("rb"),
    help="Take the caller's policies from this output of `aws iam get-account-authorization-details`.",
)
@click.option("--until", default="", help="With --explain: let the changes end at this date, such as 2026-12-31.")
def evaluate(file: IO[bytes], jsonl: bool, explained: bool, svg: bool, account: IO[bytes] | None, until: str) -> None:
    """Decide a request against its policies, offline.

    FILE holds JSON with `request` and the policies, in the form of docs/evaluate.md, or is that JSON itself; `-` (the
    default) reads standard input."""
    if until and (jsonl or not explained):
        raise click.UsageError("--until goes with --explain, and not with --jsonl")
    if jsonl and (svg or account):
        raise click.UsageError("--jsonl goes with --explain only")
    if jsonl:
        _each_line(file, explained)
        return
    data = file.read(MAX_INPUT + 1)
    details = account.read(MAX_INPUT + 1) if account is not None else None
    try:
        evaluation = _decide(_read(data), details)
        text = _svg(evaluation) + "\n" if svg else _text(evaluation, explained, until)
    except InputError as error:
        raise Unreadable(_hidden(str(error), data, details)) from None
    say(_hidden(text, data, details), nl=False)


def _hidden(text: str, *sent: bytes | None) -> str:
    """Return what is shown without the secrets of what was sent: a terminal's output is pasted into tickets."""
    from whydenied.engine.secrets.hiding import Hider

    # The details of a large account are not searched: of those, what stands beside its name is hidden all the same.
    hider = Hider(*(data.decode(errors="replace") for data in sent if data and len(data) <= _MAX_SEARCHED))
    return hider.text(text)


def _read(data: bytes) -> object:
    """Read JSON; raise InputError where it is none, or too much."""
    if len(data) > MAX_INPUT:
        raise InputError(f"the input has more than {MAX_INPUT} bytes; split it")
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InputError("the input is not JSON; give one object with `request` and the policies") from None


def _decide(case: object, account: bytes | None) -> Evaluation:
    if account is not None:
        return read_account_case(_read(account), case, explain=True)
    return read_any_case(case, explain=True)


def _each_line(file: IO[bytes], explained: bool) -> None:
    for line in _lines(file):
        sys.stdout.buffer.write(json_line(_answer(line, explained)) + b"\n")
    sys.stdout.buffer.flush()


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_INPUT + 1):
        if line.strip():
            yield line


def _answer(line: bytes, explained: bool) -> dict[str, object]:
    try:
        case = _read(line)
        if not explained:
            return evaluate_case(case)
        return _hidden_answer(line, _explained(case))
    except InputError as error:
        return _hidden_answer(line, {"id": None, "error": str(error)})


def _explained(case: object) -> dict[str, object]:
    from whydenied.engine.evaluation.explanation import explain

    name = case.get("id") if isinstance(case, dict) else None
    try:
        evaluation = read_any_case(case, explain=True)
    except InputError as error:
        return {"id": name, "error": str(error)}
    explanation = explain(evaluation, everything=False)
    return {
        "id": name,
        "decision": evaluation.decision,
        "blocked_by": evaluation.blocked_by,
        "explanation": explanation,
    }


def _hidden_answer(line: bytes, answer: dict[str, object]) -> dict[str, object]:
    """Return an answer without the secrets of its line; its `id` is the caller's own and stays."""
    from whydenied.engine.secrets.hiding import Hider

    hider = Hider(line.decode(errors="replace"))
    if not hider:
        return answer
    hidden = hider.data(msgspec.to_builtins(answer))
    assert isinstance(hidden, dict)
    return {**hidden, "id": answer["id"]}


def _svg(evaluation: Evaluation) -> str:
    from whydenied.engine.evaluation.explanation import explain
    from whydenied.engine.evaluation.picture import picture

    return picture(explain(evaluation), standalone=True)


def _text(evaluation: Evaluation, explained: bool, until: str) -> str:
    from whydenied.engine.evaluation.explanation import explain, explanation_text

    explanation = explain(evaluation)
    if explained:
        from whydenied.engine.remedies import plan, plan_text

        return "\n".join(filter(None, (explanation_text(explanation), plan_text(plan(evaluation, until)))))
    return f"{evaluation.decision}\n{explanation.summary}\n"
