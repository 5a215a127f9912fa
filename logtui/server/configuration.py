"""Options, environment and settings file -> the settings of a server; and the settings as such texts."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.alerts.notify.settings import NotifySettings
from logtui.errors import ConfigError
from logtui.model.validation import explained
from logtui.server.address import Address
from logtui.server.kinds import NOTHING
from logtui.server.nearest import nearest
from logtui.server.settings import DEFAULTS, SETTINGS, ServerSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_NOTIFY: Final = "notify"
_PREFIX: Final = "LOGTUI_"
_ANY_FOLDER: Final = "/var/lib/logtui"
_WIDTH: Final = 100
_NOTIFY_EXAMPLE: Final = """
# Access to those who are told of alerts; logtui help alerts says more. Sections come last in the file.
# [notify.slack]
# token = "env:SLACK_TOKEN"
# [notify.email]
# host = "mail.example.com"
# sender = "logtui@example.com"
# user = "logtui"
# password = "file:/etc/logtui/mail-password"
# [notify.pagerduty]
# url = "https://events.eu.pagerduty.com/v2/enqueue"
"""


def option_of(name: str) -> str:
    """The option of a setting, such as `--max-records`."""
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    """The environment variable of a setting, such as `LOGTUI_MAX_RECORDS`."""
    return _PREFIX + name.upper()


def default_of(name: str) -> str:
    """The default of a setting as text; empty if it has none."""
    return _plain(DEFAULTS.get(name, ""))


def load_server_settings(
    options: Mapping[str, object], environment: Mapping[str, str], file: Path | None, data: Path | None = None
) -> ServerSettings:
    """Put together the settings of a server: options win, then the environment, then the file, then the defaults.

    Args:
        options: What was typed, by the name of the setting.
        environment: The environment.
        file: A TOML file; None for none.
        data: The data folder if none is named; None if one has to be.

    Raises:
        ConfigError: If a value is not of the kind of its setting, a key of the file is unknown, the file cannot be
            read, or no data folder is named.
        AddressError: If what is set lets strangers send.
    """
    # A service of this name in Kubernetes sets LOGTUI_PORT and others, so unknown variables are not refused.
    variables = {name: text for name in SETTINGS if (text := environment.get(variable_of(name)))}
    values = {
        **({"data": data} if data else {}),
        **(_of_file(file) if file else {}),
        **_read(variables, variable_of),
        **_read(options, option_of),
    }
    if "data" not in values:
        raise ConfigError("no data folder is named", hint="--data DIR, LOGTUI_DATA, or data in the file of --config")
    settings = ServerSettings(**values)
    settings.check()
    return settings


def toml_example() -> str:
    """A settings file with all defaults, and what they mean."""
    return _example(lambda name, value: f"{name} = {_toml(value)}") + _NOTIFY_EXAMPLE


def environment_example() -> str:
    """The environment variables with all defaults, and what they mean."""
    return _example(lambda name, value: f"{variable_of(name)}={_plain(value)}")


def _example(line: Callable[[str, object], str]) -> str:
    parts = [f"{_comment(SETTINGS['data'].help)}\n# {line('data', _ANY_FOLDER)}\n"]
    parts += [f"{_comment(SETTINGS[name].help)}\n{line(name, value)}\n" for name, value in DEFAULTS.items()]
    return "\n".join(parts)


def _comment(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _toml(value: object) -> str:
    """A value as TOML, which writes texts, numbers and lists as JSON does."""
    is_as_in_json = isinstance(value, (int, float)) or type(value) is tuple
    return json.dumps(value if is_as_in_json else _plain(value))


def _plain(value: object) -> str:
    """A value as text."""
    if isinstance(value, tuple) and not isinstance(value, Address):
        return ",".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return NOTHING if value is None else str(value)


def _of_file(file: Path) -> dict[str, Any]:
    table = _table(file)
    sections = {_NOTIFY: _notify(file, table.pop(_NOTIFY))} if _NOTIFY in table else {}
    return {**_read(table, lambda name: f"{file}: {name}"), **sections}


def _notify(file: Path, section: object) -> NotifySettings:
    try:
        return msgspec.convert(section, NotifySettings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{file}: {_NOTIFY}: {explained(error)}") from error


def _read(stated: Mapping[str, object], place_of: Callable[[str], str]) -> dict[str, Any]:
    """The values of one source; `place_of` says where one stands."""
    values = {}
    for name, value in stated.items():
        try:
            values[name] = SETTINGS[name].kind.read(value)
        except ValueError as error:
            raise ConfigError(f"{place_of(name)}: {error}") from error
    return values


def _table(file: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = msgspec.toml.decode(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error
    for name in table:
        if name not in SETTINGS and name != _NOTIFY:
            near = nearest(name, SETTINGS)
            hint = f"did you mean {near}?" if near else "logtui config example prints all keys"
            raise ConfigError(f"{file}: unknown key {name!r}", hint=hint)
    return table
