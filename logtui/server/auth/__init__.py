"""credentials of a request -> who sent it, and whether that may be done."""
