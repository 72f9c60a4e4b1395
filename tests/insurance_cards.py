"""Cards in use and visits in which they were shown, as the bureau and a desk leave them."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.people.models import InsuredPerson
from issuance.counter.models import CounterTicket, Presence
from issuance.models import Application, Batch, Card, IntakeFile, StatusListRow
from issuance.states import ApplicationState, BatchState, CardState, Signing


def show(
    session: Session, person: str, visit: str, *, clerk: str, desk: str, region: str, at: datetime
) -> None:
    """The card of *person*, issued if need be, is shown and proved in a visit at a desk."""
    card = session.scalar(select(Card).where(Card.social_security_number == person))
    if card is None:
        card = _issue(session, person, clerk=clerk, region=region, at=at)
    session.add(
        CounterTicket(
            id=visit,
            action="visit",
            purpose="card-service",
            clerk=clerk,
            desk=desk,
            region=card.region,
            card_number=card.number,
            identification_code=card.identification_code,
            parameters={},
            opened_at=at,
            expires_at=at + timedelta(minutes=10),
            shown_at=at,
        )
    )
    session.flush()
    session.add(
        Presence(
            id=hashlib.sha256(visit.encode()).hexdigest()[:32],
            region=card.region,
            card_number=card.number,
            identification_code=card.identification_code or b"",
            desk=desk,
            clerk=clerk,
            purpose="card-service",
            at=at,
            ticket=visit,
            token="token",  # noqa: S106  # nobody looks into it here
        )
    )


def _issue(session: Session, person: str, *, clerk: str, region: str, at: datetime) -> Card:
    """A card in use, as the bureau leaves it in the book."""
    row = (session.scalar(select(func.max(Application.row))) or 0) + 1
    if row == 1:
        session.add(
            IntakeFile(
                id=1,
                sha256="0" * 64,
                name="people.csv",
                encoding="UTF-8",
                header=[],
                dated=at.date(),
                region=region,
                rows=0,
                refused=0,
                received_at=at,
                received_by=clerk,
            )
        )
        session.add(StatusListRow(id=1, region=region, secret=bytes(32), taken=0))
        session.flush()
        session.add(
            Batch(
                id=f"{region}-20261127-01",
                region=region,
                profile="v3.00",
                intake_id=1,
                signing=Signing.STATION,
                state=BatchState.PRODUCED,
                size=0,
                requested_at=at,
                requested_by=clerk,
            )
        )
        session.flush()
    batch = f"{region}-20261127-01"
    holder = session.get_one(InsuredPerson, person)
    session.add(
        Application(
            region=region,
            intake_id=1,
            row=row,
            social_security_number=person,
            name=holder.name,
            sex=holder.sex,
            ethnic_group="01",
            birth_date=f"{holder.birth:%Y%m%d}",
            birthplace="430102",
            document_type="1",
            mobile="13800000000",
            registered_address="-",
            residence_region=holder.office,
            residence_address="-",
            insurance_region=holder.office,
            person_category="24",
            application_type="1",
            replacement_reason="",
            old_card_number="",
            bank="",
            guardian_name="",
            guardian_number="",
            photo="",
            batch_id=batch,
            state=ApplicationState.CARDED,
        )
    )
    session.flush()
    card = Card(
        region=region,
        number=f"A{row:08}",
        batch_id=batch,
        intake_id=1,
        row=row,
        social_security_number=person,
        state=CardState.ACTIVE,
        status_list=1,
        status_index=row,
        issued_on=at.date(),
        expires_on=at.date() + timedelta(days=3650),
        identification_code=bytes.fromhex(region) + row.to_bytes(13),
        changed_at=at,
    )
    session.add(card)
    session.flush()
    return card
