"""An archive: a folder of Parquet files, each of a day's records, with a manifest.

    DIR/manifest.json             which files there are, and what is in them; the last thing that is written
    DIR/DAY-SEGMENT.parquet       records of a day, all their columns as any reader of Parquet shows them

A file that the manifest does not name does not exist, and is written again by whoever archives its segment again.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import polars as pl

from logtui.errors import DamagedArchiveError, StoreError
from logtui.model.record import CORE_SCHEMA, field_columns
from logtui.store.days import by_day, day_of
from logtui.store.disk import whole_file
from logtui.store.store import CATALOGUE, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from logtui.store.segment import Segment

MANIFEST: Final = "manifest.json"
_VERSION: Final = 1
_ZSTD_LEVEL: Final = 6
_RESTORED: Final = "restored/"
_IDENTITY: Final = ["seq", "ingest_time"]


class ArchivedFile(msgspec.Struct, frozen=True):
    """What the manifest says of a file.

    Attributes:
        file: Its name.
        segment: The name of the file of the segment that its records were in.
        first_day: The day of its first record, as `2025-07-22`.
        last_day: That of its last one; another day only where many days have few records each.
        rows: Records.
        size: Bytes of the file.
        first_seq: Smallest `seq`, 0 if there is none.
        last_seq: Largest `seq`, 0 if there is none.
        arrived: When the last of the segment's records arrived; epoch nanoseconds.
        crc32: The CRC-32 of the file; None in archives of versions before it was noted.
    """

    file: str
    segment: str
    first_day: str
    last_day: str
    rows: int
    size: int
    first_seq: int
    last_seq: int
    arrived: int
    crc32: int | None = None


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds.

    Attributes:
        version: Of this description.
        files: Its files, in the order of their days and first `seq`.
    """

    version: int = _VERSION
    files: tuple[ArchivedFile, ...] = ()

    @property
    def segments(self) -> frozenset[str]:
        """The names of the files of all segments that are archived."""
        return frozenset(each.segment for each in self.files)

    def between(self, since: datetime | None, until: datetime | None) -> tuple[ArchivedFile, ...]:
        """The files of the days, UTC, from that of `since` to that of the last moment before `until`."""
        first = "" if since is None else _day(since)
        last = "9999" if until is None else _day(until - timedelta.resolution)
        return tuple(file for file in self.files if first <= file.last_day and file.first_day <= last)


def is_archive(folder: Path) -> bool:
    """Whether a folder is an archive."""
    return (folder / MANIFEST).is_file()


def manifest_of(folder: Path) -> Manifest:
    """What an archive holds.

    Args:
        folder: Its folder.

    Raises:
        StoreError: If it has no manifest, or one that a newer logtui has written.
    """
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise StoreError(f"{folder}: no archive: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise StoreError(f"{path}: no manifest of an archive: {error}") from error
    if manifest.version > _VERSION:
        raise StoreError(f"{path}: written by a newer logtui (version {manifest.version}, this one reads {_VERSION})")
    return manifest


def archive_segments(
    folder: Path, segments: Sequence[Segment], arrivals: Mapping[int, int], store: Store | None = None
) -> int:
    """Add the records of segments to an archive; those of segments that it holds already are left alone.

    Args:
        folder: Its folder; made if it is missing.
        segments: Segments whose files are there.
        arrivals: When the last record of each arrived, in epoch nanoseconds, by the numbers of the segments.
        store: Their store; records that have been restored into it from the archive are not added again. None if it
            has never got any.

    Returns:
        The records that have been added; they are on the disk.

    Raises:
        StoreError: If the disk refuses; the manifest is as it was then.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        manifest = manifest_of(folder) if is_archive(folder) else Manifest()
        new = [segment for segment in segments if segment.path.name not in manifest.segments]
        restored = [file for file in manifest.files if store and store.state(_RESTORED + file.file) is not None]
        files = [file for segment in new for file in _archived(folder, segment, arrivals[segment.number], restored)]
        everything = sorted((*manifest.files, *files), key=lambda each: (each.first_day, each.first_seq, each.file))
        with whole_file(folder / MANIFEST) as target:
            target.write(msgspec.json.format(msgspec.json.encode(Manifest(files=tuple(everything)))))
    except (OSError, pl.exceptions.ComputeError) as error:  # Polars' own name for a file that failed
        raise StoreError(f"{folder}: cannot archive: {error}") from error
    return sum(file.rows for file in files)


def damaged_files(folder: Path) -> tuple[str, ...]:
    """The names of the files of an archive that are not there, or have another size than the manifest says.

    Args:
        folder: The archive's folder.

    Raises:
        StoreError: If it is no archive.
    """
    return tuple(file.file for file in manifest_of(folder).files if _size(folder / file.file) != file.size)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def missing_files(
    folder: Path, store: Store, since: datetime | None = None, until: datetime | None = None
) -> tuple[ArchivedFile, ...]:
    """The files of an archive that have not been restored into a store.

    Args:
        folder: The archive's folder.
        store: The store.
        since: Leaves out the files of earlier days, UTC; None leaves out none.
        until: Leaves out the files of the days from this moment on, UTC; None leaves out none.

    Raises:
        StoreError: If it is no archive.
    """
    files = manifest_of(folder).between(since, until)
    return tuple(file for file in files if store.state(_RESTORED + file.file) is None)


def restore_file(folder: Path, store: Store, file: ArchivedFile, state: Mapping[str, bytes] | None = None) -> None:
    """Put the records of a file into a store, where they arrive now, so that they are not too old for it at once.

    Args:
        folder: The archive's folder.
        store: A store that this process writes.
        file: A file that is missing in it.
        state: What is noted together with it.

    Raises:
        DamagedArchiveError: If the file is missing or damaged.
        StoreError: If the disk refuses.
    """
    store.seal(_records(folder, file), {**(state or {}), _RESTORED + file.file: b"1"})


class ArchiveCopy(NamedTuple):
    """A store that holds what an archive holds.

    Attributes:
        store: The store, which can be read.
        damage: A line for each file whose records it lacks.
    """

    store: Store
    damage: tuple[str, ...]


def opened_archive(folder: Path, copy: Path) -> ArchiveCopy:
    """A store that holds what an archive holds, for searching; damaged files hold up no others.

    Args:
        folder: The archive's folder.
        copy: A folder for the store; what is missing there is added from the archive.

    Returns:
        The store and what it lacks.

    Raises:
        StoreError: If the archive has no manifest that can be read, or the disk refuses.
        StoreBusyError: If another process is filling it.
    """
    damage: list[str] = []
    if not _is_copied(folder, copy):
        with Store(copy, writable=True, by_day=True) as store:
            store.note({"file": msgspec.msgpack.encode({"path": str(folder.absolute())})})  # names it among the indexes
            damage += _restored_but(folder, store)
            waiting = store.not_outlined()
            for segment in store.segments():
                if segment.number in waiting:
                    store.outline(segment)
    return ArchiveCopy(Store(copy, by_day=True), tuple(damage))


def _restored_but(folder: Path, store: Store) -> Iterator[str]:
    """Restore what is missing in a store; yields a line for each file that is damaged."""
    for file in missing_files(folder, store):
        try:
            restore_file(folder, store, file)
        except DamagedArchiveError as error:
            yield f"{error}; records left out: {file.rows:,}"


def _is_copied(folder: Path, copy: Path) -> bool:
    if not (copy / CATALOGUE).is_file():
        return False
    with Store(copy, by_day=True) as store:
        return not missing_files(folder, store) and not store.not_outlined()


def _archived(folder: Path, segment: Segment, arrived: int, restored: Sequence[ArchivedFile]) -> list[ArchivedFile]:
    records = segment.lazy().select(segment.columns).collect()
    for file in restored:
        records = _without(records, folder, file)
    return [_written(folder, segment.path.name, part, arrived) for part in by_day(records)] if len(records) else []


def _without(records: pl.DataFrame, folder: Path, file: ArchivedFile) -> pl.DataFrame:
    """The records that are not in a file; another server may have given the same `seq`, at another moment."""
    if not records["seq"].is_between(file.first_seq, file.last_seq).any():
        return records
    known = pl.read_parquet(_sound(folder / file.file, file), columns=_IDENTITY)
    return records.join(known, on=_IDENTITY, how="anti", maintain_order="left")


def _written(folder: Path, segment: str, records: pl.DataFrame, arrived: int) -> ArchivedFile:
    days, seq = records.select(day_of()).to_series(), records["seq"].fill_null(0)
    first, last = (_EPOCH + timedelta(days=int(day)) for day in days.bottom_k(1).to_list() + days.top_k(1).to_list())
    path, content = folder / f"{_day(first)}-{segment}", BytesIO()
    records.write_parquet(content, compression="zstd", compression_level=_ZSTD_LEVEL)
    with whole_file(path) as target:
        target.write(content.getbuffer())
    return ArchivedFile(
        file=path.name,
        segment=segment,
        first_day=_day(first),
        last_day=_day(last),
        rows=records.height,
        size=len(content.getbuffer()),
        first_seq=int(seq.bottom_k(1).item()),
        last_seq=int(seq.top_k(1).item()),
        arrived=arrived,
        crc32=zlib.crc32(content.getbuffer()),
    )


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def _sound(path: Path, file: ArchivedFile) -> bytes:
    """The bytes of a file; a damaged one may end the whole process if Polars reads it."""
    content = path.read_bytes()
    if file.crc32 is not None and zlib.crc32(content) != file.crc32:
        raise DamagedArchiveError(f"{path}: cannot read the archived records: the checksum is not that of the manifest")
    return content


def _records(folder: Path, file: ArchivedFile) -> pl.DataFrame:
    path = folder / file.file
    try:
        records = pl.read_parquet(_sound(path, file))
        columns = [pl.col(name).cast(kind) for name, kind in CORE_SCHEMA.items()]
        typed = records.select(*columns, *field_columns(records))
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).partition("\n")[0]
        raise DamagedArchiveError(f"{path}: cannot read the archived records: {reason}") from error
    if typed.height != file.rows:
        raise DamagedArchiveError(f"{path}: has {typed.height} records, where the manifest says {file.rows}")
    return typed
