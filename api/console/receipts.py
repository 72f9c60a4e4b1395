"""The receipt of something done: a PDF page from the ticket and its audit entry."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from api.config import service
from api.console.desk import CLERKS
from api.console.people import only, who
from api.console.receipt import Receipt, Sentence, receipt_pdf
from api.database import BookSession
from issuance.book_errors import NotFoundError
from issuance.counter import card_sheet, mandates, presences, spot_replacement, tickets
from issuance.counter.action_table import ACTIONS, Action
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Outcome

bp = Blueprint("receipts", __name__, url_prefix="/receipts")
bp.before_request(only(*CLERKS))


@bp.get("/<ticket>.pdf")
def pdf(ticket: str) -> ResponseReturnValue:
    """The receipt of what was done under a ticket."""
    with service().book.reading() as session:
        found = tickets.get(session, ticket)
        if found.clerk != who().name or not has_receipt(found):
            raise NotFoundError("ticket", ticket)
        content = receipt_pdf(_receipt(session, found))
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="receipt-{found.audit_number}.pdf"'
    return answer


def has_receipt(ticket: CounterTicket) -> bool:
    """Whether there is something to have a receipt of."""
    is_action = any(ticket.action == action.value for action in Action)
    return is_action and ticket.outcome == Outcome.DONE.value


def _result(ticket: CounterTicket) -> Sentence:
    number = spot_replacement.made_under(ticket)
    if number is None:
        return "done", "已办结"
    return f"done: new card {number}", f"已办结，新卡 {number}"


def _receipt(session: BookSession, ticket: CounterTicket) -> Receipt:
    ended = tickets.ended(ticket)
    if ended is None or ticket.card_number is None or ticket.done_at is None:
        raise NotFoundError("ticket", ticket.id)
    sheet = card_sheet.card_sheet(session, ticket.card_number, at=service().now())
    agent = mandates.get(session, ticket.mandate).agent_name if ticket.mandate else ""
    return Receipt(
        action=ACTIONS[Action(ticket.action)].label,
        result=_result(ticket),
        card_number=sheet.number,
        holder=sheet.holder.name,
        acting=agent,
        clerk=who().display_name,
        desk=ticket.desk or "",
        at=ticket.done_at,
        audit=ended.audit,
        token=presences.token_of(session, ticket.parent or ""),
    )
