"""A desk of the bureau for tests of its command."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from issuance import database
from issuance.cli import bureau
from issuance.intake.columns import HEADERS
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import CHIEF, CLERK, MAKER, TODAY, Bureau
from tests.empty_book import lay_book
from tests.people import people


class Office:
    """Somebody at a desk with a book and a bureau file of five people, one of them refused."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database = folder, folder / "book.sqlite3"
        self.file = folder / "people.csv"
        self.operator: str | None = CLERK
        self.language = "en"
        rows = [[*row] for row in people(5, seed=1, on=TODAY)]
        for row in rows:
            row[14:17] = "0", "", ""
            row[12] = "371700"
        rows[3][8] = "no phone"
        self.write(self.file, rows)

    def write(self, path: Path, rows: list[list[str]]) -> None:
        """A bureau file of these rows."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEADERS, *rows])
        path.write_bytes(text.getvalue().encode("gb18030"))

    def run(self, *arguments: object, command: Any = bureau) -> Result:
        """`onecard bureau` with these arguments."""
        settings = Settings(
            database=str(self.database),
            keys=self.folder / "keys.json",
            keys_passphrase="open",  # noqa: S106
            operator=self.operator,
            language=self.language,
        )
        return CliRunner().invoke(command, [*map(str, arguments)], obj=settings)

    def json(self, *arguments: object) -> Any:
        """The result of a command that ends well."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == Exit.OK, result.stderr
        return json.loads(result.stdout)

    def imported(self) -> str:
        """The batch of the file."""
        lay_book(self.database)
        batch = self.json("import", self.file, "--date", TODAY)["batch"]
        assert isinstance(batch, str)
        return batch

    def produced(self) -> str:
        """The batch, its cards prepared."""
        batch = self.imported()
        self.json("approve", batch, "--operator", CHIEF)
        self.json("produce", batch, "--operator", MAKER)
        return batch

    def handed_over(self) -> list[str]:
        """Numbers of cards in use."""
        batch = self.produced()
        engine = database.open_book(self.database)
        numbers = [card["number"] for card in self.json("cards", batch)["cards"]]
        for serial, number in enumerate(numbers):
            Bureau(engine).personalize(number, serial)
            Bureau(engine).inspect(number)
        engine.dispose()
        activated = self.json("activate", "--batch", batch)["activated"]
        assert activated == numbers
        return numbers
