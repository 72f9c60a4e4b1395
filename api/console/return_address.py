"""Where a person goes on after a login: a page of the console, whatever the address says."""

import re
from typing import Final

_INNER: Final = re.compile(r"/console/[A-Za-z0-9._~/?&=%+-]*")
START: Final = "/console/"


def inner(address: str) -> str:
    """*address*, if it leads into the console; else its first page."""
    return address if _INNER.fullmatch(address) and "//" not in address else START
