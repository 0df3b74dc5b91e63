"""`bridgecheck completion`: the script that lets a shell complete commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from harness.cli.output import say
from harness.errors import UsageError

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_BRIDGECHECK_COMPLETE"


@click.command(name="completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Write the script that lets SHELL complete commands, options, dialects, requirements and stories.

    Example: bridgecheck completion bash > ~/.local/share/bash-completion/completions/bridgecheck
    """
    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"there is no completion for {shell}")
    root = context.find_root().command
    # Click asks the shell for its version when it is made for bash; the script itself is the same.
    say(found.source_template % found(root, {}, "bridgecheck", VARIABLE).source_vars())
    return 0
