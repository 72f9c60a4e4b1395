"""What the transmission protocol T=0 makes of an answer (ISO/IEC 7816-3, 12.2).

T=0 cannot send data both ways in one exchange: data that answers data waits for GET
RESPONSE. T=1 passes whole answers and needs none of this.
"""

from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu, ResponseApdu
from reader.iso7816.status import MORE_DATA, SW, WRONG_LE, StatusError


def announce(command: CommandApdu, response: ResponseApdu) -> tuple[ResponseApdu, bytes]:
    """The answer as T=0 gives it, and what stays behind for GET RESPONSE.

    Nothing waits behind an extended length: the transport carried it as an envelope.
    """
    if not response.data or command.extended:
        return response, b""
    if command.data or not command.ne:
        return _more(response.data), response.data
    if len(response.data) <= command.ne:
        return response, b""
    rest = response.data[command.ne :]
    return ResponseApdu(response.data[: command.ne], _more(rest).sw), rest


def get_response(command: CommandApdu, pending: bytes) -> tuple[ResponseApdu, bytes]:
    """Answer GET RESPONSE from what waits; '6985' if nothing does, '6CXX' if Le is too large."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if not pending:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    # T=0 sends P3 = 00 for no Le as well as for 256, and hosts leave it out here.
    ne = command.ne or SHORT_MAX_NE
    if ne != SHORT_MAX_NE and ne > len(pending):
        return ResponseApdu(b"", WRONG_LE << 8 | len(pending)), pending
    part, rest = pending[:ne], pending[ne:]
    return ResponseApdu(part, _more(rest).sw if rest else SW.OK), rest


def _more(rest: bytes) -> ResponseApdu:
    return ResponseApdu(b"", MORE_DATA << 8 | (len(rest) if len(rest) < 256 else 0))
