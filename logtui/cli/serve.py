"""`logtui serve`: a server that takes logs and answers about them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperOption

from logtui.cli.diagnostics import notice
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from logtui.server.settings import Setting

Data = Annotated[Path, typer.Option(metavar="DIR", help="The data folder; made if it is not there.")]


class ServeCommand(TyperCommand):
    """A command that has an option for each setting of a server, as they are declared.

    They are looked up when they are needed: no other command loads what a server needs.
    """

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 -- click's own class is private in typer
        """The parameters of the function, and an option for each setting."""
        require_extra()
        from logtui.server.settings import SETTINGS

        *own, help_option = super().get_params(ctx)
        return [*own, *(_option(name, each) for name, each in SETTINGS.items()), help_option]

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- likewise
        """Hand the settings that were typed to the function by `ctx.obj`."""
        from logtui.server.settings import SETTINGS

        stated = {name: ctx.params.pop(name) for name in SETTINGS}
        ctx.obj = {name: value for name, value in stated.items() if value not in (None, (), [])}
        return super().invoke(ctx)


def serve(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with settings; see logtui config example.")
    ] = None,
) -> None:
    """Take logs over HTTP, TCP and UDP and keep them durably, until SIGTERM, SIGHUP or Ctrl-C.

    The first start makes a key with all scopes and writes it to DIR/first-key. Each setting may also stand in the file
    of --config, or in the environment as LOGTUI_NAME.

    \b
    logtui serve --data /var/lib/logtui
    curl -H "Authorization: Bearer $(cat /var/lib/logtui/first-key)" http://127.0.0.1:8080/api/v1/logs \\
         -d '[{"timestamp": "2026-01-15T10:00:00Z", "level": "info", "message": "it works"}]'

    \b
    Exit codes: 0 ended as asked, 2 wrong usage or rules, a folder that another server uses, a taken address.
    """
    from logtui.server.configuration import load_server_settings
    from logtui.server.logs import configure_logs
    from logtui.server.settings import Role
    from logtui.server.supervisor import Supervisor, commands_of, supervised

    settings = load_server_settings(ctx.obj, os.environ, config)
    if settings.rules and settings.role in (Role.SEPARATE, Role.ALL):
        from logtui.alerts.rules_file import load_rules

        load_rules(settings.rules)  # a mistake is told to who starts the server; a worker that starts again goes on
    configure_logs()
    with supervised():
        if settings.role == Role.SEPARATE:
            raise typer.Exit(Supervisor(commands_of(sys.argv[1:]), settings.drain_seconds).run())
        from logtui.server.lifecycle import serve as run  # here, since a supervisor would hold 80 MB for nothing

        run(settings, on_first_key=lambda key: _show(key, settings.data))


def require_extra() -> None:
    """Make sure that what only servers need is installed.

    Raises:
        LogtuiError: If it is not.
    """
    from importlib.util import find_spec

    needed = ("fastapi", "uvicorn", "sse_starlette", "structlog", "google_crc32c", "jwt", "limits")
    missing = [name for name in needed if not find_spec(name)]
    if missing:
        raise LogtuiError(f"{', '.join(missing)} is not installed", hint="pip install 'logtui[server]'")


def _option(name: str, setting: Setting) -> TyperOption:
    from logtui.server.configuration import default_of, option_of

    option, default = option_of(name), default_of(name)
    return TyperOption(
        param_decls=[name, f"{option}/--no-{option[2:]}" if setting.kind.is_switch else option],
        metavar=None if setting.kind.is_switch else setting.kind.metavar,
        multiple=setting.kind.is_list,
        is_flag=setting.kind.is_switch,
        default=None,
        help=f"{setting.help} [default: {default}]" if default and not setting.kind.is_switch else setting.help,
    )


def _show(key: str, data: Path) -> None:
    """Show the first key to a person; a log must not hold it."""
    if sys.stderr.isatty():
        notice(f"the first key is {key}; it is also in {data / 'first-key'}")
