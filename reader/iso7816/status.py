"""Status words SW1-SW2 (ISO/IEC 7816-4, 5.6; '94xx' and '93xx' as LD/T 32.5 and PBOC use them)."""

from enum import IntEnum, unique


@unique
class SW(IntEnum):
    """The status words that the card gives or the reader tells apart."""

    OK = 0x9000
    END_OF_FILE = 0x6282  # data, but fewer bytes than Le
    SELECTED_FILE_INVALIDATED = 0x6283
    MORE_STATUS_DATA = 0x6310  # GPC, 11.4.3.2
    MEMORY_FAILURE = 0x6581
    WRONG_LENGTH = 0x6700
    LOGICAL_CHANNEL_NOT_SUPPORTED = 0x6881
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882
    LAST_COMMAND_OF_CHAIN_EXPECTED = 0x6883
    COMMAND_CHAINING_NOT_SUPPORTED = 0x6884
    COMMAND_NOT_ACCEPTED = 0x6901
    COMMAND_INCOMPATIBLE_WITH_FILE = 0x6981
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    AUTHENTICATION_METHOD_BLOCKED = 0x6983
    REFERENCE_DATA_NOT_USABLE = 0x6984  # on cards of the field also: no challenge was asked for
    CONDITIONS_OF_USE_NOT_SATISFIED = 0x6985
    NO_CURRENT_EF = 0x6986
    SECURE_MESSAGING_MISSING = 0x6987
    SECURE_MESSAGING_INCORRECT = 0x6988
    WRONG_DATA = 0x6A80
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    NOT_ENOUGH_MEMORY = 0x6A84
    WRONG_P1_P2 = 0x6A86
    REFERENCED_DATA_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    INS_NOT_SUPPORTED = 0x6D00
    CLA_NOT_SUPPORTED = 0x6E00
    NO_PRECISE_DIAGNOSIS = 0x6F00
    # PBOC (JR/T 0025) and 人社信息函〔2012〕38号
    MAC_INVALID = 0x9302
    APPLICATION_PERMANENTLY_BLOCKED = 0x9303
    INSUFFICIENT_FUNDS = 0x9401
    TRANSACTION_NUMBERS_EXHAUSTED = 0x9402
    KEY_INDEX_NOT_SUPPORTED = 0x9403
    PROOF_NOT_AVAILABLE = 0x9406


MORE_DATA = 0x61  # SW1; SW2 says how many bytes GET RESPONSE will bring
WRONG_LE = 0x6C  # SW1; SW2 is the exact Le


def tries_left(sw: int) -> int | None:
    """X of '63CX', the counter in a refused VERIFY or EXTERNAL AUTHENTICATE; else None."""
    return sw & 0x0F if sw & 0xFFF0 == 0x63C0 else None


class StatusError(Exception):
    """A command is answered with a status word other than '9000'.

    The simulated card raises it to refuse; it becomes bytes in one place.
    """

    def __init__(self, sw: int) -> None:
        self.sw = sw
        super().__init__(describe(sw))


def describe(sw: int) -> str:
    """For people: the number and the standard's name for it."""
    if (left := tries_left(sw)) is not None:
        return f"{sw:04X} (wrong, {left} tries left)"
    try:
        return f"{sw:04X} ({SW(sw).name.replace('_', ' ').lower()})"
    except ValueError:
        return f"{sw:04X}"
