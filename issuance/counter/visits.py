"""A visit: somebody is at a desk for a purpose, and shows a card."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from crypto.envelope import Signer
from issuance import audit, cards, duties, lifecycle
from issuance.book_errors import ConflictError
from issuance.counter import suspicions, tickets
from issuance.counter.action_table import VISIT
from issuance.counter.errors import ForeignDeskError, ParameterError, WrongCardError
from issuance.counter.models import CounterTicket, Presence
from issuance.counter.tickets import Ended
from reader import presence
from reader.authenticity import Verdict, Verification
from reader.card_profile.values import RegionCode
from reader.card_record import CardRecord
from reader.presence import PresenceToken, sign_presence

MAX_PURPOSE = 64
DOING = ("service at the counter", "柜台业务")
# Of these the card itself is known and proved; whether it may be used is another question.
KNOWN = frozenset(
    {
        Verdict.GENUINE,
        Verdict.REVOKED,
        Verdict.SUSPENDED,
        Verdict.INACTIVE,
        Verdict.NOT_YET_VALID,
        Verdict.EXPIRED,
    }
)


def open(  # noqa: A001  # the word of the counter
    session: Session,
    ticket: str,
    *,
    purpose: str,
    clerk: str,
    at: datetime,
    desk: str | None = None,
) -> CounterTicket:
    """Begin a visit under the name *ticket* (`tickets.new_id`); the same again gives the same.

    *desk* binds it to a desk from the start; otherwise to the one that shows a card first. Raises
    DutyError, ParameterError, ConflictError.
    """
    duties.require_role(session, clerk, lifecycle.COUNTER, doing=DOING)
    if not 0 < len(purpose) <= MAX_PURPOSE or not purpose.isprintable():
        raise ParameterError(
            "purpose", f"1 to {MAX_PURPOSE} printable characters", f"须为 1 至 {MAX_PURPOSE} 个字符"
        )
    if (found := session.get(CounterTicket, ticket)) is not None:
        if (found.action, found.purpose, found.clerk) != (VISIT, purpose, clerk):
            raise ConflictError(f"There is a ticket {ticket} already.", f"业务单 {ticket} 已存在。")
        return found
    opened = CounterTicket(
        id=ticket,
        action=VISIT,
        purpose=purpose,
        clerk=clerk,
        desk=desk,
        parameters={},
        opened_at=at,
        expires_at=at + tickets.LIFETIME,
    )
    session.add(opened)
    session.flush()
    return opened


def get(session: Session, ticket: str, *, lock: bool = False) -> CounterTicket:
    """The visit. Raises NotFoundError, ParameterError for a ticket of another kind."""
    found = tickets.get(session, ticket, lock=lock)
    if found.action != VISIT:
        raise ParameterError("ticket", "not a visit", "不是来访业务单")
    return found


def require_showable(session: Session, ticket: str, *, desk: str, at: datetime) -> CounterTicket:
    """The visit, if this desk may show a card in it now.

    Raises NotFoundError, TicketOverError, ForeignDeskError.
    """
    visit = get(session, ticket, lock=True)
    tickets.require_open(visit, at=at)
    if visit.desk not in (None, desk):
        raise ForeignDeskError
    return visit


def show(
    session: Session,
    ticket: str,
    found: Verification,
    *,
    desk: str,
    signer: Signer | None,
    random: Callable[[int], bytes],
    at: datetime,
) -> str | None:
    """Note that the card which *found* judges was here; the presence token, if it is a yes.

    Only a card whose chip was proved counts as shown; one that is not what it says is noted
    (`issuance.counter.suspicions`). Without *signer* there is no token. Raises as
    `require_showable`, and WrongCardError for another card than the visit's.
    """
    visit = require_showable(session, ticket, desk=desk, at=at)
    record = found.record
    if record is None or "chip" not in found.checks or found.verdict not in KNOWN:
        suspicions.note(session, visit, found, desk=desk, at=at)
        return None
    _bind(session, visit, record, desk, at)
    token = None
    if found.genuine and signer is not None:
        token = _attest(session, visit, record, desk, signer, random, at)
    detail = {"ticket": ticket, "desk": desk, "purpose": visit.purpose}
    detail["verdict"] = found.verdict.value
    _note(session, visit, "counter.show", detail, at)
    return token


def close(session: Session, ticket: str, *, at: datetime) -> Ended:
    """End a visit; the same again gives the same."""
    visit = get(session, ticket, lock=True)
    return tickets.ended(visit) or tickets.end(session, visit, at=at)


def _bind(
    session: Session, visit: CounterTicket, record: CardRecord, desk: str, at: datetime
) -> None:
    code = bytes(record.identification_code)
    if visit.identification_code not in (None, code):
        raise WrongCardError
    visit.desk, visit.identification_code = desk, code
    card = cards.get(session, record.card_number)
    visit.card_number, visit.region = card.number, card.region
    visit.shown_at = visit.shown_at or at


def _attest(
    session: Session,
    visit: CounterTicket,
    record: CardRecord,
    desk: str,
    signer: Signer,
    random: Callable[[int], bytes],
    at: datetime,
) -> str:
    token = PresenceToken(
        card_number=record.card_number,
        identification_code=record.identification_code,
        region=RegionCode(visit.region or ""),
        desk=desk,
        clerk=visit.clerk,
        purpose=visit.purpose,
        at=at,
        expires_at=at + presence.LIFETIME,
        identifier=random(presence.ID_SIZE),
    )
    text = sign_presence(token, signer)
    session.add(
        Presence(
            id=token.identifier.hex(),
            region=token.region,
            card_number=str(token.card_number),
            identification_code=bytes(token.identification_code),
            desk=desk,
            clerk=visit.clerk,
            purpose=visit.purpose,
            at=at,
            ticket=visit.id,
            token=text,
        )
    )
    session.flush()
    return text


def _note(
    session: Session, visit: CounterTicket, event: str, detail: dict[str, str], at: datetime
) -> None:
    things: list[tuple[str, audit.Detail]] = [(f"card {visit.card_number}", detail)]
    chain = visit.region or audit.OFFICE
    audit.append(session, event, things, chain=chain, by=visit.clerk, at=at)
