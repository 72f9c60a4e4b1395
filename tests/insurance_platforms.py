"""Platforms and their files of orders, for tests."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from api.services.enrolment.models import Employer
from tests.insurance import CLERK, COUNTY, InsuranceOffice

MEALS, RIDES = "91430100MA4DELIV01", "91430100MA4RIDES02"
HEADER = "platform,region,month,person,orders,income"
Row = tuple[str, str, str, str, str, str]


def platforms(office: InsuranceOffice) -> None:
    """A platform that delivers meals and one for rides, with their rates for an order."""

    def work(session: Session) -> None:
        for code, name, industry in ((MEALS, "某外卖", "delivery"), (RIDES, "某出行", "ride")):
            session.add(
                Employer(
                    code=code,
                    name=name,
                    office=COUNTY,
                    industry=industry,
                    registered_at=office.at,
                    registered_by=CLERK,
                )
            )

    office.change(work)
    office.set("platform_work.rate_delivery", "430000", "2025-07", "0.07")
    office.set("platform_work.rate_ride", "430000", "2025-07", "0.0125")


def order_file(rows: Iterable[tuple[str, ...]]) -> bytes:
    """The file of such rows."""
    lines = [HEADER, *(",".join(row) for row in rows)]
    return "\r\n".join(lines).encode()
