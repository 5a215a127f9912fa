"""The history of the tables: each version of them is a module in `versions`, which Alembic runs at the opening."""
