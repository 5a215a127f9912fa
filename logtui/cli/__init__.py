"""arguments -> engine, export, screen."""
