"""The parameters of a book, as calculations see them; each is read and found once for a work."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.parameters.declared import DECLARED
from api.services.parameters.models import Parameter
from api.services.parameters.view import Looked, Parameters, Version


class ParameterBook:
    """Hands out views; what it read stays in it, for as long as one piece of work lasts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[str, Sequence[Version]] = {}
        self._looked = Looked()

    def view(self) -> Parameters:
        """A view for one calculation."""
        return Parameters(self._versions, DECLARED, looked=self._looked)

    def _versions(self, name: str) -> Sequence[Version]:
        if name not in self._read:
            rows = self._session.execute(
                select(
                    Parameter.region, Parameter.from_month, Parameter.version, Parameter.value
                ).where(Parameter.name == name)
            )
            self._read[name] = [
                Version(row.region, row.from_month.number, row.version, row.value) for row in rows
            ]
        return self._read[name]
