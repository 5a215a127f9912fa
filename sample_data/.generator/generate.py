"""Write the sample incident: `python sample_data/.generator/generate.py [FOLDER]`.

The same bytes come out every time; `story.py` tells what happens.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from containers import kubernetes_log
from messy import messy_log
from node import syslog
from orders import orders_log
from services import service_log
from story import Dice
from traffic import requests
from web import access_log

if TYPE_CHECKING:
    from collections.abc import Iterable


def files() -> dict[str, bytes]:
    """The content of each file by its name."""
    traffic = requests(Dice("traffic"))
    return {
        "access.log": _text(access_log(traffic)),
        "kubernetes.log": _text(kubernetes_log(traffic, Dice("kubernetes"))),
        "messy.log": messy_log(Dice("messy")),
        "orders.jsonl": _text(orders_log(traffic, Dice("orders"))),
        "service.log": _text(service_log(traffic, Dice("service"))),
        "syslog": _text(syslog(Dice("syslog"))),
    }


def main(folder: Path) -> None:
    """Write all files into a folder."""
    for name, content in files().items():
        (folder / name).write_bytes(content)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent)
