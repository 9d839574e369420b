"""`shieldwall completion`"""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the completion script of your shell.

    \b
    bash:  shieldwall completion bash > ~/.local/share/bash-completion/completions/shieldwall
    zsh:   shieldwall completion zsh > "${fpath[1]}/_shieldwall"
    fish:  shieldwall completion fish > ~/.config/fish/completions/shieldwall.fish
    """
    from click.shell_completion import get_completion_class

    from agent.cli.output import put

    root = click.get_current_context().find_root().command
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    put(found(root, {}, "shieldwall", "_SHIELDWALL_COMPLETE").source() + "\n")
    return 0
