"""``onecard sim psam``: a terminal's security module, with the issuer's keys in it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crypto import pin_blocks
from crypto.cli import open_key_store
from crypto.errors import CryptoError, KeyMaterialError, UnknownKeyError
from crypto.key_transport import WrappedKey
from crypto.keys import KeySet
from crypto.keystore import Purpose, create_issuer_keys
from hardware_sim.cli_edge import chip_serial, fail_with
from hardware_sim.errors import CardFileError
from hardware_sim.psam import factory as psam_factory
from hardware_sim.storage import CardFile
from onecard.console import Exit, fail, print_json, print_line, say, settings
from reader.card_keys import master_key_name
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.values import RegionCode

TRANSPORT_KEYS = "psam-transport"  # the key set shared by the PSAMs' factory and the issuer
REGION_DIGITS, YEARS = 6, 10
NO_MASTER_KEYS = (
    "They are created with the first batch of cards: onecard bureau produce.",
    "主密钥在生产首个批次时生成：onecard bureau produce。",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--terminal", required=True, metavar="DIGITS", help="Terminal number, 12 digits.")
@click.option("--region", help="Region code; the terminal number's first six digits if not given.")
@click.option("--profile", type=click.Choice(sorted(PROFILES)), help="Cards it works with.")
@click.option("--pin", metavar="DIGITS", help="The module's own PIN; without it there is none.")
@click.option("--serial", help="Chip serial, 12 hex digits; random if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def psam(
    file: Path,
    terminal: str,
    region: str | None,
    profile: str | None,
    pin: str | None,
    serial: str | None,
    as_json: bool,
) -> None:
    """Make a PSAM in FILE, with the master keys of this desk's key store.

    It goes into a second slot beside the card, and authenticates both without any key in the
    program. Without a key store it carries public test keys. 制作终端安全模块。

    \b
    onecard sim psam psam.json --terminal 431002000001 --pin 123456
    onecard sim serve card.json psam.json --listen 127.0.0.1:7000
    onecard card read --tcp 127.0.0.1:7000 --psam-tcp 127.0.0.1:7001
    """
    chosen = PROFILES.get(profile or settings().profile)
    if chosen is None:
        fail(Exit.USAGE, f"No profile {settings().profile}.", f"没有卡规范 {settings().profile}。")
    number = chip_serial(serial)
    if pin is not None:
        _check_pin(pin)
    try:
        today = datetime.now(UTC).astimezone().date()
        order = psam_factory.PsamOrder(
            serial=number,
            terminal=TerminalNumber(terminal),
            region=RegionCode(region or terminal[:REGION_DIGITS]),
            first_day=today,
            last_day=today.replace(year=today.year + YEARS, day=min(today.day, 28)),
            pin=pin_blocks.pack(pin) if pin is not None else b"",
        )
        transport, master_key = _keys(chosen, psam_factory.diversification_data(order.serial))
        made = psam_factory.make(chosen, order, transport=transport, master_key=master_key)
        if not made.keys:
            raise UnknownKeyError(f"{chosen.authentication.name}/…", "master key")
        CardFile(file).create(made)
    except CardFileError as error:
        fail_with(error)
    except UnknownKeyError as error:
        fail(Exit.NOT_FOUND, f"{error}.", f"{error.zh}。", remedy=NO_MASTER_KEYS)
    except KeyMaterialError as error:
        fail(Exit.USAGE, f"{error}.", f"{error.zh}（{error}）。", remedy=error.remedy)
    except CryptoError as error:
        fail(Exit.KEYS, f"{error}.", f"{error.zh}（{error}）。", remedy=error.remedy)
    except ValueError as error:
        fail(Exit.USAGE, f"{error}.", f"参数有误：{error}。")
    if as_json:
        shown = {"psam": str(file), "terminal": terminal, "profile": chosen.name}
        print_json({**shown, "serial": order.serial.hex().upper(), "keys": len(made.keys)})
    else:
        print_line(f"{file}  {chosen.name}  {terminal}  {order.serial.hex().upper()}")


def _check_pin(pin: str) -> None:
    try:
        pin_blocks.pack(pin)
    except KeyMaterialError:
        least, most = pin_blocks.MIN_DIGITS, pin_blocks.MAX_DIGITS
        fail(
            Exit.USAGE,
            f"--pin takes {least} to {most} digits.",
            f"--pin 应为 {least} 至 {most} 位数字。",
        )


def _keys(profile: CardProfile, kdd: bytes) -> tuple[KeySet, psam_factory.MasterKeys]:
    """The module's transport key set, and each master key wrapped under it."""
    if not settings().keys.exists():
        say(
            "No key store here: this PSAM carries public test keys.",
            "本机没有密钥库：此 PSAM 使用公开测试密钥。",
        )
        return psam_factory.test_keys(profile)
    store = open_key_store()
    create_issuer_keys(store, [(TRANSPORT_KEYS, Purpose.KEY_SET, "AES-128")])

    def exported(key: CardKey) -> WrappedKey | None:
        name = master_key_name(profile, key)
        if not store.has(name):
            return None
        return store.export_wrapped(name, under=TRANSPORT_KEYS, kdd=kdd)

    return store.diversify_key_set(TRANSPORT_KEYS, kdd), exported
