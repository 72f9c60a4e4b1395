"""What the transmission protocols make of commands and answers (ISO/IEC 7816-3, 12.2; 7816-4, 5.3).

T=0 cannot send data both ways in one exchange: data that answers data waits for GET RESPONSE. On
either protocol an answer longer than Le comes in pieces, and a command in a chain waits until the
last piece of it is there.
"""

from collections.abc import Callable
from dataclasses import replace

from reader.iso7816.apdu import SHORT_MAX_NE, ApduError, CommandApdu, ResponseApdu
from reader.iso7816.commands import CHAINING, SECURE_MESSAGING, Ins
from reader.iso7816.status import MORE_DATA, SW, WRONG_LE, StatusError

MAX_CHAIN = 0xFFFF  # what one extended command could have carried
FIRST_CLASSES_AND_CHAINING = 0xE0 | CHAINING
GET_RESPONSE = int(Ins.GET_RESPONSE)  # looked at in every command, and an enumeration is slow

Answer = Callable[[CommandApdu], ResponseApdu]


class Transmission:
    """The card's end of one protocol, from reset to reset. *protocol* 0 is T=0, 1 is T=1."""

    def __init__(self, protocol: int) -> None:
        self._protocol = protocol
        self._pending = b""
        self._class = 0x00  # of the last command with an answer
        self._final: int = SW.OK  # status word behind the last piece of what is pending
        self._chain: CommandApdu | None = None

    def exchange(self, raw: bytes, answer: Answer) -> bytes:
        """The bytes that answer *raw*, whatever they are; *answer* sees whole commands."""
        try:
            command = CommandApdu.decode(raw)
            piecewise = command.ins == GET_RESPONSE or command.cla & CHAINING
            if piecewise or self._pending or self._chain:
                response = self._in_pieces(command, answer)
            else:
                response = self._announce(command, answer(command))
        except ApduError:
            response = ResponseApdu(b"", SW.WRONG_LENGTH)
        except StatusError as refusal:
            response = ResponseApdu(b"", refusal.sw)
        return response.encode()

    def _in_pieces(self, command: CommandApdu, answer: Answer) -> ResponseApdu:
        """The answer where something waits, or may be asked for or sent in pieces."""
        pending, self._pending = self._pending, b""
        # Hosts ask in the interindustry class or in that of the command (7816-3, 12.2.1).
        if command.ins == GET_RESPONSE and command.cla in {0x00, self._class}:
            self._chain = None
            return self._get_response(command, pending)
        # Bit 5 says that more follows, in the first interindustry classes (7816-4, 5.4.1).
        if self._chain is None and command.cla & FIRST_CLASSES_AND_CHAINING != CHAINING:
            return self._announce(command, answer(command))
        whole = self._unchain(command)
        if whole is None:
            return ResponseApdu(b"", SW.OK)
        return self._announce(command, answer(whole))

    def _unchain(self, command: CommandApdu) -> CommandApdu | None:
        """The whole command, or None while more of its chain is to come (7816-4, 5.3.3)."""
        chain, self._chain = self._chain, None
        more = command.cla & FIRST_CLASSES_AND_CHAINING == CHAINING
        if command.cla & SECURE_MESSAGING:
            raise StatusError(SW.COMMAND_CHAINING_NOT_SUPPORTED)
        whole = replace(command, cla=command.cla & ~CHAINING)
        if chain is not None:
            if whole.header != chain.header:
                raise StatusError(SW.LAST_COMMAND_OF_CHAIN_EXPECTED)
            whole = replace(whole, data=chain.data + whole.data)
        if len(whole.data) > MAX_CHAIN:
            raise StatusError(SW.WRONG_LENGTH)
        if more:
            self._chain = whole
            return None
        return whole

    def _announce(self, command: CommandApdu, response: ResponseApdu) -> ResponseApdu:
        """The answer as the protocol gives it; what does not fit stays for GET RESPONSE.

        Nothing waits behind an extended length: the transport carried it as an envelope.
        """
        if not response.data or command.extended:
            return response
        self._class = command.cla
        if self._protocol == 0:
            if command.data or not command.ne:
                self._pending, self._final = response.data, response.sw
                return _more(response.data)
            # The interface waits for as many bytes as P3 says, 00 being taken for what there is.
            if len(response.data) < command.ne < SHORT_MAX_NE:
                return ResponseApdu(b"", WRONG_LE << 8 | len(response.data))
        if len(response.data) <= (command.ne or SHORT_MAX_NE):
            return response
        ne = command.ne or SHORT_MAX_NE
        self._pending, self._final = response.data[ne:], response.sw
        return ResponseApdu(response.data[:ne], _more(self._pending).sw)

    def _get_response(self, command: CommandApdu, pending: bytes) -> ResponseApdu:
        """From what waits; '6985' if nothing does, '6CXX' if Le is too large."""
        if command.p1 or command.p2:
            raise StatusError(SW.WRONG_P1_P2)
        if not pending:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        # T=0 sends P3 = 00 for no Le as well as for 256, and hosts leave it out here.
        ne = command.ne or SHORT_MAX_NE
        if ne > len(pending) and ne < SHORT_MAX_NE:
            self._pending = pending
            return ResponseApdu(b"", WRONG_LE << 8 | len(pending))
        self._pending = pending[ne:]
        return ResponseApdu(pending[:ne], _more(self._pending).sw if self._pending else self._final)


def _more(rest: bytes) -> ResponseApdu:
    return ResponseApdu(b"", MORE_DATA << 8 | (len(rest) if len(rest) < 256 else 0))
