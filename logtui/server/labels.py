"""Reading the file of labels, TOML.

[labels]
site = "berlin"

[pods."shop/api-7d9f"]
team = "payments"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from logtui.engine.ingest.enrich import Enrichment, Pod
from logtui.errors import ConfigError
from logtui.model.validation import explained

if TYPE_CHECKING:
    from pathlib import Path


class _Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a file of labels."""

    labels: dict[str, str] = {}
    pods: dict[str, dict[str, str]] = {}


def load_labels(file: Path) -> Enrichment:
    """Read what is added to records.

    Args:
        file: The file.

    Raises:
        ConfigError: If the file cannot be read, a value is no text, or a pod is not named NAMESPACE/POD.
    """
    try:
        found = msgspec.toml.decode(file.read_bytes(), type=_Labels)
        return Enrichment(found.labels, {_pod(name): fields for name, fields in found.pods.items()})
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    except (ValueError, msgspec.MsgspecError) as error:
        raise ConfigError(f"{file}: {explained(error)}") from error


def _pod(name: str) -> Pod:
    match name.split("/"):
        case [namespace, pod] if namespace and pod:
            return Pod(namespace, pod)
    raise ValueError(f"expected a pod as NAMESPACE/POD, got {name!r}")
