"""``onecard sim psam`` and ``card read --psam-tcp``: a module made, served and used."""

import json
from datetime import date
from pathlib import Path

import pytest

from crypto.keystore import SoftKeyStore
from hardware_sim.storage import CardFile
from reader.card_profile.psam import APPLICATION_INFORMATION, TERMINAL
from tests.desk import PASSPHRASE, Desk
from tests.onecard_command import onecard
from tests.served_card import CardSocket, listening_port

ORDER = ("--terminal", "431002000001", "--profile", "v3.00")


def keys(folder: Path) -> dict[str, str]:
    return {"ONECARD_KEYS": str(folder / "keys.json"), "ONECARD_KEYS_PASSPHRASE": PASSPHRASE}


def test_without_a_key_store_the_keys_are_public_and_it_says_so(tmp_path):
    made = onecard("sim", "psam", tmp_path / "psam.json", *ORDER, **keys(tmp_path))
    assert made.returncode == 0, made.stderr
    assert "public test keys" in made.stderr
    memory = CardFile(tmp_path / "psam.json").load_memory()
    assert set(memory.keys.values()) == {bytes.fromhex("00112233445566778899AABBCCDDEEFF")}


def test_with_a_key_store_the_issuers_keys_are_in_it(tmp_path):
    Desk.open(tmp_path, "v3.00")
    options = ("--region", "430100", "--serial", "0A0B0C0D0E0F", "--json")
    made = onecard("sim", "psam", tmp_path / "psam.json", *ORDER, *options, **keys(tmp_path))
    assert made.returncode == 0, made.stderr
    shown = json.loads(made.stdout)
    memory = CardFile(tmp_path / "psam.json").load_memory()
    assert (shown["serial"], shown["keys"]) == ("0A0B0C0D0E0F", len(memory.keys))
    assert len(set(memory.keys.values())) == len(memory.keys) > 40
    assert memory.files[TERMINAL].hex() == "431002000001"
    assert memory.files[APPLICATION_INFORMATION][1:4].hex() == "430100"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--terminal", "43100200000"), 2),
        (("--terminal", "431002000001", "--region", "4301"), 2),
        (("--terminal", "431002000001", "--serial", "0A0B"), 2),
        (("--terminal", "431002000001", "--pin", "12a4"), 2),
    ],
)
def test_an_order_that_makes_no_sense_leaves_no_file(options, code, tmp_path):
    made = onecard("sim", "psam", tmp_path / "psam.json", *options, **keys(tmp_path))
    assert made.returncode == code, made.stderr
    assert not (tmp_path / "psam.json").exists()


def test_an_existing_file_is_not_overwritten(tmp_path):
    (tmp_path / "psam.json").write_text("mine")
    made = onecard("sim", "psam", tmp_path / "psam.json", *ORDER, **keys(tmp_path))
    assert made.returncode == 8, made.stderr
    assert (tmp_path / "psam.json").read_text() == "mine"


def test_a_key_store_without_master_keys_makes_no_module(tmp_path):
    SoftKeyStore.create(tmp_path / "keys.json", PASSPHRASE, cost=2)
    made = onecard("sim", "psam", tmp_path / "psam.json", *ORDER, **keys(tmp_path))
    assert (made.returncode, "onecard bureau produce" in made.stderr) == (4, True)


def test_a_card_is_read_with_a_module_over_tcp(tmp_path):
    desk = Desk.open(tmp_path, "v3.00")
    card = desk.blank()
    desk.make(card)
    CardFile(tmp_path / "card.json").create(card.persistent)
    made = onecard("sim", "psam", tmp_path / "psam.json", *ORDER, **keys(tmp_path))
    assert made.returncode == 0, made.stderr
    nowhere = {"ONECARD_KEYS": str(tmp_path / "none.json")}
    with (
        listening_port(tmp_path / "card.json") as card_port,
        listening_port(tmp_path / "psam.json") as psam_port,
    ):
        slots = ("--tcp", f"127.0.0.1:{card_port}", "--psam-tcp", f"127.0.0.1:{psam_port}")
        read = onecard("card", "read", *slots, "--json", **nowhere)
        assert read.returncode == 0, read.stderr
        assert json.loads(read.stdout)["holder"]["name"] == "张三"
        with CardSocket(psam_port) as psam:
            assert psam.transmit(bytes.fromhex("00B0960006")).hex() == "4310020000019000"


def test_a_second_generation_card_is_verified_down_to_the_chip_with_a_module(tmp_path):
    desk = Desk.open(tmp_path, "v2.00")
    card = desk.blank()
    desk.make(card, desk.job(issued=date(2026, 11, 1)))
    CardFile(tmp_path / "card.json").create(card.persistent)
    made = onecard(
        "sim", "psam", tmp_path / "psam.json", *ORDER[:2], "--profile", "v2.00", **keys(tmp_path)
    )
    assert made.returncode == 0, made.stderr
    (tmp_path / "trust.json").write_text(desk.store.public_keys().dumps())
    counter = {
        "ONECARD_KEYS": str(tmp_path / "none.json"),
        "ONECARD_TRUST": str(tmp_path / "trust.json"),
        "ONECARD_DATABASE": f"sqlite:///{tmp_path}/none.db",
    }
    with (
        listening_port(tmp_path / "card.json") as card_port,
        listening_port(tmp_path / "psam.json") as psam_port,
    ):
        slot = ("card", "verify", "--tcp", f"127.0.0.1:{card_port}", "--json")
        alone = json.loads(onecard(*slot, **counter).stdout)
        module = ("--psam-tcp", f"127.0.0.1:{psam_port}")
        found = json.loads(onecard(*slot, *module, **counter).stdout)
    assert ("chip" in alone["checks"], found["checks"][-1]) == (False, "chip")
