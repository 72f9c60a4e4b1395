"""What became of the work on a card, until the server has been told."""

from dataclasses import dataclass

from reader.agent.errors import NotReportedError
from reader.errors import ReaderError
from reader.issuer_server import IssuerServer

REMEMBERED = 64  # tickets: a button that is pressed twice gets its first answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one ticket. Nothing in it says whose card it was."""

    action: str
    done: bool
    code: str = ""


class Outcomes:
    """Done on a card is done, whatever the line does, and however often a page asks."""

    def __init__(self, server: IssuerServer) -> None:
        self._server = server
        self._kept: dict[str, Outcome] = {}
        self._told: dict[str, tuple[Outcome, str]] = {}

    def of(self, ticket: str) -> Outcome | None:
        """What became of the work under *ticket*, if it has been done; told or not."""
        told = self._told.get(ticket)
        return told[0] if told else self._kept.get(ticket)

    def report(self, ticket: str, outcome: Outcome) -> str:
        """The number of its audit entry; NotReportedError keeps it for the next time."""
        if (told := self._told.get(ticket)) is not None:
            return told[1]
        self._kept[ticket] = outcome
        try:
            audit = self._server.report(ticket, done=outcome.done, code=outcome.code)
        except ReaderError as error:
            raise NotReportedError(error.code) from error
        del self._kept[ticket]
        self._remember(ticket, outcome, audit)
        return audit

    def _remember(self, ticket: str, outcome: Outcome, audit: str) -> None:
        while len(self._told) >= REMEMBERED:
            del self._told[next(iter(self._told))]
        self._told[ticket] = outcome, audit
