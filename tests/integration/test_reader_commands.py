"""`onecard card readers`, `watch` and `doctor` as processes, at a real pcscd."""

import json
import os
import subprocess

import pytest

from tests.fixed_card import SERIAL, fixed_card_file
from tests.onecard_command import ONECARD, onecard

pytest.importorskip("reader.pcsc", reason="needs pyscard")
pytestmark = pytest.mark.pcsc

ATR_END = SERIAL.hex().upper()


@pytest.fixture
def card(tmp_path):
    return fixed_card_file(tmp_path, "v3.00")


def test_readers_are_listed_with_their_cards(world, card):
    world.insert(2, card)
    listed = json.loads(onecard("card", "readers", "--json").stdout)["readers"]
    by_name = {one["name"]: one for one in listed}
    assert sorted(by_name) == sorted(reader.name for reader in world.readers)
    full, empty = by_name[world.readers[2].name], by_name[world.readers[0].name]
    assert (full["card"], full["interface"], full["atr"][-12:]) == (True, "contact", ATR_END)
    assert (empty["card"], empty["interface"], empty["atr"]) == (False, None, None)
    assert full["pin_pad"] == {"verify": False, "change": False}
    lines = onecard("card", "readers", ONECARD_LANGUAGE="zh").stdout.splitlines()
    assert sum("无卡" in line for line in lines) == len(lines) - 1


def test_the_driver_takes_the_reader_that_the_card_type_means(world, card):
    world.insert(0, card)
    numbers = {}
    for card_type in "1234":
        called = onecard("card", "driver", "iReadCardBas_HSM_Step1", card_type, "--json")
        numbers[card_type] = json.loads(called.stdout)["result"]
    # A card with contacts is none for a page that wants a contactless one.
    assert numbers["1"] == numbers["3"] == numbers["4"] == 0
    assert numbers["2"] in (-2, -11)


def test_what_happens_is_told_line_by_line(world, card):
    there = 1 + len(world.readers)  # the service, and its readers
    with subprocess.Popen(
        [ONECARD, "card", "watch", "--json", "--count", str(there + 2), "--seconds", "60"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ,
    ) as process:
        assert process.stdout is not None
        told = [json.loads(process.stdout.readline()) for _ in range(there)]
        assert told[0]["event"] == "service-found"
        assert {one["event"] for one in told[1:]} == {"reader-added"}
        world.insert(1, card)
        inserted = json.loads(process.stdout.readline())
        world.remove(1)
        removed = json.loads(process.stdout.readline())
        assert process.wait(60) == 0
    name = world.readers[1].name
    assert (inserted["event"], inserted["reader"]) == ("card-inserted", name)
    assert (inserted["interface"], inserted["atr"][-12:]) == ("contact", ATR_END)
    assert (removed["event"], removed["reader"]) == ("card-removed", name)


def test_a_watch_ends_after_its_time_and_outlives_the_service(world):
    world.stop_pcscd()
    done = onecard("card", "watch", "--seconds", "0.5", ONECARD_LANGUAGE="zh")
    assert (done.returncode, done.stderr) == (0, "")
    assert "PC/SC 服务无响应" in done.stdout


def test_the_doctor_knows_the_card_and_names_nobody(world, card):
    world.insert(3, card)
    done = onecard("card", "doctor", "--json")
    (found,) = [one for one in json.loads(done.stdout)["findings"] if one["subject"] == "card"]
    facts = found["facts"]
    assert (facts["version"], facts["region"]) == ("v3.00", "430100")
    said = done.stdout + done.stderr
    assert ATR_END not in said.replace(" ", "")
    for private in ("DEADBEEF", "456789AB", "11010519491231002X", "张"):
        assert private not in said


def test_the_doctor_tells_a_service_that_is_gone(world):
    world.stop_pcscd()
    done = onecard("card", "doctor")
    assert done.returncode == 1
    assert "The PC/SC service is not running." in done.stdout
