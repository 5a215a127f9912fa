"""`LogParser`: logs as a lazy iterable of records, and what is counted, looked for and written of them."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict

from logtui.api.conditions import F, both
from logtui.api.inputs import lines_of, sources_of
from logtui.engine.rows import Losses, read_rows
from logtui.errors import TimeError
from logtui.export.files import complete_or_absent
from logtui.export.rows import write_rows
from logtui.formats.rows import Tally
from logtui.model.severities import level_named
from logtui.model.times import moment_of, parse_duration, zone_named
from logtui.query.rows import predicate
from logtui.query.syntax.canonical import tree_text
from logtui.query.syntax.tree import All, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from os import PathLike

    import polars as pl

    from logtui.api.conditions import Condition
    from logtui.api.frames import Frames
    from logtui.api.inputs import Input, Opened
    from logtui.formats.rows import Record
    from logtui.sources import Source

_MOST_BUCKETS: Final = 1_000_000


class TimeSpan(TypedDict):
    """The times of the first and the last record, UTC; None if no record has a time."""

    start: datetime | None
    end: datetime | None


class Stats(TypedDict):
    """What `LogParser.stats` counts.

    `total` counts all records, `by_level` those with a level by its word in upper case, `by_container` those with a
    container. `malformed` are the records that could not be read, in a source that has a format; they are part of the
    total. `skipped` are blank lines, which are no records, and `cut_bytes` what lines have beyond 1 MiB.
    """

    total: int
    by_level: dict[str, int]
    by_container: dict[str, int]
    time_range: TimeSpan
    malformed: int
    skipped: int
    cut_bytes: int


class LogParser:
    """The records of some logs; nothing is read before they are asked for, and never a whole file at once.

    Made by `from_file` or `from_lines`; each `filter` gives a new one. It can be iterated any number of times, and
    reads its sources one behind the other each time.
    """

    def __init__(self, opened: Sequence[Opened], *, format: str | None, tz: tzinfo, now: datetime | None) -> None:  # noqa: A002  # the name that every front end gives it
        self._opened = opened
        self._format = format
        self._zone = tz
        self._now = now.replace(tzinfo=tz) if now is not None and now.tzinfo is None else now
        self._node: Node = All()

    @classmethod
    def from_file(
        cls,
        *inputs: Input,
        format: str | None = None,  # noqa: A002  # the name that every front end gives it
        tz: str | tzinfo = UTC,
        now: datetime | None = None,
    ) -> LogParser:
        """Logs by their paths.

        Args:
            inputs: Paths, plain or compressed (gz, bz2, xz, zst); folders; globs; lists of these; open files, binary
                or text; lines.
            format: Name of the format; None detects it for each source.
            tz: Zone of times that state none, such as `Europe/Berlin`.
            now: What `last_minutes` and relative times count back from; None takes the present of each reading.

        Raises:
            SourceError: If a path is missing (a `FileNotFoundError` too), unreadable or binary.
            TimeError: If there is no such zone.
        """
        return cls([sources_of(each) for each in inputs], format=format, tz=_zone_of(tz), now=now)

    @classmethod
    def from_lines(
        cls,
        lines: Iterable[str] | Iterable[bytes],
        *,
        format: str | None = None,  # noqa: A002  # the name that every front end gives it
        tz: str | tzinfo = UTC,
        now: datetime | None = None,
    ) -> LogParser:
        """Logs by their lines.

        Args:
            lines: The lines, with or without line ends; an iterator can be read once.
            format: As in `from_file`.
            tz: As in `from_file`.
            now: As in `from_file`.

        Raises:
            TimeError: If there is no such zone.
        """
        return cls([lines_of(lines)], format=format, tz=_zone_of(tz), now=now)

    def filter(self, *conditions: Condition, **values: Any) -> LogParser:  # noqa: ANN401  # whatever a user gives
        """Only the records that meet all conditions.

        Args:
            conditions: Query texts as in `logtui query`, `F(...)`, or mappings for keys that are no identifiers.
            values: What keys have to be: a text (any case; levels by their meaning), a number, a compiled pattern, a
                list for any of several, None for keys that a record does not have. Besides `after` (at or after),
                `before`, `last_minutes` and `message_contains` (a regular expression, case-sensitive).

        Returns:
            A new parser; this one stays as it is.

        Raises:
            QueryError: If a text does not parse, or a value can be no condition.
        """
        made = LogParser(self._opened, format=self._format, tz=self._zone, now=self._now)
        made._node = both(self._node, F(*conditions, **values).node)
        made._holds()
        return made

    def __iter__(self) -> Iterator[Record]:
        losses = Losses()
        for source in self._sources():
            yield from self._matching(source, losses)

    def __repr__(self) -> str:
        condition = "" if isinstance(self._node, All) else f" where {tree_text(self._node)}"
        return f"<LogParser of {len(self._opened)} inputs{condition}>"

    def count(self) -> int:
        """The number of records."""
        return sum(1 for _ in self) if self._is_filtered else self.stats()["total"]

    def stats(self) -> Stats:
        """Counts of the records, in one pass.

        Raises:
            SourceError: If a source cannot be read to its end.
        """
        losses = Losses()
        tallies: list[Tally] = []
        for source in self._sources():
            tally = Tally()
            for record in self._matching(source, losses, tally):
                tally.add(record)
            tallies.append(tally)
        levels: Counter[str] = Counter()
        containers: Counter[str] = Counter()
        for (word, container), count in (pair for tally in tallies for pair in tally.counts.items()):
            if word:
                levels[_level_key(word)] += count
            if container:
                containers[container] += count
        timed = [tally for tally in tallies if tally.first <= tally.last]
        return {
            "total": sum(tally.total for tally in tallies),
            "by_level": _ranked(levels),
            "by_container": _ranked(containers),
            "time_range": {
                "start": moment_of(min(tally.first for tally in timed)) if timed else None,
                "end": moment_of(max(tally.last for tally in timed)) if timed else None,
            },
            "malformed": sum(tally.unread for tally in tallies if tally.has_format),
            "skipped": losses.blank_lines,
            "cut_bytes": losses.cut_bytes,
        }

    def top(self, key: str, n: int = 10) -> list[tuple[str, int]]:
        """The most frequent values of a key.

        Args:
            key: A field or an attribute, as in `record[key]`.
            n: How many.

        Returns:
            Values and how many records have them, the most frequent first, equals by value.
        """
        found = Counter(str(value) for record in self if (value := record.get(key)) is not None)
        return list(_ranked(found).items())[:n]

    def histogram(self, width: str | timedelta) -> dict[datetime, int]:
        """How many records there are over time; records without a time are left out.

        Args:
            width: Of one bucket, such as `5m`, `1h30m` or a timedelta.

        Returns:
            Counts by the start of their bucket, UTC, in order, empty buckets between others included. Buckets begin
            at multiples of the width since 1970.

        Raises:
            TimeError: If the width is none, or so small that there were more than a million buckets.
        """
        step = (parse_duration(width) if isinstance(width, str) else width) // timedelta(microseconds=1) * 1000
        if step <= 0:
            raise TimeError(f"expected a positive width, got {width!r}")
        counts = Counter(ns // step for record in self if (ns := record.timestamp_ns) is not None)
        places = range(min(counts), max(counts) + 1) if counts else range(0)
        if len(places) > _MOST_BUCKETS:
            raise TimeError(f"a width of {width} gives {len(places):,} buckets", hint="take a larger one")
        return {moment_of(place * step): counts[place] for place in places}

    def to_json(self, path: str | PathLike[str]) -> int:
        """Write an array of JSON objects, as `logtui query --output json` does.

        Args:
            path: The file; it appears complete or not at all.

        Returns:
            The number of records.

        Raises:
            ExportError: If the file cannot be written.
        """
        return self._write(path, "json")

    def to_csv(self, path: str | PathLike[str]) -> int:
        """Write CSV with a header, as `logtui query --output csv` does; otherwise as `to_json`."""
        return self._write(path, "csv")

    def to_text(self, path: str | PathLike[str]) -> int:
        """Write `time level service message` per record, further lines indented; otherwise as `to_json`."""
        return self._write(path, "text")

    def to_polars(self) -> pl.DataFrame:
        """All records in a frame: the core columns, then one String column per field.

        Returns:
            The frame; a field that is named as a core column has an `@` before its name.
        """
        return self._frames().whole()

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame, with the columns of `to_polars`.

        Nothing is read before it is collected; then twice, first for the names of the fields. The streaming engine
        collects it batch by batch.
        """
        return self._frames().lazy()

    def _frames(self) -> Frames:
        from logtui.api.frames import Frames  # Polars is loaded for frames only

        now = self._now or datetime.now(UTC)
        return Frames(self._sources, self._node, format=self._format, zone=self._zone, now=now)

    @property
    def _is_filtered(self) -> bool:
        return not isinstance(self._node, All)

    def _holds(self) -> Callable[[Record], bool]:
        return predicate(self._node, now=self._now or datetime.now(UTC), zone=self._zone)

    def _sources(self) -> Iterator[Source]:
        for opened in self._opened:
            yield from opened()

    def _matching(self, source: Source, losses: Losses, tally: Tally | None = None) -> Iterator[Record]:
        """The records of a source that match; without a filter, a tally counts what it can without records."""
        holds = self._holds() if self._is_filtered else None
        counter = None if holds else tally
        with closing(source):
            for record in read_rows(source, format=self._format, zone=self._zone, tally=counter, losses=losses):
                if tally is not None:
                    tally.has_format |= record.format != "plain"
                if holds is None or holds(record):
                    yield record

    def _write(self, path: str | PathLike[str], kind: str) -> int:
        with complete_or_absent(Path(path)) as stream:
            return write_rows(self, stream, kind)


def _zone_of(tz: str | tzinfo) -> tzinfo:
    return tz if isinstance(tz, tzinfo) else zone_named(tz)


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _level_key(word: str) -> str:
    """The level's own word; what numbers mean."""
    level = level_named(word) if word.isdigit() else None
    return (level or word).upper()
