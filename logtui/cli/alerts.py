"""`logtui alerts`: rules of files, and the alerts of a server."""

from __future__ import annotations

import getpass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.options import client_of
from logtui.cli.output import stdout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from logtui.alerts.served.client import AlertsClient
    from logtui.cli.alert_replay import Replay

_PAGE: Final = 1_000


class Kind(StrEnum):
    """How answers are printed."""

    TEXT = "text"
    JSON = "json"


RulesPath = Annotated[Path, typer.Argument(metavar="RULES", help="A file of rules, TOML or YAML.")]
AlertId = Annotated[str, typer.Argument(metavar="ID", help="The id of an alert, as list prints it.")]
Output = Annotated[Kind, typer.Option(help="Lines with tabs between the columns, or JSON.")]
ServerUrl = Annotated[str, typer.Option("--server", metavar="URL", envvar="LOGTUI_SERVER", help="The server.")]
_LOCAL: Final = "http://127.0.0.1:8080"

alerts = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Rules of files, and the alerts of a server; the key of the server stands in LOGTUI_API_KEY.",
)


@alerts.command("check")
def check(rules: RulesPath, output: Output = Kind.TEXT) -> None:
    """Say what is wrong with a file of rules, or print a line for each rule.

    \b
    Exit codes: 0 the file can be used, 2 it cannot; stderr has the rule and the key.
    """
    from logtui.alerts.rules_file import load_rules
    from logtui.cli.alert_lines import rule_line, rule_object

    _print(load_rules(rules), rule_line, output, rule_object)


@alerts.command("test")
def replay(
    rules: RulesPath,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, folders, globs, -, or the data folder of a server."),
    ],
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Print only what happened from then on: 24h before the end, or a time."),
    ] = None,
    output: Output = Kind.TEXT,
) -> None:
    """Replay records: print when rules would have fired, and a line for each rule.

    Rules are evaluated from the first record on, up to the newest one; over a server's folder up to the present, so
    that silence shows. Notifications are not sent.

    \b
    logtui alerts test rules.toml app.log
    logtui alerts test rules.toml --since 24h /var/lib/logtui

    \b
    Exit codes: 0 a rule would have fired, 1 none would, 2 wrong usage or rules, 3 an input could not be read.
    """
    from logtui.alerts.rules_file import load_rules
    from logtui.cli.alert_replay import replayed

    raise typer.Exit(_print_replay(replayed(load_rules(rules), paths, since), output))


@alerts.command("list")
def list_alerts(server: ServerUrl = _LOCAL, output: Output = Kind.TEXT) -> None:
    """Print id, state, value, last firing, name, condition and mute of each alert of a server."""
    from logtui.cli.alert_lines import alert_line

    _print(_client(server).alerts(), alert_line, output)


@alerts.command("history")
def history(
    alert_id: Annotated[str, typer.Argument(metavar="[ID]", help="The alert; all if it is left out.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    server: ServerUrl = _LOCAL,
    output: Output = Kind.TEXT,
) -> None:
    """Print time, alert, event, states, value, group and detail of what happened, the newest first."""
    from logtui.cli.alert_lines import entry_line

    client = _client(server)
    found: list[dict[str, Any]] = []
    while len(found) < limit:
        wanted = min(limit - len(found), _PAGE)
        page = client.history(alert_id, wanted, found[-1]["number"] if found else None)
        found += page
        if len(page) < wanted:
            break
    _print(found, entry_line, output)


@alerts.command("mute")
def mute(
    alert_id: AlertId,
    duration: Annotated[
        str, typer.Argument(metavar="[DURATION]", help="For how long, such as 1h; until unmute if it is left out.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    server: ServerUrl = _LOCAL,
    output: Output = Kind.TEXT,
) -> None:
    """Tell nobody of an alert for some time; it is evaluated nevertheless."""
    _print_alert(_client(server).mute(alert_id, duration or None, reason), output)


@alerts.command("unmute")
def unmute(alert_id: AlertId, server: ServerUrl = _LOCAL, output: Output = Kind.TEXT) -> None:
    """Tell of an alert again."""
    _print_alert(_client(server).unmute(alert_id), output)


@alerts.command("ack")
def acknowledge(
    alert_id: AlertId,
    user: Annotated[str, typer.Option(help="Who takes care of it; your login name if it is left out.")] = "",
    server: ServerUrl = _LOCAL,
    output: Output = Kind.TEXT,
) -> None:
    """Take care of a firing alert, which ends its escalation until it fires again.

    \b
    Exit codes: 0 acknowledged, 1 you had acknowledged all that fires before, 2 wrong usage, 3 nothing fires,
    or the server cannot be reached.
    """
    answer = _client(server).acknowledge(alert_id, user or getpass.getuser())
    _print_alert(answer, output)
    if not answer["acknowledged_now"]:
        notice(f"{answer['name']}: nothing new to acknowledge")
        raise typer.Exit(ExitCode.NOTHING_MATCHED)


def _client(server: str) -> AlertsClient:
    from logtui.alerts.served.client import AlertsClient

    return AlertsClient(client_of(server))


def _print(
    found: Iterable[Any], line: Callable[[Any], str], output: Kind, plain: Callable[[Any], object] = lambda each: each
) -> None:
    """Print a line for each, or all in one JSON array."""
    if output is Kind.JSON:
        _write_json([plain(each) for each in found])
    else:
        _write_lines([line(each) for each in found])


def _print_alert(alert: Mapping[str, Any], output: Kind) -> None:
    from logtui.cli.alert_lines import alert_line

    if output is Kind.JSON:
        _write_json(alert)
    else:
        _write_lines([alert_line(alert)])


def _print_replay(found: Replay, output: Kind) -> ExitCode:
    from logtui.cli.alert_lines import happening_line, summary_line

    if output is Kind.JSON:
        _write_json(found.plain())
    else:
        sums = [summary_line(each) for each in found.summaries]
        _write_lines([*map(happening_line, found.timeline), *([""] if found.timeline else []), *sums])
    for text in found.notices:
        notice(text)
    if found.has_failed:
        return ExitCode.INPUT_FAILED
    return ExitCode.OK if any(each.fired for each in found.summaries) else ExitCode.NOTHING_MATCHED


def _write_lines(lines: Sequence[str]) -> None:
    with stdout() as stream:
        stream.write("".join(f"{line}\n" for line in lines).encode())


def _write_json(value: object) -> None:
    import msgspec

    with stdout() as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
