"""Whose card it is: the fields of iReadCardBas read from it, and pCardInfo compared with it."""

from reader.card_profile.atr import HISTORICAL_SIZE, historical_bytes_of
from reader.card_profile.files import RecordFile
from reader.card_profile.ssse import EF05, EF06, SSSE
from reader.errors import AccessRefusedError, CardRefusedError, MalformedAnswerError
from reader.iso7816 import commands
from reader.iso7816.status import SW
from reader.iso7816.tlv import TlvError, parse_record
from reader.session import CardSession
from reader.sscard import item_text
from reader.sscard.basics import Basics
from reader.sscard.errors import ArgumentsError, OtherCardError
from reader.sscard.open_card import Card

MAX_CARD_INFO = 64
CARD_NUMBER_TAG = 0x07


def read_basics(card: Card, *, terminal_number: str, device_number: str) -> Basics:
    """The basics; whatever opens them has been shown. AccessRefusedError otherwise."""
    issuer, holder = _texts(card.session, EF05), _texts(card.session, EF06)
    if CARD_NUMBER_TAG not in issuer or not holder:
        raise AccessRefusedError(SW.SECURITY_STATUS_NOT_SATISFIED)
    return Basics(
        identification_code=card.session.identification_code,
        social_security_number=holder.get(0x08, ""),
        card_number=issuer[CARD_NUMBER_TAG],
        name=holder.get(0x09, "") + holder.get(0x4E, ""),
        historical_bytes=historical_bytes(card.atr),
        version=issuer.get(0x03, ""),
        issue_date=issuer.get(0x05, ""),
        expiry_date=issuer.get(0x06, ""),
        terminal_number=terminal_number,
        device_number=device_number,
    )


def historical_bytes(atr: bytes) -> bytes:
    """卡复位信息, 13 bytes; MalformedAnswerError if the answer to reset has others."""
    try:
        found = historical_bytes_of(atr)
    except ValueError as error:
        raise MalformedAnswerError(str(error)) from error
    if len(found) != HISTORICAL_SIZE:
        raise MalformedAnswerError(f"{len(found)} historical bytes, not {HISTORICAL_SIZE}")
    return found


def require_card(session: CardSession, card_info: str) -> None:
    """OtherCardError unless the card is the one of pCardInfo: identification code, card number.

    A card that keeps its number to itself until a key is shown is known by its code alone.
    """
    fields = card_info.split("|")
    if len(card_info) > MAX_CARD_INFO or len(fields) != 3 or fields[2]:
        raise ArgumentsError("pCardInfo: identification code | card number |")
    code, number = fields[:2]
    if code.upper() != str(session.identification_code):
        raise OtherCardError
    found = _card_number(session)
    if found is not None and found != number:
        raise OtherCardError


def _card_number(session: CardSession) -> str | None:
    application, file = session.profile.file_of(EF05.holds)
    slot = next(s for s in session.profile.record_file(EF05).slots if s.tag == CARD_NUMBER_TAG)
    session.exchange(application, commands.select_fid(file.fid))
    try:
        record = session.exchange(application, commands.read_record(slot.number))
    except AccessRefusedError:
        return None
    return item_text.text_of(slot.bound, _value(record))


def _texts(session: CardSession, declared: RecordFile) -> dict[int, str]:
    """The items of a file of the environment by their tags, those the card shows."""
    file = session.profile.record_file(declared)
    try:
        records = session.read_records(session.profile.application(SSSE.name), file)
    except CardRefusedError as refused:
        if isinstance(refused, AccessRefusedError):
            return {}
        raise
    pairs = zip(file.slots, records, strict=False)
    return {slot.tag: item_text.text_of(slot.bound, _value(r)) for slot, r in pairs if r}


def _value(record: bytes) -> bytes:
    try:
        return parse_record(record)[1]
    except TlvError as error:
        raise MalformedAnswerError(str(error)) from error
