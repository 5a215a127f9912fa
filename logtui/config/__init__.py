"""settings file -> settings. The command line or `LOGTUI_CONFIG` may name the file."""

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
