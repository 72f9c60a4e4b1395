"""A desk without a line for tests: a trust list, one signed record, lists of any age, and a log."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from crypto.envelope import sign
from onecard.settings import Settings
from reader import status_list
from reader.card_profile.values import CardNumber, IdentificationCode, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference, to_text
from reader.cli import card as card_command
from reader.cli_verify import verify as verify_command
from reader.status_list import TokenStatus
from tests.signer import MemorySigner

LIST = 1
PERSON, NAME = "11010519491231002X", "张三"
HOUR = timedelta(hours=1)


@dataclass
class OfflineDesk:
    """What lies in the folder of the desk, and the commands that are given there."""

    folder: Path
    signer: MemorySigner = field(default_factory=MemorySigner)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        trust = self.folder / "trust.json"
        trust.write_text(self.signer.trust().dumps(), encoding="utf-8")
        self.settings = Settings(
            trust=trust,
            database=str(self.folder / "no-book.sqlite3"),
            language="en",
            desk="village-7",
            operator="Zhao",
        )

    @property
    def log(self) -> Path:
        return self.folder / "offline.jsonl"

    def text(self, number: int = 1) -> str:
        """The record of a card; its place in the list is its number."""
        record = CardRecord(
            card_number=CardNumber.of(f"A{number:07d}"),
            social_security_number=SocialSecurityNumber(PERSON),
            name=NAME,
            sex="2",
            identification_code=IdentificationCode(bytes.fromhex("430100D156000005" + 8 * "AB")),
            data_digest=bytes(16),
            issued_at=self.now - timedelta(days=9),
            expires_at=self.now + timedelta(days=9),
            status=StatusReference(LIST, number),
            chip_key_id=b"\x01\x01",
        )
        return to_text(sign(record.claims(self.signer.suite), self.signer))

    def lists(
        self, statuses: dict[int, TokenStatus] | None = None, *, age: timedelta = HOUR
    ) -> Path:
        """A file of one list, signed that long ago and good for two weeks."""
        signed = status_list.encode(
            LIST,
            statuses or {},
            self.signer,
            issued_at=self.now - age,
            lifetime=timedelta(days=14),
            time_to_live=HOUR,
        )
        path = self.folder / "lists.txt"
        path.write_text(status_list.dumps([signed]), encoding="ascii")
        return path

    def set(self, **settings: Any) -> None:
        self.settings = replace(self.settings, **settings)

    def verify(self, *arguments: object) -> Result:
        """`onecard verify`."""
        return self._run(verify_command, *arguments)

    def card(self, *arguments: object) -> Result:
        """`onecard card`."""
        return self._run(card_command, *arguments)

    def noted(self, number: int = 1, *arguments: object) -> Result:
        """The verification of a card, in the log."""
        return self.verify(self.text(number), "--log", self.log, *arguments)

    def lines(self) -> list[dict[str, Any]]:
        """What is in the log."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def _run(self, command: click.Command, *arguments: object) -> Result:
        return CliRunner().invoke(command, [*map(str, arguments)], obj=self.settings)
