"""Builders of the commands the card understands (ISO/IEC 7816-4, 11; LD/T 32.5; GPC 2.3.1, 11)."""

from enum import IntEnum, unique

from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu


@unique
class Ins(IntEnum):
    """Instruction bytes of ISO/IEC 7816-4 and -8 and of LD/T 32.5."""

    VERIFY = 0x20
    PERFORM_SECURITY_OPERATION = 0x2A
    GENERATE_ASYMMETRIC_KEY_PAIR = 0x47
    APPLICATION_UNBLOCK = 0x18
    APPLICATION_BLOCK = 0x1E
    CARD_BLOCK = 0x16
    RESET_RETRY_COUNTER = 0x2C
    PIN_MAINTENANCE = 0x24  # RELOAD PIN and UNBLOCK PIN; ISO's CHANGE REFERENCE DATA
    KEY_OR_PIN_MAINTENANCE = 0xD4
    CHANGE_PIN = 0x5E
    MANAGE_CHANNEL = 0x70
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    GENERAL_AUTHENTICATE = 0x87
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_BINARY = 0xB0
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0
    GET_DATA = 0xCA
    GET_DATA_ODD = 0xCB  # with a tag list
    UPDATE_BINARY = 0xD6
    PUT_DATA_ODD = 0xDB
    UPDATE_RECORD = 0xDC
    APPEND_RECORD = 0xE2


CLA_PROPRIETARY = 0x80  # PBOC commands and GlobalPlatform
CHAINING = 0x10  # bit 5 of CLA (ISO/IEC 7816-4, 5.4.1)
SECURE_MESSAGING = 0x04  # bit 3 of CLA (ISO/IEC 7816-4, 5.4.1; GPC 2.3.1, 11.1.4)

SELECT_BY_FID, SELECT_CHILD_DF, SELECT_CHILD_EF, SELECT_PARENT, SELECT_BY_AID = 0, 1, 2, 3, 4
SELECT_BY_PATH_FROM_MF, SELECT_BY_PATH_FROM_DF = 8, 9
NO_RESPONSE_DATA = 0x0C  # P2 of SELECT
BLOCK_FOR_A_TIME, BLOCK_FOR_EVER = 0x00, 0x01  # P2 of APPLICATION BLOCK

UNBLOCK_PIN, RELOAD_PIN = 0x00, 0x01  # P2 of 84 24: keep the PIN, or take a new one

RECORD_BY_NUMBER = 0x04  # low three bits of P2 of READ and UPDATE RECORD
RECORDS_FROM_NUMBER = 0x05
RECORD_BY_TAG, NEXT_RECORD_OF_TAG = 0x00, 0x02
SFI_IN_P1 = 0x80  # of READ and UPDATE BINARY


def name_of(command: CommandApdu) -> str:
    """What a command is called, for people; its header if it has no name here."""
    try:
        return Ins(command.ins).name
    except ValueError:
        return command.header.hex(" ").upper()


def select_aid(aid: bytes, *, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """SELECT an application by its AID (7816-4, 11.2.2)."""
    return CommandApdu(ins=Ins.SELECT, p1=SELECT_BY_AID, data=aid, ne=ne)


def select_fid(fid: int) -> CommandApdu:
    """SELECT a DF or EF by file identifier, the form readers in the field use."""
    return CommandApdu(ins=Ins.SELECT, p1=SELECT_BY_FID, data=fid.to_bytes(2, "big"))


def read_record(number: int, *, sfi: int = 0, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """READ RECORD by number; *sfi* 0 means the current EF (7816-4, 11.4.3)."""
    return CommandApdu(ins=Ins.READ_RECORD, p1=number, p2=sfi << 3 | RECORD_BY_NUMBER, ne=ne)


def read_records_from(number: int, *, sfi: int = 0, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """READ RECORD of all records from *number* to the last (7816-4, 11.4.3), as the field does."""
    p2 = sfi << 3 | RECORDS_FROM_NUMBER
    return CommandApdu(ins=Ins.READ_RECORD, p1=number, p2=p2, ne=ne)


def read_record_by_tag(
    tag: int, *, sfi: int = 0, mode: int = RECORD_BY_TAG, ne: int = SHORT_MAX_NE
) -> CommandApdu:
    """READ RECORD by record identifier, the record's tag on this card: the first, or the next."""
    return CommandApdu(ins=Ins.READ_RECORD, p1=tag, p2=sfi << 3 | mode, ne=ne)


def update_record(number: int, record: bytes, *, sfi: int = 0) -> CommandApdu:
    """UPDATE RECORD by number with the whole record, tag and length included."""
    return CommandApdu(
        ins=Ins.UPDATE_RECORD, p1=number, p2=sfi << 3 | RECORD_BY_NUMBER, data=record
    )


def read_binary(offset: int, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """READ BINARY of the current EF; *offset* below 32,768 (7816-4, 11.3.3)."""
    return CommandApdu(ins=Ins.READ_BINARY, p1=offset >> 8, p2=offset & 0xFF, ne=ne)


def read_binary_of(sfi: int, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """READ BINARY from the start of the EF with this short identifier, which becomes current."""
    return CommandApdu(ins=Ins.READ_BINARY, p1=SFI_IN_P1 | sfi, ne=ne)


def update_binary(offset: int, data: bytes) -> CommandApdu:
    """UPDATE BINARY of the current EF."""
    return CommandApdu(ins=Ins.UPDATE_BINARY, p1=offset >> 8, p2=offset & 0xFF, data=data)


def get_challenge(size: int = 8) -> CommandApdu:
    """GET CHALLENGE: *size* random bytes from the card (7816-4, 11.5.3)."""
    return CommandApdu(ins=Ins.GET_CHALLENGE, ne=size)


def external_authenticate(kid: int, cryptogram: bytes, factor: bytes) -> CommandApdu:
    """EXTERNAL AUTHENTICATE with card key *kid*: cryptogram and factor (LD/T 32.5)."""
    return CommandApdu(ins=Ins.EXTERNAL_AUTHENTICATE, p2=kid, data=cryptogram + factor)


def internal_authenticate(kid: int, data: bytes, *, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """INTERNAL AUTHENTICATE with card key *kid* over *data* (LD/T 32.5; 7816-4, 11.5.2)."""
    return CommandApdu(ins=Ins.INTERNAL_AUTHENTICATE, p2=kid, data=data, ne=ne)


def verify(reference: int, pin: bytes) -> CommandApdu:
    """VERIFY the PIN *pin*, packed BCD (7816-4, 11.5.6; LD/T 32.5)."""
    return CommandApdu(ins=Ins.VERIFY, p2=reference, data=pin)


def change_pin(old: bytes, new: bytes) -> CommandApdu:
    """CHANGE PIN in the form seen in the field: old, 'FF', new (80 5E 01 00)."""
    return CommandApdu(cla=CLA_PROPRIETARY, ins=Ins.CHANGE_PIN, p1=0x01, data=old + b"\xff" + new)


def reload_pin() -> CommandApdu:
    """RELOAD PIN (84 24 00 01), its protected data field still to be filled (LD/T 32.5)."""
    return CommandApdu(
        cla=CLA_PROPRIETARY | SECURE_MESSAGING, ins=Ins.PIN_MAINTENANCE, p2=RELOAD_PIN
    )


def unblock_pin() -> CommandApdu:
    """UNBLOCK PIN (84 24 00 00), its MAC still to be added (LD/T 32.5)."""
    return CommandApdu(
        cla=CLA_PROPRIETARY | SECURE_MESSAGING, ins=Ins.PIN_MAINTENANCE, p2=UNBLOCK_PIN
    )


def append_record(record: bytes, *, sfi: int = 0) -> CommandApdu:
    """APPEND RECORD: the newest of a cyclic file (7816-4, 11.4.6)."""
    return CommandApdu(ins=Ins.APPEND_RECORD, p2=sfi << 3, data=record)


def application_block(*, for_ever: bool = False) -> CommandApdu:
    """APPLICATION BLOCK (84 1E), its MAC still to be added (LD/T 32.5, 7.1)."""
    p2 = BLOCK_FOR_EVER if for_ever else BLOCK_FOR_A_TIME
    return CommandApdu(cla=CLA_PROPRIETARY | SECURE_MESSAGING, ins=Ins.APPLICATION_BLOCK, p2=p2)


def application_unblock() -> CommandApdu:
    """APPLICATION UNBLOCK (84 18), its MAC still to be added (PBOC)."""
    return CommandApdu(cla=CLA_PROPRIETARY | SECURE_MESSAGING, ins=Ins.APPLICATION_UNBLOCK)


def card_block() -> CommandApdu:
    """CARD BLOCK (84 16), its MAC still to be added (LD/T 32.5, 7.2)."""
    return CommandApdu(cla=CLA_PROPRIETARY | SECURE_MESSAGING, ins=Ins.CARD_BLOCK)


def get_response(ne: int) -> CommandApdu:
    """GET RESPONSE for data announced with '61XX' (7816-3, 12.2.2)."""
    return CommandApdu(ins=Ins.GET_RESPONSE, ne=ne)
