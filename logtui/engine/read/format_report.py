"""Reports on files: format, scores, lines that did not parse, and which bytes are part of no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from logtui.engine.read.batch import final_frames
from logtui.engine.read.reader import Reader
from logtui.formats.coverage import Gaps, gaps_of, never_read, together
from logtui.formats.coverage_columns import coverage_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from logtui.engine.read.options import ReadOptions
    from logtui.engine.read.source_reader import SourceReader
    from logtui.formats.coverage import Covered
    from logtui.sources import Problem


class FileReport(msgspec.Struct, frozen=True):
    """The format report of one file.

    Attributes:
        file: The path as given.
        format: The main format; None if the file was not read.
        scores: Format -> share of the sampled records that it reads, the main one first.
        sampled: Records from which the format was detected.
        records: Records in the file.
        plain_records: Records that no format read.
        file_bytes: Bytes of the file, decompressed; `record_bytes` plus `skipped_bytes`.
        record_bytes: Bytes of all records, line ends included.
        skipped_bytes: Bytes that are part of no record.
        skipped_by_reason: The same by reason.
        invalid_lines: Lines with bytes that are not valid in the file's encoding.
        assumptions: What was assumed because the file does not state it, such as a zone.
        unread: Up to three lines of the sample that no format read.
        gaps: The records that were read incompletely, with examples.
        never: `time` and `level` if no record of the main format has one.
        reason: `missing`, `unreadable`, `binary`, `empty` or `damaged`; None if there is no problem.
        problem: One line about the problem.
    """

    file: str
    format: str | None = None
    scores: dict[str, float] = {}
    sampled: int = 0
    records: int = 0
    plain_records: int = 0
    file_bytes: int = 0
    record_bytes: int = 0
    skipped_bytes: int = 0
    skipped_by_reason: dict[str, int] = {}
    invalid_lines: int = 0
    assumptions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    gaps: Gaps = Gaps()
    never: tuple[str, ...] = ()
    reason: str | None = None
    problem: str | None = None

    def to_json(self) -> bytes:
        """The report as one line of JSON."""
        return msgspec.json.encode(self) + b"\n"


def inspect(inputs: Sequence[str], options: ReadOptions) -> Iterator[FileReport]:
    """Read each file to its end and report on it.

    Args:
        inputs: Paths, folders, globs or `-`.
        options: How to read them; `explain` gives the scores of all formats.

    Yields:
        One report per file, in the order given.
    """
    reader = Reader(inputs, options)
    try:
        for problem in reader.problems:
            yield _of_problem(problem)
        for source in reader.sources:
            yield _of_source(source)
    finally:
        reader.close()


def _of_problem(problem: Problem) -> FileReport:
    skipped = {problem.reason: problem.size} if problem.size else {}
    return FileReport(
        file=problem.name,
        file_bytes=problem.size,
        skipped_bytes=problem.size,
        skipped_by_reason=skipped,
        reason=problem.reason,
        problem=problem.text,
    )


def _of_source(reader: SourceReader) -> FileReport:
    record_bytes = 0
    coverage: dict[str, Covered] = {}
    for frame in final_frames(reader.batches()):
        record_bytes += int(frame["bytes"].sum())
        coverage = together([coverage, *coverage_of(frame).values()])
    skipped: Counter[str] = reader.skipped
    detection = reader.detection
    main = detection.main if detection else "plain"
    return FileReport(
        file=reader.source.name,
        format=main,
        scores={score.name: round(score.share, 4) for score in detection.scores} if detection else {},
        sampled=detection.sampled if detection else 0,
        records=reader.format_records.total(),
        plain_records=reader.format_records["plain"],
        file_bytes=reader.decoded_bytes,
        record_bytes=record_bytes,
        skipped_bytes=skipped.total(),
        skipped_by_reason=dict(skipped),
        invalid_lines=reader.invalid_lines,
        assumptions=reader.assumptions,
        unread=detection.unread if detection else (),
        gaps=gaps_of(coverage, main),
        never=never_read(coverage, main),
        reason="damaged" if reader.problem else None,
        problem=reader.problem,
    )
