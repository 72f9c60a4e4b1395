"""A calculation that was kept, as a citizen reads it."""

from typing import Any

from sqlalchemy.orm import Session

from api.services.determination.models import StoredCalculation
from api.services.errors import UnknownError


def statement(session: Session, name: str, person: str) -> dict[str, Any]:
    """The calculation *name* of this person. UnknownError for one of somebody else, too."""
    found = session.get(StoredCalculation, name)
    if found is None or found.person != person:
        raise UnknownError("calculation", name)
    return {
        "id": found.id,
        "subject": found.subject,
        "region": found.region,
        "month": str(found.month),
        "rules": found.rules,
        "made_at": found.made_at.isoformat(timespec="seconds"),
        "results": found.results,
        "explanation": found.explanation,
        "parameters": found.parameters,
        "replaces": found.replaces,
        "differences": found.differences,
    }
