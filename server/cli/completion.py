"""`whydenied completion`: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print what completes commands and options in SHELL.

    \b
    bash   eval "$(whydenied completion bash)"               in ~/.bashrc
    zsh    eval "$(whydenied completion zsh)"                in ~/.zshrc
    fish   whydenied completion fish | source                in ~/.config/fish/config.fish
    """
    from whydenied.server.cli import main

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(main, {}, "whydenied", "_WHYDENIED_COMPLETE").source())
