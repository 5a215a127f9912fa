"""The interface of a single record, for code that handles one record at a time: row predicates and row writers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Row(Protocol):
    """A record; its attributes are the core columns, its time is in nanoseconds since 1970, UTC."""

    @property
    def timestamp_ns(self) -> int | None: ...  # noqa: D102
    @property
    def level(self) -> str | None: ...  # noqa: D102
    @property
    def severity_text(self) -> str | None: ...  # noqa: D102
    @property
    def service(self) -> str | None: ...  # noqa: D102
    @property
    def message(self) -> str | None: ...  # noqa: D102
    @property
    def raw(self) -> str: ...  # noqa: D102
    @property
    def format(self) -> str | None: ...  # noqa: D102
    @property
    def fields(self) -> Mapping[str, str]: ...  # noqa: D102

    def field(self, name: str) -> str | None:
        """A field by its well-known name; None if the record has no such field."""
