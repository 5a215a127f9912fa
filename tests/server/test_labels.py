from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.enrich import Enrichment, Pod
from logtui.errors import ConfigError
from logtui.server.labels import load_labels

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_of_labels_is_read(tmp_path: Path) -> None:
    file = tmp_path / "labels.toml"
    file.write_text('[labels]\nsite = "berlin"\n[pods."shop/api-1"]\nteam = "payments"\n')
    assert load_labels(file) == Enrichment({"site": "berlin"}, {Pod("shop", "api-1"): {"team": "payments"}})
    file.write_text("")
    assert load_labels(file) == Enrichment()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file"),
        ("[labels", "labels.toml: "),
        ("[labels]\nsite = 7", "expected a text, got a whole number"),
        ("[label]\nsite = 'x'", "unknown field `label`"),
        ("[pods.'api-1']\nteam = 'x'", "expected a pod as NAMESPACE/POD, got 'api-1'"),
        ("[pods.'a/b/c']\nteam = 'x'", "expected a pod as NAMESPACE/POD"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "labels.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        load_labels(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
