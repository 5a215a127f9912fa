"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IS_THERE = sa.text("NOT is_deleted")


def upgrade() -> None:
    """Make the tables."""
    _make_rules()
    _make_states()
    _make_history()
    _make_deliveries()
    lease = op.create_table(
        "lease",
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(lease, [{"holder": "", "number": 0, "until": 0}])


def _make_rules() -> None:
    op.create_table(
        "rules",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("evaluated", sa.BigInteger),
        sa.Column("late", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("mute", sa.Text),
        sa.Column("is_deleted", sa.Boolean, nullable=False),
    )
    op.create_index(
        "rules_names", "rules", ["name_key"], unique=True, sqlite_where=_IS_THERE, postgresql_where=_IS_THERE
    )


def _make_states() -> None:
    op.create_table(
        "states",
        sa.Column("rule_id", sa.Text, primary_key=True),
        sa.Column("group_key", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "acknowledgements",
        sa.Column("rule_id", sa.Text, primary_key=True),
        sa.Column("group_key", sa.Text, primary_key=True),
        sa.Column("acknowledgement", sa.Text, nullable=False),
    )
    op.create_table(
        "known_values",
        sa.Column("rule_id", sa.Text, primary_key=True),
        sa.Column("value_key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
    )


def _make_history() -> None:
    op.create_table(
        "history",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
    )
    op.create_index("history_rules", "history", ["rule_id", "number"])


def _make_deliveries() -> None:
    op.create_table(
        "postings",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("posting", sa.Text, nullable=False),
    )
    op.create_index("postings_states", "postings", ["state", "number"])
    op.create_table(
        "receipts",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("receipt", sa.Text, nullable=False),
    )
