"""bytes of TCP connections and datagrams -> messages -> batches of the journal."""
