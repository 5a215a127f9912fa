"""Detects the formats of a source by the share of its first lines that each format reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.formats.journal_export import NAME as JOURNAL_EXPORT
from logtui.formats.journal_export import entries_of, is_entry
from logtui.formats.moments import learn_orders
from logtui.formats.rows.cascade import RowCascade
from logtui.formats.rows.continuation import is_linked, looks_continued, margin_of, without_margin
from logtui.formats.rows.registry import PLAIN_ROWS, ROW_FORMATS, row_format_named
from logtui.formats.rows.tables import table_format
from logtui.formats.scoring import (
    GENERIC,
    KNOWN_SHARE,
    SAMPLE_LINES,
    SAMPLE_TEXT,
    UNTIMED_SHARE,
    admitted,
    before_loose,
    exclusive_shares,
    in_turn,
    main_format,
    spread_out,
    usual,
)
from logtui.formats.titled import titled_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from logtui.formats.moments import Orders
    from logtui.formats.rows.reading import Reading, RowFormat
    from logtui.formats.table import Table


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of detecting a source's formats.

    Attributes:
        formats: The formats of the source's lines, in order of trial.
        main: The format that reads most lines; `PLAIN_ROWS` if no format reads enough.
        payload_formats: The formats of envelope payloads, in order of trial.
        leading: The length of the shortest prefix of `formats` that holds all formats which read sample lines.
        payload_leading: The same of `payload_formats`.
        headed: Whether lines that no format reads continue the record above.
        margin: The number of blanks with which every line begins.
        known: All formats that could be chosen, in order of trial.
        titled: The tables whose columns are named in a title line of the source.
        scores: The share of the sample lines that each format reads, without formats that read none.
        heads: The sample lines: lines that may start a record.
        unread: The sample lines that no format reads.
        times: The times of the sample lines, as written.
    """

    formats: tuple[RowFormat, ...]
    main: RowFormat
    payload_formats: tuple[RowFormat, ...]
    leading: int
    payload_leading: int
    headed: bool
    margin: int
    known: tuple[RowFormat, ...]
    titled: tuple[Sequence[Table], ...]
    scores: dict[RowFormat, float]
    heads: list[str]
    unread: list[str]
    times: list[str]

    @property
    def cascade(self) -> RowCascade:
        """The formats as a reader of single lines."""
        return RowCascade(self.formats, self.main, self.payload_formats, headed=self.headed, margin=self.margin)

    @property
    def orders(self) -> Orders:
        """The order of year, month and day in numeric dates, learnt from `times`."""
        return learn_orders(self.times)


def detect_rows(
    texts: Sequence[str], forced: RowFormat | None = None, own: Sequence[RowFormat] = ()
) -> tuple[RowCascade, Orders]:
    """Detect the formats of a source.

    Args:
        texts: The first lines of the source; at most `SAMPLE_LINES` are used.
        forced: The format that the user named; it becomes the main one whatever it reads.
        own: The user's custom formats; they are tried first.

    Returns:
        The reader of the source's lines, and the order of year, month and day in numeric dates.
    """
    found = judge(texts, forced, own)
    return found.cascade, found.orders


def judge(
    texts: Sequence[str], forced: RowFormat | None = None, own: Sequence[RowFormat] = (), *, thorough: bool = False
) -> Judgement:
    """Detect the formats of a source, with all details.

    Args:
        texts: As in `detect_rows`.
        forced: As in `detect_rows`.
        own: As in `detect_rows`.
        thorough: Try all formats, so that every share is known, even after one has read all lines.

    Returns:
        The judgement; the same lines always give the same one.
    """
    sample = [text[:SAMPLE_TEXT] for text in texts[:SAMPLE_LINES]]
    filled = [text for text in sample if text]
    margin = margin_of(filled)
    heads = _heads(filled, margin)
    heads = [heads[place] for place in spread_out(len(heads))]
    titled = tuple(titled_tables(sample, forced.name if forced else None))
    known = (*own, *map(table_format, titled), *ROW_FORMATS)
    named = {each.name: each for each in (PLAIN_ROWS, *reversed(known))}
    forced = named.get(forced.name, forced) if forced else None
    candidates = (forced,) if forced is not None and forced in known and not thorough else known
    trial = _Trial(heads, candidates, thorough=thorough)
    main = forced or named[trial.main]
    order = [named[name] for name in in_turn(main.name, trial.admitted)]
    first = [forced] if forced is not None else []
    tried = () if forced is PLAIN_ROWS else dict.fromkeys([*first, *order, *usual(known)])
    formats = _with_trusted_main(main, tuple(tried), is_named=forced is not None)
    formats = (main,) if main.name == JOURNAL_EXPORT else formats
    payload_formats, payload_leading = _payload_order(trial.payloads(formats))
    headed = _continues_unread_lines(main, trial)
    cascade = RowCascade(formats, main, payload_formats, headed=headed, margin=margin)
    readings = [cascade.read(head)[0] for head in heads]
    return Judgement(
        formats=formats,
        main=main,
        payload_formats=payload_formats,
        leading=trial.leading(formats),
        payload_leading=payload_leading,
        headed=headed,
        margin=margin,
        known=known,
        titled=titled,
        scores={each: trial.shares[each.name] for each in trial.readings},
        heads=heads,
        unread=[head for head, reading in zip(heads, readings, strict=True) if reading is None],
        times=[reading.core["time_text"] for reading in readings if reading and "time_text" in reading.core],
    )


def _heads(texts: Sequence[str], margin: int) -> list[str]:
    """The lines that may start a record; a pretty-printed object and a journal entry count as one."""
    if texts and is_entry(texts[0]):
        return entries_of(texts)
    bare = [without_margin(text, margin) for text in texts]
    marked = [
        (text, looks_continued(line) or is_linked(line, last, last))
        for text, line, last in zip(texts, bare, ["", *bare], strict=False)
    ]
    if not any(text.strip() == "{" for text, _ in marked):
        return [text for text, continued in marked if not continued] or [text for text, _ in marked]
    heads: list[list[str]] = []
    for text, continued in marked:
        if continued and heads:
            heads[-1].append(text)
        else:
            heads.append([text])
    return ["\n".join(lines) for lines in heads]


def _continues_unread_lines(main: RowFormat, trial: _Trial) -> bool:
    """Whether lines that no format reads continue the record above.

    They do for a headed main format that leaves many sample lines unread only if most records it reads have a time.
    """
    if not main.headed or trial.shares.get(main.name, 1.0) > UNTIMED_SHARE:
        return main.headed
    readings = trial.readings.get(main, {}).values()
    return sum("time_text" not in reading.core for reading in readings) * 2 < len(readings)


class _Trial:
    """Tries every candidate format on every text.

    Args:
        texts: The texts.
        candidates: The formats, in order of trial.
        thorough: Go on after a format has read all texts.

    Attributes:
        readings: The readings by format and index of the text, without formats that read none.
        shares: The share of the texts that a format reads, by its name.
        admitted: The names of the formats that take part in reading.
        main: The name of the main format.
    """

    def __init__(self, texts: Sequence[str], candidates: Sequence[RowFormat], *, thorough: bool = False) -> None:
        self.readings: dict[RowFormat, dict[int, Reading]] = {}
        for candidate in candidates:
            found = _read(candidate, dict(enumerate(texts))) if candidate.may_read(texts) else {}
            if candidate.where_known and len(found) >= KNOWN_SHARE * len(texts):
                left = {place: text for place, text in enumerate(texts) if place not in found}
                found |= _read(candidate.where_known, left)
            if found:
                self.readings[candidate] = found
            if not thorough and len(found) == len(texts):
                break
        self.shares = {each.name: len(found) / len(texts) for each, found in self.readings.items()}
        self.admitted = admitted(self.shares)
        places = {each.name: found.keys() for each, found in self.readings.items()}
        self.main = main_format(self.admitted, self.shares, exclusive_shares(places, len(texts)))

    def leading(self, formats: Sequence[RowFormat]) -> int:
        """The length of the shortest prefix of `formats` that holds all admitted ones."""
        return max((place + 1 for place, each in enumerate(formats) if each.name in self.admitted), default=1)

    def payloads(self, formats: Iterable[RowFormat]) -> list[str]:
        """The payloads of the texts that are envelopes, each by the first of `formats` that reads it."""
        first: dict[int, Reading] = {}
        for each in formats:
            first = self.readings.get(each, {}) | first
        found = (reading.core.get("payload") for _, reading in sorted(first.items()))
        return [payload for payload in found if payload]


def _read(candidate: RowFormat, texts: Mapping[int, str]) -> dict[int, Reading]:
    return {place: reading for place, text in texts.items() if (reading := candidate.read(text))}


def _payload_order(payloads: Sequence[str]) -> tuple[tuple[RowFormat, ...], int]:
    """Order the formats of payloads for trial; with the length of the prefix that holds all admitted ones."""
    trial = _Trial(payloads, [each for each in ROW_FORMATS if each.name != GENERIC])
    order = [row_format_named(name) for name in in_turn(trial.main, trial.admitted) if name in trial.admitted]
    formats = _with_trusted_main(row_format_named(trial.main), tuple(dict.fromkeys([*order, *usual(ROW_FORMATS)])))
    return formats, trial.leading(formats)


def _with_trusted_main(
    main: RowFormat, formats: tuple[RowFormat, ...], *, is_named: bool = False
) -> tuple[RowFormat, ...]:
    """Replace or precede the main format by its `where_known` variant, which checks less.

    The checks tell the format from others during detection; once it is known, they only cost records.
    """
    if main.where_known is None:
        return formats
    return (main, main.where_known, *formats[1:]) if is_named else tuple(before_loose(formats, main.where_known))
