"""Makes datasets of inputs, sources, stores and runs; only this package knows the classes behind `Dataset`.

Each function imports what it makes: a query over small files needs neither indexes nor stores, which cost 30 ms.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from logtui.engine.index import INDEXED_BYTES
from logtui.engine.read.opening import open_inputs
from logtui.engine.search.files import ReadFiles
from logtui.errors import StoreError
from logtui.sources import FileSource, Resolved, resolve
from logtui.sources.stream import StreamSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.read.opening import Opened
    from logtui.engine.read.options import ReadOptions
    from logtui.engine.search.clickhouse.new_records import ClickHouseNews
    from logtui.engine.search.dataset import Dataset, Searched
    from logtui.engine.search.part import PlacedPart
    from logtui.sources import Source
    from logtui.store import Cache, Store
    from logtui.store.clickhouse.connection import Connection

_NO_LEASE: Final = "read without a lease, which cannot be made there: a search fails if a server removes what it reads"


def dataset_of_inputs(
    inputs: Sequence[str],
    options: ReadOptions,
    cache: Cache | None = None,
    *,
    builds_indexes: bool = False,
    api_key: str = "",
) -> tuple[Dataset, list[str]]:
    """Make the dataset of files, folders, globs, streams, servers, their data folders and archives.

    Args:
        inputs: Paths, folders, globs, `-` for standard input, or the addresses of servers and of stores in ClickHouse;
            a data folder is read as the store that it holds, an archive through a copy.
        options: How files are read.
        cache: The folder of indexes and of copies of archives; None reads without indexes and keeps no copies.
        builds_indexes: Whether to index large files first, if their index is missing or incomplete.
        api_key: The key for servers; empty for none.

    Returns:
        The dataset, and a line for each file that is read without its index and each store that lacks records.

    Raises:
        StoreError: If a store cannot be opened, or an archive not be copied.
        RemoteError: If an address is none, or httpx is not installed.
        LogtuiError: If the library for a store in ClickHouse is not installed, or its address is none.
    """
    servers = [dataset_of_address(text, api_key) for text in inputs if is_address(text)]
    inputs = [text for text in inputs if not is_address(text)]
    stores = {text: found for text in inputs if (found := _store_in(text, cache))}
    if not (stores or servers):
        return _dataset_of_files(inputs, options, cache, builds_indexes=builds_indexes)
    kept = [*servers, *(dataset_of_store(store, damage) for store, damage in stores.values())]
    rest = [text for text in inputs if text not in stores]
    files, notices = (
        _dataset_of_files(rest, options, cache, builds_indexes=builds_indexes) if rest else (None, list[str]())
    )
    datasets = [*kept, files] if files else kept
    return _united(datasets), [*_said([store for store, _ in stores.values()]), *notices]


def _said(stores: Sequence[Store]) -> list[str]:
    """What is said of stores before they are asked."""
    return [*_waiting(stores), *(f"{store.path}: {_NO_LEASE}" for store in stores if not store.can_lease)]


def _waiting(stores: Iterable[Store]) -> list[str]:
    """A line for each store whose server has records that are not stored yet."""
    folders = [folder for store in stores if (folder := data_folder_of(store.path))]
    return [
        f"{folder.path}: records that wait in the journal for a server to store them: {waiting:,}"
        for folder in folders
        if (waiting := folder.waiting)
    ]


def _dataset_of_files(
    inputs: Sequence[str], options: ReadOptions, cache: Cache | None, *, builds_indexes: bool
) -> tuple[Searched, list[str]]:
    found, notices = resolve(inputs, force=options.force), list[str]()
    indexed: dict[str, Searched] = {}
    for source in found.sources if cache else ():
        dataset = _indexed(source, options, cache, notices, builds=builds_indexes)
        if dataset is not None:
            indexed[source.name] = dataset
    others = Resolved(tuple(source for source in found.sources if source.name not in indexed), found.problems)
    read = _read(others, options, lambda: resolve(inputs, force=options.force))
    datasets = [*indexed.values(), read] if others.sources or others.problems else [*indexed.values()]
    return _united(datasets, [source.name for source in found.sources]), notices


def _united(datasets: Sequence[Searched], sources: Sequence[str] = ()) -> Searched:
    if len(datasets) == 1:
        return datasets[0]
    from logtui.engine.search.union import Union

    return Union(datasets, sources)


def is_address(text: str) -> bool:
    """Whether an input is the address of a server, or of a store in ClickHouse."""
    return text.startswith(("http://", "https://")) or _is_clickhouse(text)


def _is_clickhouse(text: str) -> bool:
    return text.startswith(("clickhouse://", "clickhouses://", "chdb://"))


def dataset_of_address(text: str, api_key: str = "") -> Searched:
    """Make the dataset of a server, or of a store in ClickHouse.

    Args:
        text: `http://host:port`, `clickhouse://user:password@host:8123/database` or `chdb:///folder`.
        api_key: The key for servers; empty for none.

    Raises:
        RemoteError: If it is no address, or httpx is not installed.
        StoreError: If a store cannot be opened, or has no records of this program.
        LogtuiError: If the library for a store in ClickHouse is not installed, or its address is none.
    """
    return dataset_of_clickhouse(text) if _is_clickhouse(text) else dataset_of_server(text, api_key)


def dataset_of_clickhouse(text: str) -> Searched:
    """Make the dataset of a store in ClickHouse, whose tables must be of this version; nothing is written.

    Args:
        text: `clickhouse://user:password@host:8123/database` or `chdb:///folder`.

    Raises:
        StoreError: If it cannot be opened, or its tables are of another version.
        LogtuiError: If the library for it is not installed, or the address is none.
    """
    from logtui.store.clickhouse.address import FolderAddress, connected, parsed

    address = parsed(text)
    if isinstance(address, FolderAddress) and not address.path.is_dir():
        raise StoreError(f"{address}: no such folder")
    return dataset_of_connection(connected(address))


def dataset_of_connection(connection: Connection) -> Searched:
    """Make the dataset of a database of ClickHouse, whose tables must be of this version; nothing is written.

    Args:
        connection: The database.

    Raises:
        StoreError: If it cannot be reached, or its tables are of another version.
    """
    from logtui.engine.search.clickhouse.dataset import ClickHouseDataset
    from logtui.store.clickhouse.schema import VERSION, version_of

    if (version := version_of(connection)) < VERSION:
        raise StoreError(f"{connection.name}: its tables have version {version}, this logtui reads {VERSION}")
    return ClickHouseDataset(connection)


def news_of_connection(connection: Connection) -> ClickHouseNews:
    """Make what finds the new records of a database of ClickHouse, which has been migrated."""
    from logtui.engine.search.clickhouse.new_records import ClickHouseNews

    return ClickHouseNews(connection)


def dataset_of_server(address: str, api_key: str = "") -> Searched:
    """Make the dataset of the records of a server.

    Args:
        address: Where the server is, `http://host:port`.
        api_key: The key to send; empty for none.

    Raises:
        RemoteError: If it is no address, or httpx is not installed.
    """
    from logtui.engine.search.remote.connection import Connection
    from logtui.engine.search.remote.dataset import RemoteDataset

    return RemoteDataset(Connection(address, api_key))


def store_folder(text: str) -> Path | None:
    """The folder of the store that an input is or holds; None if it is something else."""
    from logtui.store.store import CATALOGUE

    path = Path(text)
    return next((each for each in (path / "store", path) if _seen((each / CATALOGUE).is_file)), None)


def _seen(question: Callable[[], bool]) -> bool:
    """The answer to a question about a path; false if its folder may not be looked into."""
    try:
        return question()
    except PermissionError:
        return False


def _store_in(text: str, cache: Cache | None) -> tuple[Store, tuple[str, ...]] | None:
    """The store that an input is, holds or archives, and a line for each damaged file; None if it is something else."""
    folder = Path(text)
    if not _seen(folder.is_dir):
        return None
    from logtui.store import Store

    if path := store_folder(text):
        return Store(path), ()
    # A folder of logs may have a file that is named like a manifest.
    if _seen((folder / "manifest.json").is_file) and any(folder.glob("????-??-??-*.parquet")):
        from logtui.engine.index.archive_copy import archive_copy

        return archive_copy(folder, cache)
    return None


def data_folder_of(store: Path) -> DataFolder | None:
    """The data folder of a server that holds a store; None if the store is elsewhere."""
    from logtui.engine.ingest.data_folder import DataFolder

    folder = DataFolder(store.absolute().parent)
    return folder if folder.store == store.absolute() and folder.journal.is_dir() else None


def dataset_of_sources(sources: Callable[[], Iterable[Source]], options: ReadOptions) -> Dataset:
    """Make a dataset of sources, which a function makes again for each reading."""
    return ReadFiles(lambda: open_inputs(Resolved(tuple(sources()), ()), options))


def dataset_of_store(store: Store, damage: tuple[str, ...] = ()) -> Searched:
    """Make the dataset of a store, which includes segments that are published later.

    Args:
        store: The store.
        damage: A line for each file whose records it lacks.
    """
    from logtui.engine.search.stored import Parts

    return Parts(parts_of_store(store), str(store.path), damage)


def parts_of_store(store: Store) -> Callable[[], tuple[PlacedPart, ...]]:
    """Make a function that returns the segments that exist at the moment of its call, as parts."""
    from logtui.engine.search.stored_part import StoredParts

    return StoredParts(store).now


def dataset_of_runs(runs: Sequence[Sequence[PlacedPart]]) -> Dataset:
    """Make a dataset of runs of parts, which are merged by time."""
    from logtui.engine.search.stored import Parts
    from logtui.engine.search.union import Union

    return Union([Parts(partial(tuple, run)) for run in runs])


def _read(found: Resolved, options: ReadOptions, resolved: Callable[[], Resolved]) -> ReadFiles:
    """Make a dataset of sources; they are resolved again for each reading after the first, since each is read once."""
    names = {source.name for source in found.sources}
    first = [found]

    def opened() -> Opened:
        if first:
            return open_inputs(first.pop(), options)
        sources = tuple(source for source in resolved().sources if source.name in names)
        return open_inputs(Resolved(sources, found.problems), options)

    return ReadFiles(opened, can_repeat=not any(isinstance(source, StreamSource) for source in found.sources))


def _indexed(
    source: Source, options: ReadOptions, cache: Cache | None, notices: list[str], *, builds: bool
) -> Searched | None:
    """Make a dataset of a file's index and the rest of the file; None if it has no index."""
    if cache is None or not isinstance(source, FileSource) or (source.size or 0) < INDEXED_BYTES:
        return None
    from logtui.engine.index.file_index import FileIndex
    from logtui.engine.search.stored import Parts
    from logtui.engine.search.union import Chained

    try:
        index = FileIndex(source.path, options, cache)
        if builds and not index.is_current():
            index.build()
        if not index.exists() or not (parts := parts_of_store(index.store)()):
            return None
        return Chained([Parts(partial(tuple, parts), source.name), ReadFiles(index.open_rest)])
    except (StoreError, OSError) as error:
        notices.append(f"reading without an index: {error}")
        return None
