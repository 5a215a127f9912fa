"""file + environment + command line -> settings."""

from logtui.config.settings import CacheSettings, FormatSettings, Settings, load_settings, settings_path

__all__ = ["CacheSettings", "FormatSettings", "Settings", "load_settings", "settings_path"]
