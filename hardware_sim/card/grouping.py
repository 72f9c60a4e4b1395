"""One data grouping of STORE DATA, checked: what it changes, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass

from hardware_sim.card.state import Persistent

Change = Callable[[Persistent], Persistent]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The change it makes, or the status word that it raises, and its answer."""

    change: Change
    answer: bytes = b""
