"""Commands of the station to a chip, and what it answers."""

from issuance.station_errors import ForeignCardError
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.global_platform import GpIns, command_name
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW
from reader.transport import Transport


def send(transport: Transport, command: CommandApdu) -> bytes:
    """What the card answers to a command that it takes; ForeignCardError, CardRefusedError."""
    data, _ = ask(transport, command, SW.OK)
    return data


def ask(transport: Transport, command: CommandApdu, *good: int) -> tuple[bytes, int]:
    """The answer with its status word, which must be one of *good*."""
    response = ResponseApdu.decode(transport.transmit(command.encode()))
    if response.sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED and command.ins == GpIns.INSTALL:
        raise ForeignCardError  # secured already: it has a holder
    if response.sw not in good:
        raise CardRefusedError(response.sw, command_name(command.ins))
    return response.data, response.sw


def data_object(answer: bytes, *path: int) -> bytes:
    """The value behind a path of tags; MalformedAnswerError where the card gives none."""
    try:
        found = tlv.find(answer, *path)
    except tlv.TlvError as error:
        raise MalformedAnswerError(str(error)) from error
    if not found:
        raise MalformedAnswerError(f"no data object {path[-1]:X}")
    return found


def data_objects(answer: bytes) -> list[tuple[int, bytes]]:
    """The data objects of an answer; MalformedAnswerError where they are none."""
    try:
        return [*tlv.parse(answer)]
    except tlv.TlvError as error:
        raise MalformedAnswerError(str(error)) from error
