"""`logtui config`: what can be set on a server."""

from __future__ import annotations

from typing import Annotated

import typer

from logtui.cli.serve import require_extra

config = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What can be set on a server.")


@config.callback()
def main() -> None:
    """What can be set on a server."""


@config.command("example")
def example(
    env: Annotated[bool, typer.Option("--env", help="As environment variables instead of TOML.")] = False,
) -> None:
    """Print all settings of a server with their defaults and what they mean, for the file of serve --config."""
    require_extra()
    from logtui.server.configuration import environment_example, toml_example

    typer.echo(environment_example() if env else toml_example(), nl=False)
