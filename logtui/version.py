"""The version of logtui: in a module of its own, so that the package's other modules need not import its front."""

from typing import Final

VERSION: Final = "0.1.0"
