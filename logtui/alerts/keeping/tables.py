"""The tables of `SqlStore` and of shared keys, on SQLite and PostgreSQL alike.

What is asked for has a column; the rest of a rule, a state, an entry or a posting is JSON in one column, so that it can
gain a field without a migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

from logtui.alerts.keeping.base import Acknowledgement, GroupState, HistoryEntry, KeptRule, Mute, Posting
from logtui.alerts.rules import Rule

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up columns of type INTEGER alone."""


class Json(TypeDecorator[Any]):
    """A column of JSON.

    Args:
        kind: The type of what is in it.
    """

    impl = Text
    cache_ok = True

    def __init__(self, kind: object) -> None:
        super().__init__()
        self.kind = kind
        self._decoder = msgspec.json.Decoder[object](kind)

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Encode a value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002
        """Decode a value."""
        return None if value is None else self._decoder.decode(value)


METADATA: Final = MetaData()

RULES: Final = Table(
    "rules",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name_key", Text, nullable=False),
    Column("rule", Json(Rule), nullable=False),
    Column("origin", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("evaluated", BigInteger),
    Column("late", BigInteger, nullable=False),
    Column("problem", Json(str), nullable=False),
    Column("mute", Json(Mute)),
    Column("is_deleted", Boolean, nullable=False),
)
_IS_THERE: Final = text("NOT is_deleted")
Index("rules_names", RULES.c.name_key, unique=True, sqlite_where=_IS_THERE, postgresql_where=_IS_THERE)

STATES: Final = Table(
    "states",
    METADATA,
    Column("rule_id", Text, primary_key=True),
    Column("group_key", Text, primary_key=True),
    Column("state", Json(GroupState), nullable=False),
)

ACKNOWLEDGEMENTS: Final = Table(
    "acknowledgements",
    METADATA,
    Column("rule_id", Text, primary_key=True),
    Column("group_key", Text, primary_key=True),
    Column("acknowledgement", Json(Acknowledgement), nullable=False),
)

KNOWN_VALUES: Final = Table(
    "known_values",
    METADATA,
    Column("rule_id", Text, primary_key=True),
    Column("value_key", Text, primary_key=True),
    Column("value", Json(str), nullable=False),
    Column("step", BigInteger, nullable=False),
)

HISTORY: Final = Table(
    "history",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("entry", Json(HistoryEntry), nullable=False),
)
Index("history_rules", HISTORY.c.rule_id, HISTORY.c.number)

POSTINGS: Final = Table(
    "postings",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("posting", Json(Posting), nullable=False),
)
Index("postings_states", POSTINGS.c.state, POSTINGS.c.number)

RECEIPTS: Final = Table(
    "receipts",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("receipt", Json(str), nullable=False),
)

LEASE: Final = Table(
    "lease",
    METADATA,
    Column("holder", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("tenants", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger),
    Column("rate", Text, nullable=False),
)

RULE_FIELDS: Final = [RULES.c[name] for name in KeptRule.__struct_fields__]
"""The columns of a `KeptRule`, in the order of its fields."""
