"""file + environment + command line -> settings."""

from logtui.config.settings import FormatSettings, Settings, load_settings, settings_path

__all__ = ["FormatSettings", "Settings", "load_settings", "settings_path"]
