"""HTTP requests, TCP connections, datagrams -> the journal; questions -> answers of the store."""
