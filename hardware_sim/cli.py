"""``onecard sim``: blank cards, and cards served as hardware is."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import click

from crypto.cli import open_key_store
from crypto.errors import CryptoError
from crypto.keys import KeySet
from crypto.keystore import Purpose, create_issuer_keys
from hardware_sim import factory
from hardware_sim.cli_conformance import conformance, reference
from hardware_sim.cli_edge import chip_serial, fail_with
from hardware_sim.cli_psam import psam
from hardware_sim.cli_readers import readers
from hardware_sim.cli_serve import serve
from hardware_sim.errors import CardFileError
from hardware_sim.storage import CardFile
from onecard.console import Exit, fail, print_json, print_line, say, settings
from reader.card_profile.profiles import PROFILES

TRANSPORT_KEYS = "transport"  # the key set shared by chip factory and bureau


@click.group()
def sim() -> None:
    """Simulated cards for trying everything without hardware. 模拟卡。

    \b
    onecard sim blank card.json
    onecard sim serve card.json --listen 127.0.0.1:7000
    onecard card read --tcp 127.0.0.1:7000
    onecard sim conformance
    """


sim.add_command(conformance)
sim.add_command(reference)
sim.add_command(psam)
sim.add_command(serve)
sim.add_command(readers)


@sim.command()
@click.argument("cards", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", type=click.Choice(sorted(PROFILES)), help="Card profile.")
@click.option("--serial", help="Chip serial of a single card, 12 hex digits; random if not given.")
@click.option(
    "--gp-test-keys",
    is_flag=True,
    help="GlobalPlatform's public test keys 40…4F (SCP03: version 30, SCP02: version 20).",
)
@click.option(
    "--random-challenges",
    is_flag=True,
    help="Secure channels start with a random challenge (i=60, i=15) instead of a counter.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def blank(
    cards: tuple[Path, ...],
    profile: str | None,
    serial: str | None,
    gp_test_keys: bool,
    random_challenges: bool,
    as_json: bool,
) -> None:
    """Make pre-personalized blanks in the files CARDS.

    Their transport keys follow from the key set "transport" of the key store, with which the
    bureau opens them; without a key store they carry the public test keys. 制作空白卡。

    \b
    onecard sim blank card.json
    onecard sim blank 1.json 2.json 3.json --profile v2.00
    onecard sim blank card.json --gp-test-keys --serial 0123456789AB
    """
    chosen = PROFILES.get(profile or settings().profile)
    if chosen is None:
        fail(Exit.USAGE, f"No profile {settings().profile}.", f"没有卡规范 {settings().profile}。")
    if serial and len(cards) > 1:
        fail(Exit.USAGE, "--serial is for one card.", "--serial 只能用于一张卡。")
    numbers = [chip_serial(serial) for _ in cards]
    made = []
    try:
        for card in cards:
            if card.exists():  # before any of them is made
                raise CardFileError(card, os.strerror(errno.EEXIST))
        keys = _transport_keys(gp_test_keys)
        for card, number in zip(cards, numbers, strict=True):
            made_card = factory.blank(
                chosen, serial=number, keys=keys, random_challenges=random_challenges
            )
            CardFile(card).create(made_card)
            made.append((card, number.hex().upper()))
    except CardFileError as error:
        fail_with(error)
    except CryptoError as error:
        fail(Exit.KEYS, f"{error}.", f"{error.zh}（{error}）。", remedy=error.remedy)
    if as_json:
        found = [{"card": str(card), "serial": shown} for card, shown in made]
        print_json({"profile": chosen.name, "cards": found})
    else:
        for card, shown in made:
            print_line(f"{card}  {chosen.name}  {shown}")


def _transport_keys(public_test_keys: bool) -> Callable[[bytes], KeySet]:
    if not public_test_keys and not settings().keys.exists():
        say(
            "No key store here: these blanks carry GlobalPlatform's public test keys.",
            "本机没有密钥库：空白卡使用 GlobalPlatform 公开测试密钥。",
        )
        public_test_keys = True
    if public_test_keys:
        return lambda kdd: factory.test_keys()
    store = open_key_store()
    create_issuer_keys(store, [(TRANSPORT_KEYS, Purpose.KEY_SET, "AES-128")])
    return lambda kdd: store.diversify_key_set(TRANSPORT_KEYS, kdd)
