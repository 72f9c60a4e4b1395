"""What became of the work on a card, until the server has been told."""

from dataclasses import dataclass, field

from reader.agent.errors import NotReportedError
from reader.errors import ReaderError
from reader.issuer_server import IssuerServer


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one ticket. Nothing in it says whose card it was."""

    action: str
    done: bool
    code: str = ""


@dataclass(slots=True)
class Outcomes:
    """Those that the server does not know yet: done on a card is done, whatever the line does."""

    server: IssuerServer
    _kept: dict[str, Outcome] = field(default_factory=dict)

    def kept(self, ticket: str) -> Outcome | None:
        """What became of the work under *ticket*, if it still has to be told."""
        return self._kept.get(ticket)

    def report(self, ticket: str, outcome: Outcome) -> str:
        """The number of its audit entry; NotReportedError keeps it for the next time."""
        self._kept[ticket] = outcome
        try:
            audit = self.server.report(ticket, done=outcome.done, code=outcome.code)
        except ReaderError as error:
            raise NotReportedError(error.code) from error
        del self._kept[ticket]
        return audit
