"""The settings that a user keeps in a file, `config.toml`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import msgspec
import platformdirs

from logtui.errors import ConfigError

VARIABLE: Final = "LOGTUI_CONFIG"
"""The environment variable that names a settings file to use instead of the user's own."""

_PLACE: Final = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<key>.*)`)?")
_Kind = TypeVar("_Kind")


class FormatSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A format of the user's own, `[formats.NAME]`.

    Attributes:
        pattern: A regular expression with named groups.
        levels: Levels by the text of the group `level`, for texts that are not known levels.
    """

    pattern: str
    levels: dict[str, str] = {}


class CacheSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where indexes of files are kept, `[cache]`.

    Attributes:
        folder: The folder; None for the user's cache folder.
        max_bytes: The most bytes of all indexes; None for the smaller of 10 GB and a tenth of the free space.
    """

    folder: str | None = None
    max_bytes: Annotated[int, msgspec.Meta(ge=0)] | None = None

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder).expanduser() if self.folder else platformdirs.user_cache_path("logtui") / "index"


class KeySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of the screen, `[keys]`.

    Attributes:
        map: The name of a built-in key map.
        bind: Keys by the id of an action. An id `part.method` without quotes is a nested table in TOML; both are taken.
    """

    map: str = "logtui"
    bind: dict[str, str | list[str] | dict[str, str | list[str]]] = {}

    @property
    def bound(self) -> dict[str, tuple[str, ...]]:
        """The keys by the full id of the action."""
        flat: dict[str, str | list[str]] = {}
        for name, bound in self.bind.items():
            flat |= (
                {f"{name}.{method}": keys for method, keys in bound.items()}
                if isinstance(bound, dict)
                else {name: bound}
            )
        return {name: (keys,) if isinstance(keys, str) else tuple(keys) for name, keys in flat.items()}


class ScreenSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the screen begins, `[screen]`.

    Attributes:
        mouse: Whether the screen takes the mouse; if not, the terminal can select text with it.
        theme: The name of the colour theme.
    """

    mouse: bool = True
    theme: str = "logtui-dark"


class RemoteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Servers as inputs, `[remote]`.

    Attributes:
        api_key: The key that is sent to them, unless `LOGTUI_API_KEY` holds another; empty for none.
    """

    api_key: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings.

    Attributes:
        formats: The user's own formats by name, in order of trial.
        cache: Where indexes of files are kept.
        keys: The keys of the screen.
        screen: How the screen begins.
        remote: Servers as inputs.
    """

    formats: dict[str, FormatSettings] = {}
    cache: CacheSettings = CacheSettings()
    keys: KeySettings = KeySettings()
    screen: ScreenSettings = ScreenSettings()
    remote: RemoteSettings = RemoteSettings()


def settings_path(named: Path | None = None) -> Path:
    """The path of the settings file: `named`, else the one in `LOGTUI_CONFIG`, else the user's own.

    Args:
        named: The value of --config.
    """
    variable = os.environ.get(VARIABLE)
    return named or (Path(variable) if variable else platformdirs.user_config_path("logtui") / "config.toml")


def load_settings(named: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        named: The value of --config.

    Returns:
        The settings; the defaults if the user has no file.

    Raises:
        ConfigError: If a named file is missing, or the file does not hold valid settings.
    """
    path = settings_path(named)
    try:
        return _settings(msgspec.toml.decode(path.read_bytes()))
    except FileNotFoundError:
        if named is None and VARIABLE not in os.environ:
            return Settings()
        raise ConfigError(f"{path}: no such file") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {_small(str(error))}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}") from error


def _settings(table: dict[str, Any]) -> Settings:
    formats = table.get("formats")
    for name, each in formats.items() if isinstance(formats, dict) else ():
        _converted(each, FormatSettings, f"formats.{name}")
    return _converted(table, Settings, "")


def _converted(table: object, kind: type[_Kind], key: str) -> _Kind:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        match = _PLACE.fullmatch(str(error))
        problem, inner = (match["problem"], match["key"]) if match else (str(error), None)
        place = ".".join(part for part in (key, inner) if part)
        raise ConfigError(f"{place}: {_small(problem)}" if place else _small(problem)) from error


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
