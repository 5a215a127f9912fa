"""The one error tree: everything that can be explained to the user in a line.

    LogtuiError            base; `message` says what was expected and what came, `hint` what to try
    ├── SourceError        a path that is missing, unreadable or binary
    ├── FormatError        an unknown format name
    ├── ConfigError        a settings file that is missing or does not hold valid settings
    ├── QueryError         a query text that does not parse; carries the span and a suggestion
    │   └── PatternError   a format's pattern that does not compile
    ├── TimeError          a typed time that cannot be read
    ├── BodyError          a body of records that is no JSON; carries the byte at which it breaks
    ├── KeyReuseError      a batch under the key of another batch
    ├── AddressError       an address to listen on that is wrong or taken
    ├── StoreError         a store that cannot be opened, read or written
    │   ├── StoreBusyError a store that another process writes to
    │   ├── StoreVersionError a store that a newer logtui has written
    │   ├── DamagedArchiveError a file of an archive that is missing or damaged
    │   ├── StoreConnectionError a store's server that cannot be reached or breaks off
    │   └── JournalError   a journal that cannot be opened, or has not kept what was appended
    │       └── JournalFullError a journal that has no room now; carries the seconds to wait
    ├── AlertError         an alert that does not exist, or cannot be kept
    │   ├── UnknownAlertError an id that no alert has
    │   ├── AlertConflictError what another alert, or its state, rules out
    │   └── LeaseLostError another process evaluates the alerts now
    ├── RemoteError        a server that cannot be reached, refuses, or breaks off
    └── ExportError        a result that cannot be written where it should go

Errors carry what a display needs and never print themselves.
"""

from __future__ import annotations


class LogtuiError(Exception):
    """An error that the user can understand and mend.

    Args:
        message: What was expected and what came; one line, lower case.
        hint: What to try next; None if there is nothing to try.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class SourceError(LogtuiError):
    """A path that is missing, unreadable or binary."""


class FormatError(LogtuiError):
    """A format name that is not in the registry."""


class ConfigError(LogtuiError):
    """A settings file that cannot be read as settings."""


class TimeError(LogtuiError):
    """A typed time that cannot be read."""


class BodyError(LogtuiError):
    """A body of records that is no JSON.

    Args:
        message: What was expected and what came.
        position: Offset in bytes at which the body breaks.
    """

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(message)
        self.position = position


class KeyReuseError(LogtuiError):
    """A batch that has the idempotency key of another batch; it was not kept."""


class AddressError(LogtuiError):
    """An address to listen on that cannot be read or used."""


class StoreError(LogtuiError):
    """A store that cannot be opened, read or written."""


class StoreBusyError(StoreError):
    """A store that another process writes to."""


class StoreVersionError(StoreError):
    """A store that a newer logtui has written; the newer one can still read it, so nothing may remove it as damaged."""


class DamagedArchiveError(StoreError):
    """A file of an archive that is missing or damaged; the others can be read."""


class StoreConnectionError(StoreError):
    """A store's server that cannot be reached, breaks off or is overloaded: it may be asked again."""


class JournalError(StoreError):
    """A journal that cannot be opened, or has not kept what was appended: it may be appended again."""


class JournalFullError(JournalError):
    """A journal that has no room now; it takes batches again once it has been trimmed.

    Args:
        message: What is full.
        retry_after: Seconds to wait before the next attempt.
    """

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AlertError(LogtuiError):
    """An alert that does not exist, or cannot be kept."""


class UnknownAlertError(AlertError):
    """An id that no alert has."""


class AlertConflictError(AlertError):
    """A name that another alert has, or an acknowledgement of an alert that does not fire."""


class LeaseLostError(AlertError):
    """Another process evaluates the alerts now."""


class RemoteError(LogtuiError):
    """A server that cannot be reached, refuses, or breaks off."""


class ExportError(LogtuiError):
    """A result that cannot be written where it should go."""


class QueryError(LogtuiError):
    """A query text that does not parse or compile.

    Args:
        message: What is wrong.
        text: The whole query text.
        start: Character offset in `text` where the fault begins.
        end: Character offset just after the fault; at least `start`.
        hint: A suggestion ("did you mean ...").
    """

    def __init__(self, message: str, *, text: str, start: int, end: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.text = text
        self.start = start
        self.end = max(start, end if end is not None else start + 1)

    def with_caret(self) -> str:
        """The query line with a caret under the fault, then the message and the hint.

        Returns:
            Three or four lines, no line end after the last.
        """
        line_start = self.text.rfind("\n", 0, self.start) + 1
        line = self.text[line_start:].split("\n", 1)[0]
        column = self.start - line_start
        width = max(1, min(self.end - self.start, len(line) - column))
        lines = [line, " " * column + "^" * width, self.message]
        return "\n".join([*lines, self.hint] if self.hint else lines)


class MemoryBudgetError(LogtuiError):
    """A query whose answer would take more memory than it is given."""


class PatternError(QueryError):
    """A format's pattern that does not compile; its text and place are shown like a query's."""


def line_of_error(error: BaseException) -> str:
    """What an error says, in one line; its kind if it says nothing."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
