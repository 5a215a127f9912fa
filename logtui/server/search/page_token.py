"""The opaque cursors of answers."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Self

import msgspec

from logtui.engine.search.cursor import Cursor
from logtui.server.search.parameters import refused

if TYPE_CHECKING:
    from logtui.engine.search.request import Request

_MOST: Final = 2**63
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class PageToken(msgspec.Struct, frozen=True, array_like=True):
    """The place where a page ended, and the question that it belongs to.

    Attributes:
        key: The key of the request without its page.
        now: The present of the first page, so that relative times mean the same on all pages.
        newest: The newest time as of the first page, None if the query does not refer to it.
        after: The cursor behind the last record.
    """

    key: str
    now: _Moment
    newest: _Moment | None
    after: str

    @classmethod
    def of(cls, request: Request, after: Cursor) -> Self:
        """Make the token behind a page of a request."""
        return cls(_key(request), request.now, request.newest, after.written)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a token.

        Raises:
            ProblemError: 400 if it is none.
        """
        try:
            token = msgspec.json.decode(base64.urlsafe_b64decode(text.encode() + b"=="), type=cls)
            _check(Cursor.read(token.after))
        except (ValueError, binascii.Error, msgspec.DecodeError):
            raise refused("the cursor is none of this server's", suggestion="take it from an answer as it is") from None
        return token

    @property
    def written(self) -> str:
        """The token as text."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    def applied(self, request: Request) -> Request:
        """The request for the page that begins here.

        Raises:
            ProblemError: 400 if the token is of another request.
        """
        if _key(request) != self.key:
            suggestion = "repeat the query, range, order and tz of the first page, or leave the cursor out"
            raise refused("the cursor is of another query", suggestion=suggestion)
        return replace(request, after=Cursor.read(self.after))


def _key(request: Request) -> str:
    return replace(request, limit=None, after=None).key


def _check(cursor: Cursor) -> None:
    if not (0 <= cursor.place < _MOST and -_MOST <= (cursor.time or 0) < _MOST):
        raise ValueError
