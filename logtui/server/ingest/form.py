"""The form of Python's `logging.handlers.HTTPHandler` -> JSON: one record, each of its values a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from logtui.errors import BodyError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAYS_NOTHING: Final = ("", "None")
_starts_form: Final = re.compile(rb"[\w.%+-]+=").match
_NAMES: Final[Mapping[str, str]] = {"name": "logger", "created": "timestamp"}
"""What the handler calls otherwise than everybody else."""


def is_form(body: bytes) -> bool:
    """Whether a body is a form and no JSON; its start tells, since `curl -d` calls JSON a form."""
    return _starts_form(body) is not None


def json_of_form(body: bytes) -> bytes:
    """Make a JSON object of a form.

    Raises:
        BodyError: If it is no form.
    """
    try:
        pairs = parse_qsl(body.decode(), strict_parsing=True, max_num_fields=1_000)
    except ValueError as error:
        raise BodyError(f"expected JSON or a form: {error}", position=0) from error
    return msgspec.json.encode({_NAMES.get(name, name): text for name, text in pairs if text not in _SAYS_NOTHING})
