"""The settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.config import load_settings
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
