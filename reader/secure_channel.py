"""SCP03 at the reader's end: a transport around a transport (GPC Amendment D 1.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from crypto.errors import SecureChannelError
from crypto.keys import KeySet
from crypto.scp03 import SecurityLevel, Session, secured_class
from crypto.scp03_initiation import InitializeUpdateResponse
from crypto.scp03_keys import Mode
from reader.errors import CardAuthenticationError, CardRefusedError, MalformedAnswerError
from reader.global_platform import command_name, initialize_update
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import Ins
from reader.iso7816.status import SW
from reader.transport import Transport, decode_answer

FULL = (
    SecurityLevel.C_MAC
    | SecurityLevel.C_DECRYPTION
    | SecurityLevel.R_MAC
    | SecurityLevel.R_ENCRYPTION
)


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """What INITIALIZE UPDATE tells about the chip before anything is proved."""

    key_diversification_data: bytes  # 10 bytes
    key_version: int


class SecureChannel:
    """An open channel; *identity* is the chip's, *capacity* the plain bytes a command holds."""

    def __init__(self, inner: Transport, session: Session, identity: CardIdentity) -> None:
        self._inner = inner
        self._session = session
        self.identity = identity
        self.capacity = session.data_capacity()

    def transmit(self, command: bytes) -> bytes:
        """Seal the command, open the answer; SecureChannelError ends the channel."""
        plain = CommandApdu.decode(command)
        cla = secured_class(plain.cla)
        header = bytes((cla, plain.ins, plain.p1, plain.p2))
        sealed = CommandApdu(
            cla=cla,
            ins=plain.ins,
            p1=plain.p1,
            p2=plain.p2,
            data=self._session.seal_command(header, plain.data),
            ne=256,  # at R-MAC levels every answer carries a MAC
        )
        response = decode_answer(self._inner.transmit(sealed.encode()))
        data = self._session.open_response(response.data, response.sw)
        return ResponseApdu(data, response.sw).encode()


def open_channel(
    inner: Transport,
    keys: Callable[[CardIdentity], KeySet],
    host_challenge: bytes,
    *,
    level: SecurityLevel = FULL,
) -> SecureChannel:
    """Authenticate to the selected security domain as its issuer.

    *keys* gives the key set of the chip that answered. Raises CardAuthenticationError where
    chip and host do not hold the same keys: a second try with the same keys only counts down.
    """
    mode = Mode(len(host_challenge))
    try:
        answer = InitializeUpdateResponse.decode(_send(inner, initialize_update(host_challenge)))
    except SecureChannelError as error:
        raise MalformedAnswerError("INITIALIZE UPDATE") from error
    if answer.options.mode is not mode:
        raise MalformedAnswerError(f"the card speaks {answer.options.mode.name}")
    identity = CardIdentity(answer.diversification_data, answer.key_version)
    session = Session.start(keys(identity), host_challenge, answer.card_challenge, mode)
    try:
        field = session.authenticate(answer.card_cryptogram, level)
    except SecureChannelError as error:
        raise CardAuthenticationError("security domain") from error
    command = CommandApdu(cla=0x84, ins=Ins.EXTERNAL_AUTHENTICATE, p1=int(level), data=field)
    _send(inner, command)
    return SecureChannel(inner, session, identity)


def _send(inner: Transport, command: CommandApdu) -> bytes:
    response = decode_answer(inner.transmit(command.encode()))
    if response.sw != SW.OK:
        raise CardRefusedError(response.sw, command_name(command.ins))
    return response.data
