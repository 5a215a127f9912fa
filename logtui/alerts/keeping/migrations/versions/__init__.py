"""The versions of the tables, the first without a predecessor; what was released is never changed."""
