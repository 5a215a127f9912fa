"""Reading rules from a TOML file.

[[rules]]
name = "payments fail"
query = "level:>=error service:payment"
condition = { type = "count", operator = ">=", threshold = 10 }
window = "5m"
every = "1m"
severity = "critical"
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.alerts.rules import Percentage, Rule
from logtui.engine.search.request import Request
from logtui.errors import ConfigError, QueryError

if TYPE_CHECKING:
    from pathlib import Path

_PLACE: Final = re.compile(r"(?P<problem>.*?) - at `\$\.rules\[(?P<number>\d+)\]\.?(?P<key>.*)`", re.DOTALL)


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a rules file."""

    rules: list[Rule]


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read a file of rules.

    Args:
        path: The file.

    Returns:
        The rules in the file's order.

    Raises:
        ConfigError: If the file cannot be read or does not hold valid rules; the message names the rule and the key.
    """
    try:
        rules = read_rules(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}", hint=error.hint) from error
    return rules


def read_rules(text: bytes) -> tuple[Rule, ...]:
    """Read rules from TOML.

    Raises:
        ConfigError: If the text does not hold valid rules; the message names the rule and the key.
    """
    try:
        rules = tuple(msgspec.toml.decode(text, type=_Rules).rules)
    except msgspec.ValidationError as error:
        raise ConfigError(_explained(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(error)) from error
    twice = [name for name, count in Counter(rule.name for rule in rules).items() if count > 1]
    if twice:
        raise ConfigError(f"two rules are named {twice[0]!r}", hint="names tell alerts apart")
    for rule in rules:
        _check(rule)
    return rules


def _check(rule: Rule) -> None:
    """Refuse a rule with a query that does not parse, or that has pipes."""
    texts = {"query": rule.query}
    if isinstance(rule.condition, Percentage):
        texts["condition.of"] = rule.condition.of
    for key, text in texts.items():
        try:
            query = Request.of(text).query
        except QueryError as error:
            raise ConfigError(
                f"rule {rule.name!r}, {key}: {error.message}, at {error.start + 1} of {text!r}"
            ) from error
        if query.pipes:
            raise ConfigError(f"rule {rule.name!r}, {key}: expected a filter without pipes, got {text!r}")


def _explained(error: msgspec.ValidationError) -> str:
    match = _PLACE.fullmatch(str(error))
    if match is None:
        return f"expected [[rules]]: {str(error)[:1].lower()}{str(error)[1:]}"
    problem = match["problem"]
    key = f", {match['key']}" if match["key"] else ""
    return f"rule {int(match['number']) + 1}{key}: {problem[:1].lower()}{problem[1:]}"
