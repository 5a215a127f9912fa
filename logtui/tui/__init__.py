"""The terminal user interface: shows the windows of the engine on the screen."""
