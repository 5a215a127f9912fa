"""The command group: arguments in, exit code out; the one place where errors become lines."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from logtui.cli.alerts import alerts
from logtui.cli.archive import archive, restore
from logtui.cli.cache import cache
from logtui.cli.config import config
from logtui.cli.demo import demo
from logtui.cli.deploy import deploy
from logtui.cli.detect import detect
from logtui.cli.diagnostics import report, report_fault
from logtui.cli.dlq import dlq
from logtui.cli.help import help_command
from logtui.cli.keys import keys
from logtui.cli.listen import listen
from logtui.cli.migrate import migrate
from logtui.cli.open import open_command
from logtui.cli.query import query
from logtui.cli.seed import seed
from logtui.cli.serve import ServeCommand, serve
from logtui.cli.summarize import summarize
from logtui.errors import LogtuiError
from logtui.version import VERSION

app = typer.Typer(
    name="logtui",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help appears twice as fast
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"logtui {VERSION}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _version(wanted=value),
            is_eager=True,
            help="Show the version.",
        ),
    ] = False,
) -> None:
    """Explore logs: any format, one query language.

    \b
    logtui open app.log                 a screen to search, filter and follow
    logtui query 'level:error' logs/    print what matches
    logtui detect app.log               which format, and what did not parse
    logtui summarize logs/ --output o/  levels, services, users, hours, anomalies
    logtui serve --data DIR             a server that takes logs over HTTP
    logtui listen                       the same under the screen
    logtui migrate --data DIR           brings its records to this version
    logtui seed                         fills a server with a story
    logtui config                       what can be set on it
    logtui keys                         who may send logs to it
    logtui dlq                          the records that it has not taken
    logtui deploy NAME DIR              files to run it in production
    logtui archive list DIR             what a server has archived
    logtui restore DIR --data DIR       an archive back into a server
    logtui alerts                       rules to be told by, and what fires
    logtui cache                        the indexes of large files
    logtui demo                         an incident to practise on
    logtui help                         the manual
    """


app.command("open")(open_command)
# A query such as -level:debug begins with a dash; this command has no short options.
app.command("query", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})(query)
app.command("detect")(detect)
app.command("summarize")(summarize)
app.command("serve", cls=ServeCommand)(serve)
app.command("listen", cls=ServeCommand)(listen)
app.command("migrate")(migrate)
app.command("seed")(seed)
app.add_typer(config, name="config")
app.add_typer(keys, name="keys")
app.add_typer(dlq, name="dlq")
app.add_typer(archive, name="archive")
app.command("restore")(restore)
app.add_typer(alerts, name="alerts")
app.command("deploy")(deploy)
app.command("demo")(demo)
app.add_typer(cache, name="cache")
app.command("help")(help_command)


_BARE_VALUES = {"--explain": "--explain=plan"}
"""Options whose value may be left out, and what they mean then."""


def run() -> None:
    """The entry point of `logtui` and `python -m logtui`."""
    try:
        app([_BARE_VALUES.get(argument, argument) for argument in sys.argv[1:]], prog_name="logtui")
    except LogtuiError as error:
        sys.exit(report(error))
    except Exception as error:  # Python's own exit code for it, 1, means that nothing matched
        sys.exit(report_fault(error))
