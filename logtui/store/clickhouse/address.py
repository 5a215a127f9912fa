"""The addresses of stores in ClickHouse: `clickhouse://user:password@host:8123/database` and `chdb:///folder`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from logtui.errors import AddressError, LogtuiError

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection

_SCHEMES: Final = ("clickhouse", "clickhouses")
_PORTS: Final = {"clickhouse": 8123, "clickhouses": 8443}
_FORMS: Final = "expected clickhouse://user:password@host:8123/database or chdb:///folder"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A database of a ClickHouse server.

    Attributes:
        host: Name or address.
        port: Of its HTTP interface.
        database: The name of the database, which exists.
        user: Who asks.
        password: Empty if there is none.
        is_secure: Whether it speaks TLS.
    """

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    is_secure: bool = False

    def __str__(self) -> str:
        """The address without user and password, for texts."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_SCHEMES[self.is_secure]}://{host}:{self.port}/{self.database}"


@dataclass(frozen=True, slots=True)
class FolderAddress:
    """A folder with the data of ClickHouse in this process."""

    path: Path

    def __str__(self) -> str:
        return f"chdb://{self.path}"


def parsed(text: str) -> ServerAddress | FolderAddress:
    """Parse an address.

    Args:
        text: `clickhouse://`, `clickhouses://` for TLS, or `chdb://`; user and password are percent-encoded.

    Returns:
        The address.

    Raises:
        AddressError: If it has neither form; the text says nothing of a password.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"cannot read the address of a store: {error}; {_FORMS}") from None
    if parts.scheme == "chdb" and not parts.netloc and parts.path.strip("/"):
        return FolderAddress(Path(unquote(parts.path)))
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.query or "/" in parts.path.strip("/"):
        raise AddressError(f"cannot read the address of a store; {_FORMS}")
    return _server(parts, port)


def opened(text: str) -> Connection:
    """Connect to the store at an address; see `parsed` and `connected`."""
    return connected(parsed(text))


def connected(address: ServerAddress | FolderAddress) -> Connection:
    """Connect to a store.

    Args:
        address: Where it is.

    Returns:
        The connection, for the caller to close.

    Raises:
        LogtuiError: If a library for it is not installed.
        StoreBusyError: If another process has the folder open.
        StoreConnectionError: If the server cannot be reached.
        StoreError: If the server or the folder refuses.
    """
    try:
        return _connection(address)
    except ModuleNotFoundError as error:
        extra = "chdb" if isinstance(address, FolderAddress) else "clickhouse"
        raise LogtuiError(f"{address}: {error.name} is not installed", hint=f"pip install 'logtui[{extra}]'") from error


def _connection(address: ServerAddress | FolderAddress) -> Connection:
    # Either library takes a quarter of a second or more to load.
    if isinstance(address, FolderAddress):
        from logtui.store.clickhouse.folder_connection import FolderConnection

        return FolderConnection(str(address), address.path)
    from logtui.store.clickhouse.server_connection import ServerConnection

    return ServerConnection(str(address), **asdict(address))


def _server(parts: SplitResult, port: int | None) -> ServerAddress:
    return ServerAddress(
        host=parts.hostname or "",
        port=port or _PORTS[parts.scheme],
        database=unquote(parts.path.strip("/")) or "default",
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        is_secure=parts.scheme == "clickhouses",
    )
