"""text -> tree -> expression."""
