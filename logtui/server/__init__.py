"""requests of shippers and people -> the journal, and answers about the store.

`lifecycle` starts and ends a server, `app` puts its routes together, `front` is what they share. `auth/` decides who
may do what, `ingest/` has one file for each protocol.
"""
