"""Reading rules from a file, TOML or YAML.

[[rules]]
name = "payments fail"
query = "level:>=error service:payment"
condition = { type = "count", operator = ">=", threshold = 10, window = "5m" }
interval = "1m"
severity = "critical"
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.alerts.checks import check_query, queries_of
from logtui.alerts.rule_text import rule_text
from logtui.alerts.rules import Rule  # noqa: TC001 - msgspec reads the annotation
from logtui.errors import ConfigError, QueryError
from logtui.model.validation import explained, in_words

if TYPE_CHECKING:
    from pathlib import Path

_PLACE: Final = re.compile(r"(?P<problem>.*?) - at `\$\.rules\[(?P<number>\d+)\]\.?(?P<key>.*)`", re.DOTALL)
_YAML: Final = (".yaml", ".yml")


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a rules file."""

    rules: list[Rule]


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read a file of rules.

    Args:
        path: The file; one that ends in `.yaml` or `.yml` holds YAML, others TOML.

    Returns:
        The rules in the file's order.

    Raises:
        ConfigError: If the file cannot be read or does not hold valid rules; the message names the rule and the key.
    """
    try:
        rules = read_rules(path.read_bytes(), is_yaml=path.suffix in _YAML)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}", hint=error.hint) from error
    return rules


def read_rules(text: bytes, *, is_yaml: bool = False) -> tuple[Rule, ...]:
    """Read rules from TOML, or from YAML with the same keys.

    Raises:
        ConfigError: If the text does not hold valid rules; the message names the rule and the key.
    """
    try:
        text = text.removeprefix(BOM_UTF8)
        rules = tuple((_yaml_rules(text) if is_yaml else msgspec.toml.decode(text, type=_Rules)).rules)
    except msgspec.ValidationError as error:
        raise ConfigError(_explained(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(error)) from error
    twice = [name for name, count in Counter(rule.name for rule in rules).items() if count > 1]
    if twice:
        raise ConfigError(f"two rules are named {twice[0]!r}", hint="names tell alerts apart")
    for rule in rules:
        check_rule(rule)
    return rules


def append_rule(path: Path, rule: Rule) -> None:
    """Append a rule to a TOML file of rules; what is in the file stays as it is.

    Raises:
        ConfigError: If the file cannot be read or written, is no TOML, or would not hold valid rules then.
    """
    if path.suffix in _YAML:
        raise ConfigError(f"{path}: rules can only be appended to TOML files")
    added = f"\n{rule_text(rule)}".encode()
    try:
        text = path.read_bytes()
        added = added if text.endswith(b"\n") else b"\n" + added
        read_rules(text + added)
        with path.open("ab") as file:
            file.write(added)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: cannot append a rule: {error.message}", hint=error.hint) from error


def _yaml_rules(text: bytes) -> _Rules:
    try:
        return msgspec.yaml.decode(text, type=_Rules)
    except ImportError as error:
        raise ConfigError("PyYAML is not installed", hint="write the rules as TOML, or pip install pyyaml") from error


def check_rule(rule: Rule) -> None:
    """Refuse a rule with a query that does not parse, has pipes, or has a time that counts back from now.

    Raises:
        ConfigError: If it has one; the message names the rule and the key.
    """
    for key, text in queries_of(rule).items():
        try:
            check_query(text)
        except QueryError as error:
            raise ConfigError(
                f"rule {rule.name!r}, {key}: {error.message}, at {error.start + 1} of {text!r}"
            ) from error


def _explained(error: msgspec.ValidationError) -> str:
    match = _PLACE.fullmatch(str(error))
    if match is None:
        return f"expected [[rules]]: {explained(error)}"
    key = f", {match['key']}" if match["key"] else ""
    return f"rule {int(match['number']) + 1}{key}: {in_words(match['problem'])}"
