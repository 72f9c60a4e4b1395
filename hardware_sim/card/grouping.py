"""One data grouping of STORE DATA, checked: what it changes, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass

from hardware_sim.card.state import Chip, Persistent
from reader.iso7816.status import SW, StatusError

Change = Callable[[Persistent], Persistent]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The change it makes, or the status word that it raises, and its answer."""

    change: Change
    answer: bytes = b""


def decrypted(chip: Chip, content: bytes) -> bytes:
    """What a grouping brings encrypted under the DEK of the channel that carries it."""
    channel = chip.volatile.channel
    if channel is None:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    return channel.open_data(content)
