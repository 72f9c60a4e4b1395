"""Work that the server does on the card itself (`reader.relay`): the page sees that it goes on."""

from dataclasses import dataclass, field

from reader.agent.equipment import Tell
from reader.relay import Answer, Order, RelayLine

PROGRESS = "progress"
EVERY = 25  # orders; a card takes some hundreds


@dataclass
class WatchedLine:
    """A line to the server that tells the page now and then how many orders there were."""

    line: RelayLine
    tell: Tell
    _next: int = field(default=1)

    def relay(self, ticket: str, answer: Answer | None) -> Order:
        """See `reader.relay.RelayLine`."""
        order = self.line.relay(ticket, answer)
        if order.number >= self._next:
            self.tell(PROGRESS, orders=order.number)
            self._next = order.number + EVERY
        return order
