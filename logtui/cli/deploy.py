"""`logtui deploy`: the files that bring a server and its senders into production."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from logtui.cli.diagnostics import notice
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

BUNDLES: Final[Mapping[str, tuple[str, ...]]] = {
    "containers": ("containers",),
    "compose": ("compose", "vector"),
    "kubernetes": ("kubernetes",),
    "systemd": ("systemd",),
    "vector": ("vector",),
    "fluent-bit": ("fluent-bit",),
    "otel": ("otel",),
    "rsyslog": ("rsyslog",),
    "prometheus": ("prometheus",),
}
"""Name -> folders of the package data whose files belong to it."""


def deploy(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to write; logtui help deploy lists all.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made if it is not there.")],
) -> None:
    """Write the files with which a server is deployed, or with which others send to it.

    \b
    logtui help deploy               what there is
    logtui help deploy vector        print it
    logtui deploy vector /etc/vector write it
    """
    files = {folder / file: text for file, text in files_of(name).items()}
    if taken := next((path for path in files if path.exists()), None):
        raise ConfigError(f"{taken} exists", hint="choose another folder, or move it away")
    for path, text in files.items():
        _write(path, text)
        notice(f"{path} is written")


def files_of(name: str) -> dict[str, str]:
    """The files of a bundle.

    Args:
        name: A key of `BUNDLES`.

    Returns:
        Name of the file -> its text.

    Raises:
        ConfigError: If there is no such bundle.
    """
    if name not in BUNDLES:
        raise ConfigError(f"nothing to deploy is named {name!r}", hint=f"one of {', '.join(BUNDLES)}")
    folders = [resources.files("logtui") / "deploy" / folder for folder in BUNDLES[name]]
    found = [file for folder in folders for file in folder.iterdir() if file.is_file()]
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)}


def printed(name: str) -> str:
    """The files of a bundle as one text, each behind a line with its name.

    Raises:
        ConfigError: If there is no such bundle.
    """
    return "\n".join(f"# ---- {file} ----\n{text}" for file, text in files_of(name).items())


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
