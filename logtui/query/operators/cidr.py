"""`field:10.0.0.0/8`: addresses inside a network."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from logtui.query.meaning.addresses import InNetwork
from logtui.query.meaning.comparison import Comparison, Never
from logtui.query.meaning.texts import Contains
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.quantities import as_address, as_network
from logtui.query.syntax.spelling import word_text
from logtui.query.syntax.tree import FieldOperator

if TYPE_CHECKING:
    from logtui.query.meaning.columns import ColumnClass
    from logtui.query.syntax.tree import Span

_NETWORK: Final = re.compile(r"([0-9a-fA-F.:]+)/\d+")


@dataclass(frozen=True, slots=True)
class Cidr(FieldOperator):
    """Addresses inside a network; in the message and the raw text, the text of the network is searched for."""

    name: ClassVar = "cidr"

    network: str

    @classmethod
    def from_word(cls, word: str, field: str, span: Span) -> Cidr | None:
        """Parse a word such as `10.0.0.0/8`; None if it does not look like a network."""
        match = _NETWORK.fullmatch(word)
        if not match or as_address(match[1]) is None:
            return None
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError as error:
            raise LeafError(f"bad network {word!r}: prefix too long", span, 'quote it as text: "…"') from error
        return cls(field, word, span=span)

    def value_text(self) -> str:
        """The network as text."""
        return word_text(self.network)

    def meaning(self, column: ColumnClass) -> Comparison:
        """Resolve the operator for a class of columns; no level or integer is an address."""
        match column:
            case "string":
                return InNetwork(as_network(self.network))
            case "prose":
                return Contains(self.network)
            case "time":
                raise LeafError(f"expected a time, got {self.network!r}", self.span)
            case _:
                return Never()
