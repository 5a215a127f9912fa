"""`LogParser`: a lazy iterable of the records of logs, which can filter, count and export them."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from logtui.api.advice import Glance
from logtui.api.conditions import F, both
from logtui.api.gaps import GapStats, gap_stats
from logtui.api.inputs import lines_of, sources_of
from logtui.api.malformed import Malformed
from logtui.api.record import Record
from logtui.api.sieving import sieve_of
from logtui.engine.read.row_reader import Losses, read_rows
from logtui.errors import TimeError
from logtui.export.files import complete_or_absent, refuse_input
from logtui.export.records import write_rows
from logtui.export.row_table import write_table
from logtui.formats.rows import Tally
from logtui.lines import codec_named
from logtui.model.names import STRUCTURED_FORMATS
from logtui.model.severities import LOGGING_NAMES, level_named
from logtui.model.times import moment_of, parse_duration, rfc3339, zone_named
from logtui.query.rows import predicate
from logtui.query.syntax.canonical import tree_text
from logtui.query.syntax.tree import All, Node
from logtui.sources import paths_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from os import PathLike
    from typing import BinaryIO

    import polars as pl

    from logtui.api.conditions import Condition, Moment, Value, Wanted
    from logtui.api.frames import Frames
    from logtui.api.inputs import Input, Opened
    from logtui.formats.rows import Record as Row
    from logtui.sources import Source

_MOST_BUCKETS: Final = 1_000_000


class TimeSpan(TypedDict):
    """The earliest and the latest time of the records, RFC 3339 in UTC; None if no record has a time."""

    start: str | None
    end: str | None


class Stats(TypedDict):
    """The counts of `LogParser.stats`.

    `total` counts the records; `by_level` counts records with a level, by the level's name in Python's `logging`;
    `by_container` counts records with a container. `malformed` counts entries that could not be parsed, in a source
    that has a format; they are not part of the total, and `malformed_examples` has the first of them. `skipped` counts
    blank lines, which are not records, and `cut_bytes` the bytes of lines beyond 1 MiB. `gaps` counts records without
    a time or level in a source where most have one, and records that were parsed by a looser format than most, or by
    none.
    """

    total: int
    by_level: dict[str, int]
    by_container: dict[str, int]
    time_range: TimeSpan
    malformed: int
    malformed_examples: list[str]
    skipped: int
    cut_bytes: int
    gaps: dict[str, GapStats]


@dataclass(frozen=True)
class Inputs:
    """The sources of a parser, and the options to read them with.

    Attributes:
        opened: What is read, in order.
        format: Name of the format; None detects it for each source.
        zone: Zone of times that do not state one.
        now: The time that relative times count back from; None takes the present.
        codec: The encoding of the sources; None for UTF-8 or UTF-16.
    """

    opened: Sequence[Opened]
    format: str | None
    zone: tzinfo
    now: datetime | None
    codec: str | None

    @classmethod
    def of(
        cls,
        opened: Sequence[Opened],
        format: str | None,  # noqa: A002  # the name that every front end gives it
        tz: str | tzinfo,
        now: datetime | None,
        encoding: str | None,
    ) -> Inputs:
        """Make the inputs from options as users write them."""
        zone = tz if isinstance(tz, tzinfo) else zone_named(tz)
        now = now.replace(tzinfo=zone) if now is not None and now.tzinfo is None else now
        return cls(opened, format, zone, now, codec_named(encoding) if encoding else None)


class LogParser:
    """The records of some logs, which are read lazily and never a whole file at once.

    `from_file` and `from_lines` create a parser, and `filter` derives a new one. A parser can be iterated any number of
    times, and reads its sources one after the other each time.
    """

    def __init__(self, inputs: Inputs) -> None:
        if not isinstance(inputs, Inputs):
            raise TypeError(f"use LogParser.from_file({inputs!r}) or LogParser.from_lines(lines)")
        self._inputs = inputs
        self._node: Node = All()

    @classmethod
    def from_file(
        cls,
        *inputs: Input,
        format: str | None = None,  # noqa: A002  # the name that every front end gives it
        tz: str | tzinfo = UTC,
        now: datetime | None = None,
        encoding: str | None = None,
    ) -> LogParser:
        """Create a parser of logs from their paths.

        Args:
            inputs: Paths, plain or compressed (gz, bz2, xz, zst); folders; globs; lists of these; open files, binary
                or text; lines.
            format: Name of the format; None detects it for each source.
            tz: Zone of times that do not state one, such as `Europe/Berlin`.
            now: The base of `last_minutes` and relative times; None takes the present of each reading.
            encoding: The encoding of the logs, such as `latin-1`; None for UTF-8 or UTF-16.

        Raises:
            SourceError: If a path is missing (a `FileNotFoundError` too), unreadable or binary, or there is no such
                encoding.
            TimeError: If there is no such zone.
        """
        return cls(Inputs.of([sources_of(each) for each in inputs], format, tz, now, encoding))

    @classmethod
    def from_lines(
        cls,
        lines: Iterable[str] | Iterable[bytes],
        *,
        format: str | None = None,  # noqa: A002  # the name that every front end gives it
        tz: str | tzinfo = UTC,
        now: datetime | None = None,
        encoding: str | None = None,
    ) -> LogParser:
        """Create a parser of logs from their lines.

        Args:
            lines: The lines, with or without line ends; an iterator can be read only once.
            format: As in `from_file`.
            tz: As in `from_file`.
            now: As in `from_file`.
            encoding: As in `from_file`, for lines that are bytes.

        Raises:
            TimeError: If there is no such zone.
        """
        return cls(Inputs.of([lines_of(lines)], format, tz, now, encoding))

    def filter(
        self,
        *conditions: Condition,
        level: Wanted = ...,
        container: Wanted = ...,
        pod_name: Wanted = ...,
        namespace: Wanted = ...,
        component: Wanted = ...,
        service: Wanted = ...,
        after: Moment = None,
        before: Moment = None,
        last_minutes: float | None = None,
        message_contains: str | re.Pattern[str] | None = None,
        **values: Value,
    ) -> LogParser:
        """Derive a parser of only the records that meet all conditions.

        Args:
            conditions: Query texts as in `logtui query`, `F(...)`, or mappings for keys that are no identifiers.
            level: The level in any spelling and case: `WARNING`, `warn` and `W` are the same.
            container: The name of the container.
            pod_name: The name of the pod.
            namespace: The namespace of the pod.
            component: The name of the logger, such as `app.main`.
            service: The service.
            after: At or after this moment: a datetime or a text like `-15m`.
            before: Before this moment.
            last_minutes: At most so many minutes before `from_file(..., now=)`.
            message_contains: A case-sensitive regular expression that is found in the message.
            values: The values of other keys: a text (any case), a number, a compiled pattern, a list for any of
                several, None for keys that a record does not have.

        Returns:
            A new parser; this one does not change.

        Raises:
            QueryError: If a text does not parse, or a value cannot be a condition.
        """
        wanted = F(
            *conditions,
            level=level,
            container=container,
            pod_name=pod_name,
            namespace=namespace,
            component=component,
            service=service,
            after=after,
            before=before,
            last_minutes=last_minutes,
            message_contains=message_contains,
            **values,
        )
        made = LogParser(self._inputs)
        made._node = both(self._node, wanted.node)
        made._holds()
        return made

    def __iter__(self) -> Iterator[Record]:
        return map(Record, self._rows())

    def __repr__(self) -> str:
        condition = "" if isinstance(self._node, All) else f" where {tree_text(self._node)}"
        return f"<LogParser of {len(self._inputs.opened)} inputs{condition}>"

    def count(self) -> int:
        """Count the records."""
        return sum(1 for _ in self._rows()) if self._is_filtered else self.stats()["total"]

    def stats(self) -> Stats:
        """Count the records by several criteria, in one pass; `json.dumps` accepts the result.

        Raises:
            SourceError: If a source cannot be read to its end.
        """
        losses, entries, tallies = Losses(), Malformed(), list[Tally]()
        for row in self._rows(losses, entries, tallies):
            tallies[-1].add(row)
        levels: Counter[str] = Counter()
        containers: Counter[str] = Counter()
        for (word, container, _), count in (pair for tally in tallies for pair in tally.counts.items()):
            if level := level_named(word or ""):
                levels[LOGGING_NAMES[level]] += count
            if container:
                containers[container] += count
        timed = [tally for tally in tallies if tally.first <= tally.last]
        return {
            "total": sum(tally.total for tally in tallies),
            "by_level": _ranked(levels),
            "by_container": _ranked(containers),
            "time_range": {
                "start": rfc3339(min(tally.first for tally in timed)) if timed else None,
                "end": rfc3339(max(tally.last for tally in timed)) if timed else None,
            },
            "malformed": entries.count,
            "malformed_examples": entries.examples,
            "skipped": losses.blank_lines,
            "cut_bytes": losses.cut_bytes,
            "gaps": gap_stats(tallies),
        }

    def malformed(self) -> Iterator[Record]:
        """Iterate over matching entries that could not be parsed, such as broken JSON; their message is the line."""
        return map(Record, self._rows(wants_malformed=True))

    def top(self, key: str, n: int = 10) -> list[tuple[str, int]]:
        """Find the most frequent values of a key.

        Args:
            key: A field or an attribute, as in `record[key]`.
            n: The most values to return.

        Returns:
            Values and the numbers of records that have them, the most frequent first, ties ordered by value.
        """
        found = Counter(_shown(value) for record in self if (value := record.get(key)) is not None)
        return list(_ranked(found).items())[:n]

    def histogram(self, width: str | timedelta) -> dict[datetime, int]:
        """Count the records over time; records without a time are left out.

        Args:
            width: The width of a bucket, such as `5m`, `1h30m` or a timedelta.

        Returns:
            Counts by the start of the bucket, UTC, in order, including empty buckets between others. Buckets begin
            at multiples of the width since 1970.

        Raises:
            TimeError: If the width is not valid, or so small that there would be more than a million buckets.
        """
        step = (parse_duration(width) if isinstance(width, str) else width) // timedelta(microseconds=1) * 1000
        if step <= 0:
            raise TimeError(f"expected a positive width, got {width!r}")
        counts = Counter(ns // step for row in self._rows() if (ns := row.timestamp_ns) is not None)
        places = range(min(counts), max(counts) + 1) if counts else range(0)
        if len(places) > _MOST_BUCKETS:
            raise TimeError(f"a width of {width} gives {len(places):,} buckets", hint="take a larger one")
        return {moment_of(place * step): counts[place] for place in places}

    def to_json(self, path: str | PathLike[str]) -> int:
        """Write the records as an array of JSON objects, as `logtui query --output json` does.

        Args:
            path: The file; it appears complete or not at all.

        Returns:
            The number of records.

        Raises:
            ExportError: If the file cannot be written, or is one of those that are read.
        """
        return self._write(path, "json")

    def to_csv(self, path: str | PathLike[str]) -> int:
        """Write the records as CSV with a header; otherwise as `to_json`.

        The columns are the core columns, then pod, namespace, container, component and the most frequent fields of the
        first records, then all fields as one JSON object.
        """
        with self._target(path) as stream:
            return write_table(self._rows(), stream)

    def to_text(self, path: str | PathLike[str]) -> int:
        """Write `time level service message` per record, further lines indented; otherwise as `to_json`."""
        return self._write(path, "text")

    def to_polars(self) -> pl.DataFrame:
        """Read all records into a frame: the core columns, then one String column per field.

        Returns:
            The frame; `@` precedes the name of a field that has the name of a core column.
        """
        return self._frames().whole()

    def lazy(self) -> pl.LazyFrame:
        """Make a lazy frame of the records, with the columns of `to_polars`.

        Nothing is read until it is collected. The sources are then read twice, the first time for the names of the
        fields. The streaming engine collects it batch by batch.
        """
        return self._frames().lazy()

    def _frames(self) -> Frames:
        from logtui.api.frames import Frames  # Polars is loaded for frames only

        given = self._inputs
        now = given.now or datetime.now(UTC)
        return Frames(self._sources, self._node, format=given.format, zone=given.zone, now=now, codec=given.codec)

    @property
    def _is_filtered(self) -> bool:
        return not isinstance(self._node, All)

    def _holds(self) -> Callable[[Row], bool]:
        return predicate(self._node, now=self._inputs.now or datetime.now(UTC), zone=self._inputs.zone)

    def _sources(self) -> Iterator[Source]:
        for opened in self._inputs.opened:
            yield from opened.sources()

    def _rows(
        self,
        losses: Losses | None = None,
        entries: Malformed | None = None,
        tallies: list[Tally] | None = None,
        *,
        wants_malformed: bool = False,
    ) -> Iterator[Row]:
        """Iterate over the matching records as the reader makes them, or over entries that could not be parsed.

        Without a filter, tallies count records without building them.
        """
        losses, entries = losses or Losses(), entries or Malformed()
        glance, found = Glance() if self._is_filtered else None, False
        for source in self._sources():
            if tallies is not None:
                tallies.append(Tally(source.name))
            tally = tallies[-1] if tallies and glance is None else None
            for row in self._matching(source, losses, glance, tally):
                found = True
                is_malformed = row.reading.format is None and losses.main in STRUCTURED_FORMATS
                if is_malformed:
                    entries.add(row)
                if is_malformed is wants_malformed:
                    yield row
        if glance is not None and not found:
            glance.advise(self._node)

    def _matching(self, source: Source, losses: Losses, glance: Glance | None, tally: Tally | None) -> Iterator[Row]:
        given = self._inputs
        with closing(source):
            rows = read_rows(
                source,
                format=given.format,
                zone=given.zone,
                codec=given.codec,
                tally=tally,
                sieve=sieve_of(self._node) if glance else None,
                losses=losses,
            )
            yield from filter(self._holds(), glance.over(rows)) if glance else rows

    def _write(self, path: str | PathLike[str], kind: str) -> int:
        with self._target(path) as stream:
            return write_rows(self._rows(), stream, kind)

    def _target(self, path: str | PathLike[str]) -> AbstractContextManager[BinaryIO]:
        refuse_input(Path(path), paths_of([given for opened in self._inputs.opened for given in opened.paths]))
        return complete_or_absent(Path(path))


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _shown(value: object) -> str:
    return str(value) if isinstance(value, (str, datetime)) else json.dumps(value)
