"""bodies of shippers' protocols -> records that `accept` has taken, and the reply that the shipper expects."""
