"""What truly happens on the floor, for tests: where each blank and card lies, pile by pile.

It knows nothing of the book. A station's cards and blanks lie in piles until they are counted; the
figures of an honest count are the sizes of the piles.
"""

from collections import Counter
from dataclasses import dataclass, field

from issuance.stock.accounting import FIGURES, Figures


@dataclass
class Pile:
    """Cards, or blanks, of a batch at a station since the last count."""

    received: int = 0
    carried_in: int = 0
    good: set[str] = field(default_factory=set)
    rejected: int = 0
    samples: int = 0
    returned: int = 0
    worked: set[str] = field(default_factory=set)  # who must not count it
    number: int = 1
    counted: bool = False

    @property
    def waiting(self) -> int:
        """What lies there and nothing has become of yet."""
        gone = len(self.good) + self.rejected + self.samples + self.returned
        return self.received + self.carried_in - gone

    def figures(self) -> Figures:
        """What an honest counter finds."""
        return Figures(
            received=self.received,
            carried_in=self.carried_in,
            good=len(self.good),
            rejected=self.rejected,
            samples=self.samples,
            returned=self.returned,
            carried_out=self.waiting,
        )

    def reopen(self) -> None:
        """Something happens after a count: the next shift begins with what the last one left."""
        if self.counted:
            left, number = self.waiting, self.number + 1
            self.__init__(carried_in=left, number=number)  # type: ignore[misc]

    def is_empty(self) -> bool:
        """Whether it was counted and nothing is left."""
        return self.counted and self.waiting == 0


@dataclass
class Card:
    """A card: its state, its blank, and the station that had it last."""

    state: str = "prepared"
    blank: int | None = None
    last: str | None = None
    inspected: bool = False
    made: bool = False


@dataclass
class Floor:
    """The stock and the stations of one batch."""

    blanks: list[str]  # state of each blank of the lot
    places: dict[int, str] = field(default_factory=dict)  # station of a blank that was issued
    of_batch: set[int] = field(default_factory=set)
    cards: dict[str, Card] = field(default_factory=dict)
    piles: dict[tuple[str, str], Pile] = field(default_factory=dict)
    closed: bool = False

    def pile(self, station: str, kind: str) -> Pile:
        """The pile; touched, so that a counted one begins anew."""
        found = self.piles.setdefault((station, kind), Pile())
        found.reopen()
        return found

    def issue(self, places: range, station: str) -> None:
        """Blanks go to a station."""
        self.pile(station, "blank").received += len(places)
        for place in places:
            self.blanks[place] = "issued"
            self.places[place] = station
            self.of_batch.add(place)

    def give_back(self, places: range) -> None:
        """Blanks go back."""
        for place in places:
            self.pile(self.places.pop(place), "blank").returned += 1
            self.blanks[place] = "in_stock"
            self.of_batch.discard(place)

    def spoil(self, place: int, state: str, by: str) -> None:
        """A blank is rejected or taken as a sample, at a station or in the stock."""
        if self.blanks[place] == "issued":
            pile = self.pile(self.places[place], "blank")
            if state == "rejected":
                pile.rejected += 1
            else:
                pile.samples += 1
            pile.worked.add(by)
        self.blanks[place] = state

    def make(self, number: str, place: int, station: str, by: str) -> None:
        """A card is made on a blank."""
        card = self.cards[number]
        card.state, card.blank, card.made = "personalized", place, True
        self.blanks[place] = "used"
        blanks = self.pile(self.places[place], "blank")
        blanks.good.add(str(place))
        blanks.worked.add(by)
        self._pass(number, station, by)

    def inspect(self, number: str, station: str, by: str) -> None:
        """A card is found good."""
        self.cards[number].state, self.cards[number].inspected = "inspected", True
        self._pass(number, station, by)

    def reject(self, number: str, station: str, remake: str, by: str) -> None:
        """A card is spoilt where it was, or where it was found bad."""
        card = self.cards[number]
        old = self.piles.get((station, "card"))
        same_shift = old is not None and not old.counted and number in old.good
        pile = self.pile(station, "card")
        if same_shift:
            pile.good.discard(number)
        elif card.last == station or pile.waiting == 0:
            pile.received += 1  # brought back, or brought alone
        pile.rejected += 1
        pile.worked.add(by)
        if card.blank is not None:
            self._spoil_blank_of(card.blank, same_shift, station, by)
        card.state, card.last = "rejected", station
        self.cards[remake] = Card()

    def _spoil_blank_of(self, place: int, same_shift: bool, station: str, by: str) -> None:
        self.blanks[place] = "rejected"
        pile = self.piles.get((self.places[place], "blank"))
        lies_there = pile is not None and not pile.counted and str(place) in pile.good
        if pile is not None and same_shift and lies_there and self.places[place] == station:
            pile.good.discard(str(place))
            pile.rejected += 1
            pile.worked.add(by)

    def _pass(self, number: str, station: str, by: str) -> None:
        pile = self.pile(station, "card")
        if pile.waiting == 0:
            pile.received += 1
        pile.good.add(number)
        pile.worked.add(by)
        self.cards[number].last = station

    def balances(self) -> bool:
        """Whether the batch may close: all made, inspected, counted; nothing left anywhere."""
        ends = {"inspected", "rejected", "cancelled"}
        done = all(card.state in ends for card in self.cards.values())
        left = any(self.blanks[place] == "issued" for place in self.of_batch)
        counted = all(pile.is_empty() for pile in self.piles.values())
        return done and not left and counted

    def states(self) -> Counter[str]:
        """How many blanks are in each state."""
        return Counter(self.blanks)


def bent(figures: Figures, name: str, by: int) -> Figures:
    """A count with one figure wrong."""
    values = {one: getattr(figures, one) for one in FIGURES}
    values[name] = max(0, values[name] + by)
    return Figures(**values)
