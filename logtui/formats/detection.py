"""Which formats a source holds, told from its first lines, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.base import promising
from logtui.formats.cascade import Cascade
from logtui.formats.continuation import heads_of, margin_of, without_margin
from logtui.formats.judgement import (
    SAMPLE_LINES,
    SAMPLE_TEXT,
    UNTIMED_SHARE,
    main_format,
    ranked,
    spread_out,
    strict_first,
    usual,
)
from logtui.formats.moments import learn_orders
from logtui.formats.registry import FORMATS, PLAIN, format_named
from logtui.formats.table_format import TableFormat
from logtui.formats.timestamps import parse_timestamps
from logtui.formats.titled import titled_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.formats.base import Format
    from logtui.formats.moments import Orders

_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a sample a format reads.

    Attributes:
        name: The format's name.
        share: Lines read, as a part of the lines that may start a record; 0 to 1.
    """

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Detection:
    """What a source's first lines say about its format.

    Attributes:
        main: Name of the format that reads most of it; `plain` if none does.
        scores: All formats that read something, the main one first.
        cascade: The readers in their order.
        unread: Up to three lines of the sample that no format read.
        sampled: Lines that may start a record in the sample.
        orders: Where year, month and day stand in dates of numbers.
        assumptions: What the lines do not state about their times, and what is assumed.
    """

    main: str
    scores: tuple[Score, ...]
    cascade: Cascade
    unread: tuple[str, ...]
    sampled: int
    orders: Orders
    assumptions: tuple[str, ...]


def detect(
    texts: pl.Series, forced: Format | None = None, own: Sequence[Format] = (), *, thorough: bool = False
) -> Detection:
    """Judge a source by its first lines.

    Args:
        texts: The first lines; those beyond `SAMPLE_LINES` are left out.
        forced: The format that the user named; it becomes the main one whatever it reads.
        own: The user's own formats; they are tried first.
        thorough: Try all formats, so that the second best are known, even where one reads everything.

    Returns:
        The detection; the same lines always give the same one.
    """
    sample = texts.head(SAMPLE_LINES).str.slice(0, SAMPLE_TEXT)
    filled = sample.filter(sample != "")
    margin = margin_of(filled)
    heads = _heads(filled, margin)
    heads = heads.gather(spread_out(len(heads)))
    titled = [TableFormat(tables) for tables in titled_tables(sample.to_list(), forced.name if forced else None)]
    known = (*own, *titled, *FORMATS)
    named = {each.name: each for each in (PLAIN, *reversed(known))}
    forced = named.get(forced.name, forced) if forced else None
    candidates = (forced,) if forced in known and not thorough else known
    scores = _scores(heads, candidates, thorough=thorough)
    shares = {candidate.name: share for candidate, share in scores.items()}
    ranks = ranked(shares)
    order = [named[name] for name in ranks]
    main = forced or named[main_format(ranks, shares)]
    formats = () if forced is PLAIN else tuple(dict.fromkeys([*([forced] if forced else []), *order, *usual(known)]))
    cascade = Cascade(formats, main, _payload_order(main, heads), _is_headed(main, shares, heads), margin)
    reading = cascade.read(heads)
    times = reading["time_text"].drop_nulls() if "time_text" in reading.columns else pl.Series(dtype=pl.String)
    orders = learn_orders(times)
    unread = heads.filter(~reading["read"])
    return Detection(
        main=main.name,
        scores=tuple(
            Score(candidate.name, scores[candidate]) for candidate in sorted(scores, key=lambda c: c is not main)
        ),
        cascade=cascade,
        unread=tuple(unread.str.slice(0, 200).unique(maintain_order=True).head(_EXAMPLES).to_list()),
        sampled=len(heads),
        orders=orders,
        assumptions=_assumptions(times, orders),
    )


def _heads(texts: pl.Series, margin: int) -> pl.Series:
    """The lines that may start a record; a pretty-printed object counts as one."""
    starts = heads_of(without_margin(texts, margin))
    if not (texts.str.strip_chars() == "{").any():
        return texts.filter(starts) if starts.any() else texts
    lines = pl.DataFrame({"text": texts, "record": starts.cum_sum()})
    return lines.group_by("record", maintain_order=True).agg(pl.col("text").str.join("\n"))["text"]


def _is_headed(main: Format, shares: Mapping[str, float], heads: pl.Series) -> bool:
    """Whether all that is no head continues a record: heads without a time have to be common for that."""
    if not main.headed or shares.get(main.name, 1.0) > UNTIMED_SHARE:
        return main.headed
    reading = main.read(heads).filter("read")
    return "time_text" in reading.columns and reading["time_text"].null_count() * 2 < len(reading)


def _scores(heads: pl.Series, candidates: Sequence[Format] = FORMATS, *, thorough: bool = False) -> dict[Format, float]:
    """The share that each format reads; unless thorough, the first strict one that reads all ends the trial."""
    scores: dict[Format, float] = {}
    for candidate in promising(candidates, heads) if len(heads) else ():
        if not thorough and 1.0 in scores.values():
            break
        share = float(candidate.read(heads)["read"].mean() or 0.0)  # type: ignore[arg-type]
        if share > 0:
            scores[candidate] = share
    return scores


def _payload_order(main: Format, heads: pl.Series) -> tuple[Format, ...]:
    """The formats of the payloads, the commonest first, if the main format is an envelope."""
    reading = main.read(heads) if main is not PLAIN and len(heads) else pl.DataFrame()
    if "payload" not in reading.columns:
        return tuple(usual(FORMATS))
    payloads = reading["payload"].drop_nulls()
    scores = _scores(payloads.filter(payloads != ""))
    strict = strict_first({candidate.name: share for candidate, share in scores.items()})
    return tuple(dict.fromkeys([*map(format_named, strict), *usual(FORMATS)]))


_DATE_PARTS: Final = {"y": "year", "m": "month", "d": "day"}


def _assumptions(texts: pl.Series, orders: Orders) -> tuple[str, ...]:
    times = parse_timestamps(texts, orders)
    found = {
        "times state no zone: --source-tz, or UTC": (~times["zoned"]).any(),
        "times state no year: --year, or the file's date; a step back by half a year begins the next": (
            times["yearless"].any()
        ),
        "times state no date: the file's; a step back by half a day begins the next": times["dateless"].any(),
    }
    dates = (" ".join(_DATE_PARTS[letter] for letter in order[0]) for order in orders.values())
    return (*(text for text, holds in found.items() if holds), *(f"numbers of a date: {date}" for date in dates))
