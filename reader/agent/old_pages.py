"""Calls of the field's older pages, behind the same guards."""

from reader.agent.equipment import Visitor
from reader.agent.errors import UnknownCallError
from reader.agent.protocol import OldCall
from reader.agent.stop import Stop


def no_old_pages(call: OldCall, visitor: Visitor, stop: Stop) -> str:
    """An agent that knows none of them."""
    raise UnknownCallError(call.function)
