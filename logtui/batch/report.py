"""Writes findings as `summary.json` and `anomalies.json`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.analysis import anomalies
from logtui.batch.sums import Sum, total
from logtui.errors import ExportError
from logtui.export.files import write_text
from logtui.formats.coverage import Gaps, gaps_of
from logtui.model.masks import MASK, SHOWN_MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.analysis import Anomaly, Place
    from logtui.batch.findings import Findings
    from logtui.batch.ledger import Entry
    from logtui.batch.tally import Tally

_TOP: Final = 10
"""Services and users that the summary lists."""

_PEAKS: Final = 5
_PEAK_SHARE: Final = 0.9
"""A peak hour has at least this share of the records of the busiest hour."""

_LINE_BYTES: Final = 2_000
_MOST_FILES: Final = 10_000


REPORTS: Final = ("summary.json", "anomalies.json")
"""The file names of the reports."""


def reports_folder(path: Path) -> Path:
    """Make the folder for reports, if it does not exist.

    Raises:
        ExportError: If it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{path}: expected a folder for the reports: {error.strerror}") from error
    return path


def write_reports(
    entries: Iterable[Entry], output: Path, *, seconds: float, problems: Sequence[str] = ()
) -> dict[str, Any]:
    """Write both files; each appears complete or not at all.

    Args:
        entries: The ledger's entries of all files.
        output: The folder; made if it does not exist.
        seconds: How long the work has taken so far.
        problems: Why files could not be read, one line each.

    Returns:
        The summary.

    Raises:
        ExportError: If they cannot be written.
    """
    reports_folder(output)
    files: list[dict[str, Any]] = []
    whole = total(_each(entries, files))
    content = summary(files, whole.tally, seconds=seconds, problems=problems)
    listed = [_listed(anomaly) for anomaly in anomalies(whole.profile)]
    for name, report in zip(REPORTS, (content, listed), strict=True):
        write_text(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n", output / name)
    return content | {"anomalies": len(listed)}


def summary(
    files: Sequence[dict[str, Any]], tally: Tally, *, seconds: float, problems: Sequence[str] = ()
) -> dict[str, Any]:
    """Build the content of `summary.json`.

    Args:
        files: The item for each file.
        tally: The counts of all files together.
        seconds: How long the work took.
        problems: Why files could not be read, one line each.

    Returns:
        Values that JSON can hold.
    """
    services, users = tally.counts("service", _TOP), tally.counts("user", _TOP)
    hours = {_hour(name): count for name, count in sorted(tally.counts("hour").items())}
    return {
        "log_levels": tally.counts("level"),
        "top_services": list(services),
        "top_users": list(users),
        "peak_hours": _peaks(hours),
        "top_service_counts": services,
        "top_user_counts": users,
        "hour_counts": hours,
        "records": tally.records,
        "malformed_lines": tally.malformed,
        "records_without_time": tally.undated,
        "gaps": _gap_counts(files),
        "bytes": tally.size,
        "file_count": len(files),
        "files": list(files[:_MOST_FILES]),
        "problems": [*problems, *(file["problem"] for file in files if file["problem"])],
        "elapsed_seconds": round(seconds, 3),
        "peak_memory_mb": round(peak_memory() / 1e6, 1),
    }


def peak_memory() -> int:
    """The peak resident memory of this process, bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1_024


def _each(entries: Iterable[Entry], files: list[dict[str, Any]]) -> Iterator[Findings]:
    """Yield the findings of each file, and append the file's item for the summary to `files`."""
    for entry in entries:
        findings = Sum(entry.sure, entry.rest).findings()
        files.append(_file(entry, findings))
        yield findings


def _file(entry: Entry, findings: Findings) -> dict[str, Any]:
    return {
        "path": entry.path,
        "bytes": entry.fingerprint.read,
        "records": findings.tally.records,
        "malformed_lines": findings.tally.malformed,
        "format": entry.format,
        "gaps": gaps_of(findings.coverage),
        "problem": entry.problem,
    }


def _gap_counts(files: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Count, over all files, the records with each kind of gap; the examples are in the items of the files."""
    whole: Gaps = sum((file["gaps"] for file in files), Gaps())
    return {name: gap.count for name, gap in msgspec.structs.asdict(whole).items()}


def _peaks(hours: dict[str, int]) -> list[str]:
    """The hours with nearly as many records as the busiest one, in the order of the day."""
    busiest = sorted(hours, key=lambda hour: (-hours[hour], hour))[:_PEAKS]
    return sorted(hour for hour in busiest if hours[hour] >= _PEAK_SHARE * hours[busiest[0]])


def _hour(name: str) -> str:
    return f"{name}:00-{(int(name) + 1) % 24:02}:00"


def _listed(anomaly: Anomaly) -> dict[str, Any]:
    pattern = {} if anomaly.pattern is None else {"pattern": anomaly.pattern[0].replace(MASK, SHOWN_MASK)}
    return {
        "kind": anomaly.kind.value,
        "severity": anomaly.severity,
        "title": anomaly.title.replace(MASK, SHOWN_MASK),
        "explanation": anomaly.explanation,
        "start": anomaly.start,
        "end": anomaly.end,
        "where": {**anomaly.concerns, **pattern},
        "numbers": dict(anomaly.numbers),
        "places": [{"source": place.source, "line": place.line} for place in anomaly.places],
        "samples": [line for place in anomaly.places if (line := _line_at(place)) is not None],
    }


def _line_at(place: Place) -> str | None:
    """Read the first line of a record; None if the file is gone or compressed."""
    try:
        with Path(place.source).open("rb") as file:
            file.seek(place.offset)
            line = file.read(_LINE_BYTES).split(b"\n", 1)[0].rstrip(b"\r")
    except OSError:
        return None
    return line.decode("utf-8", "replace") if line and b"\x00" not in line else None
