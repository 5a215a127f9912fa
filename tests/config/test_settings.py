"""The settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.config import CacheSettings, load_settings, settings_path
from logtui.config.settings import VARIABLE
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_formats_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[formats.b]\npattern = "x"\n[formats.a]\npattern = "y"\nlevels = {Z = "error"}\n', "utf-8")
    settings = load_settings(path)
    assert list(settings.formats) == ["b", "a"]
    assert settings.formats["a"].levels == {"Z": "error"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[formats.a]\npattern = 3\n", "formats.a.pattern: expected `str`, got `int`"),
        ("[formats.a]\n", "formats.a: object missing required field `pattern`"),
        ('[formats.a]\npattern = "x"\nlevel = 1\n', "formats.a: object contains unknown field `level`"),
        ("[format.a]\n", "object contains unknown field `format`"),
        ("[formats", "expected"),
    ],
)
def test_an_error_is_one_line_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert str(caught.value).lower().startswith(f"{path}: {message}".lower())
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_an_error_only_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("LOGTUI_CONFIG", raising=False)
    assert load_settings().formats == {}
    with pytest.raises(ConfigError, match="no such file"):
        load_settings(tmp_path / "none.toml")
    monkeypatch.setenv("LOGTUI_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigError, match="no such file"):
        load_settings()


def test_keys_are_read_as_one_or_several_and_under_dotted_names(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[keys]\nmap = "vim"\n[keys.bind]\nquit = "q"\nlist.down = ["j", "down"]\n"list.up" = "k"\n', "utf-8"
    )
    keys = load_settings(path).keys
    assert keys.map == "vim"
    assert keys.bound == {"quit": ("q",), "list.down": ("j", "down"), "list.up": ("k",)}


def test_the_cache_is_in_the_folder_that_is_named_or_in_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert CacheSettings("~/indexes").path == tmp_path / "indexes"
    assert CacheSettings().path == tmp_path / "caches" / "logtui" / "index"


@pytest.mark.parametrize("text", ["[cache]\nmax_bytes = -1\n", '[screen]\nmouse = "yes"\n', "[keys]\nmap = 1\n"])
def test_a_value_of_another_kind_is_refused_with_its_key(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    section, key = text[1 : text.index("]")], text.split("\n")[1].split(" ")[0]
    with pytest.raises(ConfigError, match=rf"config\.toml: {section}\.{key}: expected"):
        load_settings(path)


def test_the_command_line_comes_before_the_variable_and_that_before_the_users_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "b.toml"))
    assert settings_path(tmp_path / "a.toml") == tmp_path / "a.toml"
    assert settings_path() == tmp_path / "b.toml"
    monkeypatch.delenv(VARIABLE)
    assert settings_path() == tmp_path / "logtui" / "config.toml"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_is_no_text_or_a_folder_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "config.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
