"""rules + looks -> what is kept: rules, states, history and the notifications that are to be delivered.

`MemoryStore` keeps them for one process, `SqlStore` (of the extra `server`) in SQLite or PostgreSQL for several.
"""
