"""`onecard bureau inspect` from the outside."""

import json
from contextlib import ExitStack
from pathlib import Path

from click.testing import CliRunner, Result

from issuance.cli import bureau as command
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import CHECKER
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE
from tests.workshop import Workshop, workshop


def run(shop: Workshop, *arguments: object, typed: str | None = None) -> Result:
    """`onecard bureau inspect` of this batch."""
    folder = Path(str(shop.office.engine.url.database)).parent
    settings = Settings(
        database=str(folder / "book.sqlite3"),
        keys=folder / "keys.json",
        keys_passphrase=PASSPHRASE,
        operator=CHECKER,
        language="en",
    )
    return CliRunner().invoke(
        command, ["inspect", shop.batch, *map(str, arguments)], obj=settings, input=typed
    )


def test_the_command_takes_what_a_scanner_types(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 2) as shop, ExitStack() as readers:
        chips = shop.finished(2)
        texts = [shop.printed(chip) for chip in chips]
        where: list[str] = []
        for chip in chips:
            where += "--tcp", readers.enter_context(served(chip))
        shifted = run(shop, *where, "--scans", "-", "--json", typed="\n".join(reversed(texts)))
        assert shifted.exit_code == Exit.CARD
        assert [card["reason"] for card in json.loads(shifted.stdout)["cards"]] == [
            "qr-other-card"
        ] * 2
        assert "Stop the printer" in shifted.stderr
        right = run(shop, *where, "--scans", "-", typed="\n".join(texts))
        assert (right.exit_code, right.stdout.count("  good")) == (Exit.OK, 2)
        assert "Cards that are good: 2; not: 0." in right.stderr


def test_what_the_command_misses_is_told(tmp_path: Path) -> None:
    card = ("--tcp", "127.0.0.1:1")
    with workshop(tmp_path, "international", 1) as shop:
        for arguments, said in (
            (("--scans", "-"), "--reader or --tcp"),
            (card, "--scans or --pictures"),
            ((*card, "--scans", "-", "--pictures", "/"), "--scans or --pictures"),
            ((*card, "--pictures", "/no/such/folder"), "does not exist"),
        ):
            told = run(shop, *arguments)
            assert (told.exit_code, said in told.output) == (Exit.USAGE, True), arguments
