"""A card whose environment (SSSE) its issuer blocked for a time, opened to be unblocked.

SELECT is answered with '6283' and what the application is; no file of it is read any more. So the
profile comes from the algorithm mark (9F0C), and the identification code, whose region leads to
the card's keys, from the signed record in DF0A or from whoever asks.
"""

from crypto.errors import EnvelopeError
from crypto.receipt import parse_record
from reader.card_check import read_record
from reader.card_keys import SERIAL_SIZE
from reader.card_profile.atr import ladder_factor
from reader.card_profile.df0a import DF0A
from reader.card_profile.profiles import PROFILES, V2, CardProfile
from reader.card_profile.ssse import SSSE
from reader.card_profile.values import IdentificationCode
from reader.card_record import CardRecord
from reader.desk_errors import BlockedCardUnknownError, OtherCardError
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.iso7816 import commands, tlv
from reader.iso7816.status import SW
from reader.refusals import ApplicationBlockedError, refusal
from reader.session import CardSession
from reader.transport import GetResponse, Transport, decode_answer

FCI, PROPRIETARY, ISSUER_DATA = 0x6F, 0xA5, 0x9F0C
_NOWHERE = IdentificationCode(bytes.fromhex("000000D1560000050000000000000000"))


def open_card(
    transport: Transport,
    atr: bytes,
    *,
    identification_code: IdentificationCode | None = None,
    pin: str | None = None,
) -> CardSession:
    """A session with the card, even if its SSSE is blocked for a time.

    *identification_code* and *pin* are used for a blocked card only: with either it can be told
    which keys are its own. BlockedCardUnknownError without; OtherCardError if the code given is
    another card's; ApplicationBlockedError if it is blocked for ever.
    """
    try:
        return CardSession(transport)
    except ApplicationBlockedError as blocked:
        if blocked.permanent:
            raise
    session = CardSession.of_blocked(transport, _profile(transport), _NOWHERE)
    code = identification_code or _code_in_the_record(session, pin)
    if code.serial != _serial(atr):
        raise OtherCardError(str(code))
    session.identification_code = code
    return session


def _profile(transport: Transport) -> CardProfile:
    """By the algorithm mark. Versions 1.00 and 2.00 share it, and their keys: taken for 2.00."""
    command = commands.select_aid(SSSE.aid)
    answer = decode_answer(GetResponse(transport).transmit(command.encode()))
    if answer.sw != SW.SELECTED_FILE_INVALIDATED:
        raise refusal(answer.sw, commands.name_of(command))
    try:
        data = tlv.find(answer.data, FCI, PROPRIETARY, ISSUER_DATA)
    except tlv.TlvError as error:
        raise MalformedAnswerError(f"SELECT: {error}") from error
    found = [one for one in (V2, *PROFILES.values()) if one.fci_issuer_data == data]
    if not found:
        raise MalformedAnswerError("SELECT names no algorithm known here")
    return found[0]


def _code_in_the_record(session: CardSession, pin: str | None) -> IdentificationCode:
    """The code in the signed record, not verified here: a wrong one opens nothing."""
    if pin:
        session.verify_pin(pin, within=DF0A.name)
    try:
        claims = parse_record(read_record(session)).claims
        return CardRecord.from_claims(claims, session.profile.suite).identification_code
    except (CardRefusedError, EnvelopeError, ValueError) as error:
        raise BlockedCardUnknownError(str(error)) from error


def _serial(atr: bytes) -> bytes:
    try:
        return ladder_factor(atr)[-SERIAL_SIZE:]
    except ValueError as error:
        raise MalformedAnswerError(str(error)) from error
