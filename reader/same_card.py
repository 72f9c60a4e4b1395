"""Whether it is still the card that the conversation began with.

A card that is exchanged faster than the reader looks is noticed by nobody: the new one knows
nothing of the conversation, but answers as soon as one of its applications is selected. So who
reads from several applications asks at the end, before anything is shown.
"""

from reader.errors import CardRefusedError, MalformedAnswerError
from reader.line_errors import CardResetError
from reader.session import CardSession


def require_same_card(session: CardSession) -> None:
    """Raise CardResetError unless it is: it has the same identification code still."""
    try:
        code = session.identify_again()
    except (CardRefusedError, MalformedAnswerError) as error:
        raise CardResetError(error.detail) from error
    if code != session.identification_code:
        raise CardResetError
