"""Options that several commands share, declared once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from logtui.errors import ConfigError
from logtui.model.times import zone_named

if TYPE_CHECKING:
    from logtui.engine.server_client import ServerClient
    from logtui.formats.declaration import Declaration
    from logtui.model.times import Interval
    from logtui.store import Cache
    from logtui.tui.session.preferences import Preferences

Paths: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH...", help="Files, folders, globs, http://HOST:PORT, or - for standard input.", show_default=False
    ),
]
Since: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Only records from this time on: -15m (before now), 14:05 (on the log's first day), 2025-10-07T16:00Z.",
    ),
]
Until: TypeAlias = Annotated[str | None, typer.Option(metavar="TIME", help="Only records before the end of this time.")]
FormatName: TypeAlias = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Read everything as this format instead of detecting it."),
]
SourceZone: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[GLOB=]ZONE",
        help="Zone of times in the logs that state none, such as Europe/Berlin, or db*.log=Asia/Tokyo; UTC by default.",
        show_default=False,
    ),
]
SourceYear: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--year", metavar="YEAR", min=1971, max=9999, help="Year of a log's first time, where its times state none."
    ),
]
Zone: TypeAlias = Annotated[
    str, typer.Option("--tz", metavar="ZONE", help="Zone of the times that you type; or +05:30.")
]
Encoding: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Read files in this encoding, such as latin-1, cp1252, shift_jis; UTF-8 or UTF-16 by default.",
        show_default=False,
    ),
]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Read binary files as text.")]

Config: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="LOGTUI_CONFIG",
        show_envvar=True,
        help="Settings, such as formats of your own, instead of your config.toml.",
        show_default=False,
    ),
]


NoCache: TypeAlias = Annotated[
    bool, typer.Option("--no-cache", help="Neither use nor make an index of the files in the cache.")
]


def codec_of(encoding: str | None) -> str | None:
    """The Python codec for the value of --encoding; None for None.

    Raises:
        SourceError: If there is no such encoding.
    """
    from logtui.lines import codec_named

    return None if encoding is None else codec_named(encoding)


def cache_of(config: Path | None) -> Cache:
    """Open the cache of indexes that the settings name.

    Args:
        config: The value of --config.

    Raises:
        ConfigError: If the file does not hold settings.
    """
    from logtui.config import load_settings
    from logtui.store import Cache

    settings = load_settings(config).cache
    return Cache(settings.path, settings.max_bytes)


def api_key_of(config: Path | None) -> str:
    """The key for servers: the one in `LOGTUI_API_KEY`, else the one in the settings; empty for none.

    Args:
        config: The value of --config.

    Raises:
        ConfigError: If the file does not hold settings.
    """
    from logtui.config import load_settings

    return os.environ.get("LOGTUI_API_KEY") or load_settings(config).remote.api_key


def client_of(server: str) -> ServerClient:
    """A client for the server that --server names.

    Raises:
        ConfigError: If the settings file does not hold settings.
        RemoteError: If it is no address.
    """
    from logtui.engine.server_client import ServerClient

    return ServerClient(server, api_key_of(None), hint="--server URL names another server")


def formats_of(config: Path | None) -> tuple[Declaration, ...]:
    """Read the custom formats from the settings.

    Args:
        config: The value of --config.

    Returns:
        The declarations in order of trial.

    Raises:
        ConfigError: If the file does not hold settings, or a format in it is not valid.
    """
    from logtui.config import load_settings, settings_path  # msgspec and Polars; --help must not pay

    settings = load_settings(config)
    if not settings.formats:
        return ()
    from logtui.engine.read.custom_formats import own_formats

    try:
        return own_formats(settings)
    except ConfigError as error:
        raise ConfigError(f"{settings_path(config)}: {error.message}") from error


def preferences_of(config: Path | None, *, keys: str | None = None) -> Preferences:
    """Read the preferences of the screen from the settings.

    Args:
        config: The value of --config.
        keys: The value of --keys, which overrides the settings.

    Raises:
        ConfigError: If the file does not hold settings, or there is no such map, action or key.
    """
    from logtui.config import load_settings, settings_path
    from logtui.tui.keys import keymaps  # Textual; --help must not pay
    from logtui.tui.session import preferences

    settings = load_settings(config)
    if keys is not None and keys not in keymaps.MAPS:
        raise ConfigError(f"--keys: there is no key map {keys!r}; there are {', '.join(keymaps.MAPS)}")
    try:
        return preferences.preferences_of(settings, keys=keys)
    except ConfigError as error:
        raise ConfigError(f"{settings_path(config)}: {error.message}", hint=error.hint) from error


def source_zones(texts: list[str] | None) -> tuple[tuple[str, tzinfo], ...]:
    """Parse the values of --source-tz.

    Args:
        texts: `ZONE` or `GLOB=ZONE` each.

    Returns:
        Pairs of a glob for the names of sources and its zone; those for all sources come last.

    Raises:
        TimeError: If there is no such zone.
    """
    parted = [text.rpartition("=") for text in texts or ()]
    zones = [(glob or "*", zone_named(zone)) for glob, _, zone in parted]
    return tuple(sorted(zones, key=lambda pair: pair[0] == "*"))


@dataclass(frozen=True, slots=True)
class TypedRange:
    """A range of time as it was typed; both ends include the whole unit that was typed, such as the minute.

    Attributes:
        since: As `--since` takes it.
        until: As `--until` takes it.
    """

    since: str | None
    until: str | None

    @property
    def needs_day(self) -> bool:
        """Whether an end is a time of day without a date."""
        from logtui.model.times import is_clock

        return any(is_clock(text) for text in (self.since, self.until) if text)

    def moments(
        self, *, now: datetime, zone: tzinfo, day: datetime | None = None
    ) -> tuple[datetime | None, datetime | None]:
        """Parse the ends.

        Args:
            now: What relative times count back from.
            zone: Zone of typed times that state none.
            day: Any time on the day of times without a date; None takes the day of `now`.

        Returns:
            The half-open range; None for an end that is not given.

        Raises:
            TimeError: If a text is not a time.
        """
        from logtui.model.times import is_clock, parse_time  # model imports Polars with its record schema

        def interval(text: str) -> Interval:
            return parse_time(text, now=(day or now) if is_clock(text) else now, zone=zone)

        first = interval(self.since).start if self.since else None
        last = interval(self.until).end if self.until else None
        return first, last
