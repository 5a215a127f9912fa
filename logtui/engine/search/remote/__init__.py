"""request -> a server, over HTTP -> frames, as if the records were here."""
