"""Which formats a source holds, told from its first lines by the share of them that each one reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.formats.judgement import (
    KNOWN_SHARE,
    SAMPLE_LINES,
    SAMPLE_TEXT,
    UNTIMED_SHARE,
    before_loose,
    main_format,
    ranked,
    spread_out,
    strict_first,
    usual,
)
from logtui.formats.moments import learn_orders
from logtui.formats.rows.cascade import RowCascade
from logtui.formats.rows.continuation import is_linked, looks_continued, margin_of, without_margin
from logtui.formats.rows.registry import PLAIN_ROWS, ROW_FORMATS, row_format_named
from logtui.formats.rows.tables import table_format
from logtui.formats.titled import titled_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.formats.moments import Orders
    from logtui.formats.rows.reading import RowFormat
    from logtui.formats.table import Table


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a source's first lines say.

    Attributes:
        formats: The readers of the source's lines, in their order.
        main: The one that reads most of it; `PLAIN_ROWS` if none does.
        payload_formats: The readers of the payloads of envelopes, in their order.
        headed: Whether lines that no format reads continue the record above.
        margin: Blanks before every line.
        known: All formats that could be chosen, in order of trial.
        titled: The tables whose columns the lines name.
        scores: The share of the lines that each format reads, of those that read any.
        heads: Lines that may start a record, those that were tried.
        unread: Those among them that no format reads.
        times: The times of the others, as they are written.
    """

    formats: tuple[RowFormat, ...]
    main: RowFormat
    payload_formats: tuple[RowFormat, ...]
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
        """The readers of single lines."""
        return RowCascade(self.formats, self.main, self.payload_formats, headed=self.headed, margin=self.margin)

    @property
    def orders(self) -> Orders:
        """Where year, month and day stand in dates of numbers."""
        return learn_orders(self.times)


def detect_rows(
    texts: Sequence[str], forced: RowFormat | None = None, own: Sequence[RowFormat] = ()
) -> tuple[RowCascade, Orders]:
    """Judge a source by its first lines.

    Args:
        texts: The first lines; those beyond `SAMPLE_LINES` are left out.
        forced: The format that the user named; it becomes the main one whatever it reads.
        own: The user's own formats; they are tried first.

    Returns:
        The readers of the source's lines, in their order, and where year, month and day stand in dates of numbers.
    """
    found = judge(texts, forced, own)
    return found.cascade, found.orders


def judge(
    texts: Sequence[str], forced: RowFormat | None = None, own: Sequence[RowFormat] = (), *, thorough: bool = False
) -> Judgement:
    """Judge a source by its first lines.

    Args:
        texts: As `detect_rows` takes them.
        forced: As `detect_rows` takes it.
        own: As `detect_rows` takes them.
        thorough: Try all formats, so that the second best are known, even where one reads everything.

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
    scores = _scores(heads, candidates, thorough=thorough)
    shares = {each.name: share for each, share in scores.items()}
    order = ranked(shares)
    main = forced or named[main_format(order, shares)]
    first = [forced] if forced is not None else []
    tried = () if forced is PLAIN_ROWS else dict.fromkeys([*first, *(named[name] for name in order), *usual(known)])
    formats = _trusting(main, tuple(tried), is_named=forced is not None)
    payload_formats = _payload_order(main, heads)
    headed = _is_headed(main, shares, heads)
    cascade = RowCascade(formats, main, payload_formats, headed=headed, margin=margin)
    readings = [cascade.read(head)[0] for head in heads]
    return Judgement(
        formats=formats,
        main=main,
        payload_formats=payload_formats,
        headed=headed,
        margin=margin,
        known=known,
        titled=titled,
        scores=scores,
        heads=heads,
        unread=[head for head, reading in zip(heads, readings, strict=True) if reading is None],
        times=[reading.core["time_text"] for reading in readings if reading and "time_text" in reading.core],
    )


def _heads(texts: Sequence[str], margin: int) -> list[str]:
    """The lines that may start a record; a pretty-printed object counts as one."""
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


def _is_headed(main: RowFormat, shares: Mapping[str, float], heads: Sequence[str]) -> bool:
    """Whether all that is no head continues a record: heads without a time have to be common for that."""
    if not main.headed or shares.get(main.name, 1.0) > UNTIMED_SHARE:
        return main.headed
    readings = [reading for reading in map(main.read, heads) if reading is not None]
    return sum("time_text" not in reading.core for reading in readings) * 2 < len(readings)


def _scores(
    heads: Sequence[str], candidates: Sequence[RowFormat] = ROW_FORMATS, *, thorough: bool = False
) -> dict[RowFormat, float]:
    """The share that each format reads; unless thorough, the first one that reads all ends the trial."""
    scores: dict[RowFormat, float] = {}
    for candidate in candidates:
        if not heads or (not thorough and 1.0 in scores.values()):
            break
        share = sum(candidate.read(text) is not None for text in heads) / len(heads)
        if candidate.where_known and share >= KNOWN_SHARE:
            share = sum(_reads(candidate, text) for text in heads) / len(heads)
        if share > 0:
            scores[candidate] = share
    return scores


def _reads(known: RowFormat, text: str) -> bool:
    return any(each is not None and each.read(text) is not None for each in (known, known.where_known))


def _payload_order(main: RowFormat, heads: Sequence[str]) -> tuple[RowFormat, ...]:
    """The formats of the payloads, the commonest first, if the main format is an envelope."""
    readings = [main.read(text) for text in heads] if main is not PLAIN_ROWS else []
    payloads = [reading.core["payload"] for reading in readings if reading and reading.core.get("payload")]
    order = strict_first({each.name: share for each, share in _scores(payloads).items()})
    formats = tuple(dict.fromkeys([*map(row_format_named, order), *usual(ROW_FORMATS)]))
    return _trusting(formats[0], formats) if order else formats


def _trusting(main: RowFormat, formats: tuple[RowFormat, ...], *, is_named: bool = False) -> tuple[RowFormat, ...]:
    """The formats, the source's own without the suspicion that tells it from others."""
    if main.where_known is None:
        return formats
    return (main, main.where_known, *formats[1:]) if is_named else tuple(before_loose(formats, main.where_known))
