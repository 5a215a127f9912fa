"""file + environment + command line -> settings."""

from logtui.config.settings import (
    CacheSettings,
    FormatSettings,
    KeySettings,
    ScreenSettings,
    Settings,
    load_settings,
    settings_path,
)

__all__ = [
    "CacheSettings",
    "FormatSettings",
    "KeySettings",
    "ScreenSettings",
    "Settings",
    "load_settings",
    "settings_path",
]
