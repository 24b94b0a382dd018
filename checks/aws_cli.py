"""The real AWS CLI's own parser, run without a call: does it take this command?

awscli is a tool of ours, not of the site's: where it is not installed, commands are not checked and that is said.
`aws s3`, `aws sso login` and others are programs of their own inside the CLI; those that only version 2 has are
listed here, because version 1 is what can be installed as a package.
"""

import contextlib
import io
import shlex
from typing import Any

__all__ = ["NEWER", "AwsCli", "cli_is_installed"]

# Of version 2 only, with the options that its reference lists for them.
_VERSION_2: dict[tuple[str, ...], frozenset[str]] = {
    ("sso", "login"): frozenset({"--sso-session", "--no-browser", "--use-device-code"}),
    ("sso", "logout"): frozenset(),
    ("configure", "sso"): frozenset({"--use-device-code", "--no-browser"}),
    ("configure", "list-profiles"): frozenset(),
    ("configure", "export-credentials"): frozenset({"--format"}),
    ("login",): frozenset({"--remote"}),
    ("logout",): frozenset({"--all"}),
}
# Services that the SDK has and the packaged command line has not yet; the tests check their calls in the SDK's model.
NEWER = frozenset({"iam-toolbox"})
_GLOBAL = frozenset({"--profile", "--region", "--output", "--query", "--debug", "--no-cli-pager"})


def cli_is_installed() -> bool:
    """Tell whether the AWS CLI is there."""
    try:
        import awscli.clidriver  # noqa: F401
    except ImportError:
        return False
    return True


class AwsCli:
    """Parses commands as the AWS CLI does; nothing is ever sent. Use as a context: it replaces the CLI's caller."""

    def __init__(self) -> None:
        from awscli import clidriver

        self._module: Any = clidriver
        self._driver: Any = clidriver.create_clidriver()
        # Each start of the session hangs the same handlers on it again, and all of them run for every argument.
        self._started = False
        start = self._driver._emit_session_event
        self._driver._emit_session_event = lambda parsed: self._started or start(parsed)
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    def __enter__(self) -> "AwsCli":
        self._invoke = self._module.CLIOperationCaller.invoke
        calls = self.calls

        def record(_: Any, service: str, operation: str, parameters: dict[str, Any], __: Any) -> int:
            calls.append((service, operation, parameters))
            return 0

        self._module.CLIOperationCaller.invoke = record
        return self

    def __exit__(self, *_: object) -> None:
        self._module.CLIOperationCaller.invoke = self._invoke

    def refusal(self, command: str, *, whole: bool = True) -> str:
        """Return what the CLI has against a command, '' for nothing.

        whole: it is to be run as it stands. Else it may lack what is required: a sentence names it.
        """
        try:
            words = _without_profile([_argument(word) for word in shlex.split(command)[1:]])
        except ValueError as error:
            return f"no shell reads this: {error}"
        if words[:1] in (["--version"], ["help"]) or words[0] in NEWER:
            return ""
        own = _version_2_options(words)
        if own is not None:
            unknown = [word for word in words if word.startswith("--") and word not in own | _GLOBAL]
            return f"unknown options: {', '.join(unknown)}" if unknown else ""
        said = self._custom(words) if _is_custom(self._driver, words) else self._parse(words)
        return "" if not whole and "arguments are required" in said else said

    def _parse(self, words: list[str]) -> str:
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            try:
                status = self._driver.main(words)
                self._started = True
            except SystemExit as left:
                status = left.code
        if status == 0:
            return ""
        lines = [line.strip() for line in said.getvalue().splitlines() if line.strip()]
        telling = [line for line in lines if "error" in line.lower() or "bad value" in line.lower()]
        return telling[0] if telling else lines[-1] if lines else "refused"

    def _custom(self, words: list[str]) -> str:
        """Check a command that is a program inside the CLI (`aws s3 cp`): its name and its options, not its work."""
        command: Any = self._driver._get_command_table()[words[0]]
        rest = words[1:]
        while rest and not rest[0].startswith("-"):
            table = getattr(command, "subcommand_table", None) or _command_table(command)
            if rest[0] not in table:
                break
            command, rest = table[rest[0]], rest[1:]
        known = {f"--{name}" for name in getattr(command, "arg_table", {})} | _GLOBAL
        unknown = [word for word in rest if word.startswith("--") and word not in known]
        return f"unknown options: {', '.join(unknown)}" if unknown else ""


def _version_2_options(words: list[str]) -> frozenset[str] | None:
    return next((options for name, options in _VERSION_2.items() if tuple(words[: len(name)]) == name), None)


def _is_custom(driver: Any, words: list[str]) -> bool:
    """Tell whether a command is a program of the CLI's own rather than a call of a service."""
    table = driver._get_command_table()
    command = table.get(words[0])
    if command is None:
        return False
    if type(command).__name__ != "ServiceCommand":
        return True
    inner = command._get_command_table() if len(words) > 1 else {}
    return len(words) > 1 and words[1] in inner and type(inner[words[1]]).__name__ != "ServiceOperation"


def _argument(word: str) -> str:
    """Put something readable in place of a file or a blank that only the reader has."""
    if word.startswith("file://"):
        return "{}"
    if word.startswith("fileb://"):
        return "blob"
    return word.replace("<", "").replace(">", "")


def _without_profile(words: list[str]) -> list[str]:
    """Leave out the profile: it would have to exist on this machine."""
    if "--profile" not in words:
        return words
    at = words.index("--profile")
    return [*words[:at], *words[at + 2 :]]


def _command_table(command: Any) -> dict[str, Any]:
    return command._get_command_table() if hasattr(command, "_get_command_table") else {}
