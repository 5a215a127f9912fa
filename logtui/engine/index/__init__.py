"""files -> indexes of them, which searches read instead."""
