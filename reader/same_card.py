"""Whether it is still the card that the conversation began with.

A card that is exchanged faster than the reader looks is noticed by nobody: the new one knows
nothing of the conversation, but answers as soon as one of its applications is selected. So who
reads from several applications asks at the end, before anything is shown.
"""

from reader.card_profile.ssse import EF05, SSSE
from reader.card_recognition import IDENTIFICATION_CODE
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.iso7816 import commands
from reader.iso7816.tlv import TlvError, parse_record
from reader.line_errors import CardResetError
from reader.session import CardSession


def require_same_card(session: CardSession) -> None:
    """Raise CardResetError unless it is: it has the same identification code still."""
    session.leave()
    application = session.profile.application(SSSE.name)
    try:
        session.exchange(application, commands.select_fid(EF05.fid))
        record = session.exchange(application, commands.read_record(IDENTIFICATION_CODE))
        code = parse_record(record)[1]
    except (CardRefusedError, MalformedAnswerError, TlvError) as error:
        raise CardResetError from error
    if code != session.identification_code:
        raise CardResetError
