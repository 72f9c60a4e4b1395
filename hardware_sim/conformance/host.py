"""The host's end of an action: a command that the card has to accept, or the case fails."""

from typing import TYPE_CHECKING

from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW

if TYPE_CHECKING:
    from hardware_sim.conformance.run import Run


class ActionError(ValueError):
    """The card did not do what the action needed of it: the case fails, and says so."""


def accepted(run: "Run", command: CommandApdu) -> bytes:
    """The data of the answer; ActionError for any status word but 9000."""
    answer = ResponseApdu.decode(run.whole_answer(command.encode()))
    if answer.sw != SW.OK:
        raise ActionError(f"{command.header.hex()} was answered {answer.sw:04X}")
    return answer.data


def require_equal(found: bytes, expected: bytes, what: str) -> None:
    """ActionError if the card's *what* is another than it should be."""
    if found != expected:
        raise ActionError(f"{what} {found.hex()} instead of {expected.hex()}")
