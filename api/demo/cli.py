"""``onecard demo``: the whole path on one screen."""

from importlib.resources import as_file, files
from pathlib import Path

import click

from api.demo.errors import DemoError
from api.demo.screen import show
from crypto.errors import CryptoError
from issuance.errors import IssuanceError
from onecard.console import Exit, fail, settings
from reader.errors import ReaderError

SAMPLE = "bureau-sample.csv"
SAMPLE_DATE = "2026-11-01"
MAX_CARDS = 200


@click.command()
@click.option("--file", type=click.Path(path_type=Path), help="Bureau file; a sample by default.")
@click.option("--date", "dated", help="The file's date (YYYY-MM-DD); the sample's by default.")
@click.option(
    "--cards", type=click.IntRange(1, MAX_CARDS), default=10, show_default=True, help="How many."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for faces, QR codes and the result file.",
)
def demo(file: Path | None, dated: str | None, cards: int, out: Path) -> None:
    """From a bureau's file to cards that a stranger can verify, on one screen. 全流程演示。

    Needs no reader, no server and no root: chips are simulated, and reached as real ones are.

    \b
    onecard demo
    onecard demo --cards 50 --file people.csv --date 2026-11-01
    """
    try:
        if file is not None:
            show(file, dated, cards, out, settings())
            return
        with as_file(files("issuance.samples") / SAMPLE) as sample:
            show(sample, dated or SAMPLE_DATE, cards, out, settings())
    except DemoError as error:
        fail(Exit.BAD_INPUT, *error.cause, remedy=error.advice, error=error.code)
    except (IssuanceError, ReaderError) as error:
        fail(Exit.CARD, *error.cause, remedy=error.remedy)
    except CryptoError as error:
        fail(Exit.KEYS, f"{error}.", f"{error.zh}。", remedy=error.remedy)
    except BrokenPipeError:
        raise  # whoever read the output has gone: the root command ends quietly
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.strerror else str(error)
        fail(Exit.STORAGE, f"{reason}.", f"{reason}。")
