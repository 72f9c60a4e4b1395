"""What one chip has acknowledged of one card's content: no more than that, ever.

It is kept after each answer of the card. A cut between answer and keeping leaves it behind, never
ahead: the same block is sent twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Progress:
    """*reached* counts the groupings in the card, by application; *keep* is called at each step.

    *content* tells the card's content from any other (SHA-256). *chip_key* and *record* are the
    public key that the chip made and the record signed over it: neither could be had again.
    """

    number: str
    content: bytes = b""
    reached: dict[str, int] = field(default_factory=dict)
    chip_key: bytes | None = None
    record: bytes | None = field(default=None, repr=False)
    keep: Callable[["Progress"], None] = field(default=lambda progress: None, repr=False)

    @property
    def begun(self) -> bool:
        """Whether anything of it is in the card."""
        return bool(self.reached)

    def goes_on_with(self, content: bytes) -> None:
        """Keep what was reached if it was of this content; begin anew if not."""
        if self.content != content:
            self.begin(content)

    def begin(self, content: bytes) -> None:
        """Nothing is in the card.

        Kept before the first block is sent: what is kept of another card's content would be wrong
        from that block on.
        """
        self.content, self.reached, self.chip_key, self.record = content, {}, None, None
        self.keep(self)

    def note(self, application: str, reached: int) -> None:
        """The card has so many groupings of an application."""
        self.reached[application] = reached
        self.keep(self)

    def note_key_pair(self, application: str, chip_key: bytes, record: bytes) -> None:
        """The chip made its key pair, and the record over it was signed."""
        self.chip_key, self.record = chip_key, record
        self.note(application, 1)
