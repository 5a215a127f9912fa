"""Records in ClickHouse: addresses and connections, the schema with its migrations, and inserts."""
