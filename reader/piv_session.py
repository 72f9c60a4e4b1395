"""A conversation with the PIV application of a card: login, public keys, objects.

What a holder's computer does with the key pairs is its own software's (OpenSC, ssh): this is what
the issuer reads back and what an authority reads that is to certify the keys.
"""

from reader.card_profile.key_applications import PIV
from reader.card_profile.piv import (
    CONTENT,
    INS_GET_METADATA,
    POINT_SIZE,
    PUBLIC_POINT,
    TAG_LIST,
    Metadata,
    Object,
    Reference,
    padded_pin,
)
from reader.errors import (
    AccessRefusedError,
    CardRefusedError,
    KeyPairMissingError,
    MalformedAnswerError,
    PinBlockedError,
    WrongPinError,
)
from reader.iso7816 import commands, tlv
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import SW, tries_left
from reader.transport import GetResponse, Transport, decode_answer

CURRENT_DF = (0x3F, 0xFF)  # P1-P2 of GET DATA (SP 800-73-4, part 2, 3.1.2)


class PivSession:
    """Speaks to the PIV application behind *transport*."""

    def __init__(self, transport: Transport) -> None:
        self._transport = GetResponse(transport)
        self._send(commands.select_aid(PIV.aid))

    def verify_pin(self, pin: str) -> None:
        """Log in as the holder. WrongPinError with the tries left, or PinBlockedError.

        ValueError for what is no PIN of 6 to 8 digits; that costs no try.
        """
        self._send(commands.verify(Reference.APPLICATION_PIN, padded_pin(pin)))

    def public_key(self, reference: Reference) -> bytes:
        """The public half of a key pair, 04 | X | Y; KeyPairMissingError if there is none yet."""
        command = CommandApdu(ins=INS_GET_METADATA, p2=reference, ne=SHORT_MAX_NE)
        point = _inside(self._send(command), Metadata.PUBLIC_KEY, PUBLIC_POINT)
        if point is None or len(point) != POINT_SIZE:
            raise MalformedAnswerError(f"public key {reference:02X}")
        return point

    def object(self, which: Object) -> bytes | None:
        """The content of a data object with a tag of three bytes; None if there is none."""
        p1, p2 = CURRENT_DF
        data = tlv.encode(TAG_LIST, which.to_bytes(3, "big"))
        command = CommandApdu(
            ins=commands.Ins.GET_DATA_ODD, p1=p1, p2=p2, data=data, ne=SHORT_MAX_NE
        )
        try:
            answer = self._send(command)
        except CardRefusedError as error:
            if error.sw == SW.FILE_NOT_FOUND:
                return None
            raise
        content = _inside(answer, CONTENT)
        if content is None:
            raise MalformedAnswerError(f"object {which:X}")
        return content

    def _send(self, command: CommandApdu) -> bytes:
        response = decode_answer(self._transport.transmit(command.encode()))
        left = tries_left(response.sw)
        if left is not None:
            raise WrongPinError(response.sw, left)
        match response.sw:
            case SW.OK:
                return response.data
            case SW.AUTHENTICATION_METHOD_BLOCKED:
                raise PinBlockedError(response.sw)
            case SW.SECURITY_STATUS_NOT_SATISFIED:
                raise AccessRefusedError(response.sw)
            case SW.REFERENCED_DATA_NOT_FOUND:
                raise KeyPairMissingError(response.sw)
        raise CardRefusedError(response.sw, command.header.hex(" ").upper())


def _inside(answer: bytes, *path: int) -> bytes | None:
    try:
        return tlv.find(answer, *path)
    except tlv.TlvError as error:
        raise MalformedAnswerError(str(error)) from error
