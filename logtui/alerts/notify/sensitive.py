"""Structures with secrets, which print without them: in a traceback, a log, a test's report."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Sensitive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A structure whose fields in `secrets` are not printed."""

    secrets: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in self.secrets)
        return f"{type(self).__name__}({', '.join(shown)})"
