"""One declaration of settings drives the file, the environment, the options and the manual."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from logtui.errors import AddressError, ConfigError
from logtui.server.configuration import default_of, environment_example, load_server_settings, toml_example
from logtui.server.settings import SETTINGS, Role, ServerSettings
from tests.cli.helpers import logtui

DATA = {"data": "/logs"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "server.toml"


def test_the_example_of_a_file_holds_the_defaults(file: Path) -> None:
    file.write_text(toml_example())
    assert load_server_settings(DATA, {}, file) == ServerSettings(data=Path("/logs"))


def test_the_example_of_an_environment_holds_the_defaults() -> None:
    lines = [line for line in environment_example().splitlines() if line and not line.startswith("#")]
    environment = dict(line.split("=", 1) for line in lines)
    assert len(environment) == len(SETTINGS) - 1
    assert load_server_settings(DATA, environment, None) == ServerSettings(data=Path("/logs"))


def test_the_examples_name_every_setting() -> None:
    assert all(f"\n{name} = " in toml_example() for name in SETTINGS if name != "data")
    assert "# data = " in toml_example()
    assert "# LOGTUI_DATA=" in environment_example()


def test_the_command_prints_the_examples() -> None:
    assert logtui("config", "example").stdout.decode() == toml_example()
    assert logtui("config", "example", "--env").stdout.decode() == environment_example()


def test_options_win_over_the_environment_and_that_over_the_file(file: Path) -> None:
    file.write_text('data = "/file"\nmax_records = 1\nmax_body_bytes = 1\nhold_seconds = 1\ninsecure = true\n')
    environment = {"LOGTUI_MAX_RECORDS": "2", "LOGTUI_MAX_BODY_BYTES": "2", "LOGTUI_ROLE": "front"}
    found = load_server_settings({"max_records": "3", "insecure": False}, environment, file)
    assert (found.max_records, found.max_body_bytes, found.hold_seconds) == (3, 2, 1.0)
    assert (found.data, found.role, found.insecure) == (Path("/file"), Role.FRONT, False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_records = 0", "max_records: expected a whole number, 1 or more, got 0"),
        ('http = "here"', "http: expected HOST:PORT, such as 127.0.0.1:8080, got 'here'"),
        ("max_record = 5", "unknown key 'max_record' (did you mean max_records?)"),
        ("colour = 5", "unknown key 'colour' (logtui config example prints all keys)"),
        ("http", "Expected '='"),
    ],
)
def test_a_wrong_file_is_named_with_key_and_expectation(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_server_settings(DATA, {}, file)
    assert str(raised.value).startswith(f"{file}: {message}")


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"server\.toml: No such file"):
        load_server_settings(DATA, {}, file)


def test_a_wrong_variable_and_a_wrong_option_are_named() -> None:
    with pytest.raises(ConfigError, match=r"^LOGTUI_MAX_RECORDS: expected a whole number, 1 or more, got 'x'$"):
        load_server_settings(DATA, {"LOGTUI_MAX_RECORDS": "x"}, None)
    with pytest.raises(ConfigError, match=r"^--max-records: expected a whole number, 1 or more, got 'x'$"):
        load_server_settings({**DATA, "max_records": "x"}, {}, None)


def test_a_data_folder_is_needed() -> None:
    with pytest.raises(ConfigError, match="no data folder is named"):
        load_server_settings({}, {}, None)


def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ConfigError, match="contradict"):
        load_server_settings({**DATA, "insecure": True, "require_key": True}, {}, None)
    with pytest.raises(AddressError, match="can be reached from other machines"):
        load_server_settings({**DATA, "tcp": "0.0.0.0:5514"}, {}, None)


def test_the_section_notify_says_how_to_reach_those_who_are_told(file: Path) -> None:
    file.write_text(
        """
        allow_webhook = ["10.0.0.0/8"]
        [notify]
        timeout = 3.0
        [notify.email]
        host = "mail"
        password = "env:MAIL_PASSWORD"
        """
    )
    found = load_server_settings({**DATA, "allow_webhook": ["127.0.0.1/32"]}, {}, file)
    assert (found.notify.timeout, found.notify.email.host) == (3.0, "mail")
    assert found.notifiers.allow_webhook == ("127.0.0.1/32",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[notify.slack]\ntokn = 'x'", "notify: slack: object contains unknown field `tokn`"),
        ("notify = 3", "notify: expected an object, got a whole number"),
        ("[notify]\nallow_webhook = ['here']", "notify: 'here' does not appear to be an IPv4 or IPv6 network"),
        ("[notify.slak]", "notify: object contains unknown field `slak`"),
    ],
)
def test_a_mistake_in_the_section_notify_is_named(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_server_settings(DATA, {}, file)
    assert str(raised.value).startswith(f"{file}: {message}")


def test_alerts_can_be_kept_in_databases_only() -> None:
    url = "postgresql://ann@host/alerts"
    assert load_server_settings({**DATA, "alerts_url": url}, {}, None).alerts_url == url
    with pytest.raises(ConfigError, match=r"^--alerts-url: expected a database, such as .* got 'mysql://host'$"):
        load_server_settings({**DATA, "alerts_url": "mysql://host"}, {}, None)


@pytest.mark.parametrize(
    "url", ["redis://:secret@queue.example:6379/0", "rediss://queue.example/1", "unix:///run/redis"]
)
def test_a_queue_is_a_redis(url: str) -> None:
    assert load_server_settings(DATA, {"LOGTUI_QUEUE": url}, None).queue == url


@pytest.mark.parametrize("url", ["kafka://host", "redis://host:port/0", ""])
def test_any_other_queue_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="expected a Redis"):
        load_server_settings({**DATA, "queue": url}, {}, None)


def test_the_commented_section_of_the_example_is_valid(file: Path) -> None:
    lines = toml_example().splitlines()
    start = next(number for number, line in enumerate(lines) if line == "# [notify.slack]")
    file.write_text("\n".join(line.removeprefix("# ") for line in lines[start:]))
    assert load_server_settings(DATA, {}, file).notify.email.sender == "logtui@example.com"


def test_the_command_has_an_option_for_every_setting() -> None:
    text = logtui("serve", "--help").stdout.decode()
    assert all(f"--{name.replace('_', '-')}" in text for name in SETTINGS)


def test_the_manual_has_every_setting_with_its_default() -> None:
    manual = files("logtui").joinpath("help", "server.md").read_text()
    rows = [
        f"| `{name}` | {f'`{default}`' if (default := default_of(name)) else ''} | {each.help} |"
        for name, each in SETTINGS.items()
    ]
    assert "\n".join(rows) in manual


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"archive": "/a", "retention_age": "1d"}, "--archive is of the store in the data folder"),
        ({"retention_size": "1GB"}, "--retention-size is of the store in the data folder"),
        ({"raw": "rebuilt"}, "--raw rebuilt is of the store in the data folder"),
        ({"store": "chdb:///ch"}, "is opened by one process alone"),
    ],
)
def test_what_does_not_go_with_a_store_elsewhere_is_refused(stated: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_server_settings({**DATA, "store": "clickhouse://host/logs", **stated}, {}, None)


def test_one_process_may_have_a_store_in_a_folder_of_chdb() -> None:
    settings = load_server_settings({**DATA, "store": "chdb:///ch", "role": "all"}, {}, None)
    assert settings.store == "chdb:///ch"


@pytest.mark.parametrize(
    ("name", "value"),
    [("store", "clickhouse://u:secret@host:port/logs"), ("store", "http://u:secret@h"), ("store_password", "secret")],
)
def test_a_value_that_may_hold_a_password_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_server_settings({**DATA, name: value}, {}, None)
    assert "secret" not in str(refused.value)
    assert "expected" in str(refused.value)
