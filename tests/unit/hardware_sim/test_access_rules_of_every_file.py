"""Who may read and update what: every file of every profile, after every set of proofs.

The expectation is the official layout's (人社信息函〔2012〕37号, chapter 6), not our declaration's.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, combinations
from pathlib import Path

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from reader.card_profile.profiles import PROFILES
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card
from tests.pboc_host import SSSE, Terminal

LAYOUT = json.loads(
    (Path(__file__).parents[2] / "vectors" / "card_layout_v2.json").read_text(encoding="utf-8")
)
# The files beyond the notice: of cities, and our own.
OTHERS = {
    ("SSSE", 0xEF0D): ("无", "UK2SSSE"),
    ("DF0A", 0xEF0C): ("无", "UK1DF0A"),
}
# Version 3.00 keeps to itself who the holder is; of EF05 only the card number.
GUARDED_IN_V3 = {("SSSE", 0xEF06), ("SSSE", 0xEF0D), ("DF0A", 0xEF0C)}
SELECT = {"SSSE": SSSE, "DF0A": "00 A4 04 0C 09 F0 6F 6E 65 63 61 72 64 01"}
SELECT |= {one["df"]: f"00 A4 04 0C 06 {one['aid']}" for one in LAYOUT["applications"] if one["df"]}
KINDS = ("RK", "UK", "LK")


@cache
def rules(profile: str) -> dict[tuple[str, int], tuple[str, str]]:
    """Read and write condition of each file, in the notice's words."""
    found = dict(OTHERS)
    for file in LAYOUT["files"]:
        if profile != "v1.00" or not file["added_in_2.0"]:
            found[file["df"], int(file["ef"], 16) | 0xEF00] = (file["read"], file["write"])
    if profile == "v3.00":
        for place in GUARDED_IN_V3:
            found[place] = ("PIN或RKSSSE", found[place][1])
    return found


def met(condition: str, proofs: tuple[str, ...]) -> bool:
    """Whether *proofs* satisfy a condition in the notice's words."""
    if condition in ("无", "不允许改写"):
        return condition == "无"
    if "&" in condition:
        return all(part in proofs for part in condition.split("&"))
    return any(part in proofs for part in condition.split("或"))


def places() -> Iterator[tuple[str, str, int]]:
    for profile in PROFILES:
        for name, fid in sorted(rules(profile)):
            yield profile, name, fid


@cache
def full_card(profile: str) -> Persistent:
    """The reference card with a record in each cyclic file, so that there is one to read."""
    card = fixed_card(profile)
    records = dict(card.records)
    for application, file in PROFILES[profile].files():
        place = (application.name, file.fid)
        if place in records and not records[place]:
            records[place] = (bytes(file.record_size),)  # type: ignore[union-attr]
    return replace(card, records=records)


def proofs_that_matter(profile: str, name: str, condition: tuple[str, str]) -> list[str]:
    """The PIN, the keys that the two conditions name, and a key that neither does."""
    named = set(re.findall(r"[RU]K\w+", " ".join(condition)))
    own = [key.name for key in PROFILES[profile].application(name).keys if key.name[:2] in KINDS]
    stranger = next(key for key in (*own, "RKSSSE", "UKSSSE") if key not in named)
    return ["PIN", *sorted(named), stranger]


def subsets(proofs: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(proofs, size) for size in range(len(proofs) + 1))


class Desk(Terminal):
    """Somebody with a file in hand."""

    def __init__(self, profile: str, name: str, fid: int) -> None:
        super().__init__(Card(full_card(profile), random=counter_bytes()), profile)
        self.name, self.fid = name, fid
        self.sw(SELECT[name])

    def prove(self, proof: str) -> None:
        if proof == "PIN":
            assert self.sw("00 20 00 00 03 12 34 56") == 0x9000
        else:
            assert self.authenticate(PROFILES[self.profile].key(proof).kid) == 0x9000

    def may_read(self) -> bool:
        self.sw(f"00 A4 00 0C 02 {self.fid:04X}")
        transparent = (self.name, self.fid) in self.card.persistent.binaries
        return allowed(self.sw("00 B0 00 00 08" if transparent else "00 B2 01 04 00"))

    def may_update(self, *, with_mac: bool) -> bool:
        """Written as it is, plainly or with the maintenance key's MAC as well."""
        self.sw(f"00 A4 00 0C 02 {self.fid:04X}")
        place = (self.name, self.fid)
        if place in self.card.persistent.binaries:
            ins, p1, data = 0xD6, 0, self.card.persistent.binaries[place][:8]
        else:
            ins, p1, data = 0xDC, 1, self.card.persistent.records[place][0]
        p2 = 0x04 if ins == 0xDC else 0x00
        if with_mac:
            return allowed(self.sw(self.with_mac(f"04 {ins:02X} {p1:02X} {p2:02X}", data)))
        return allowed(self.sw(bytes((0x00, ins, p1, p2, len(data))) + data))


def allowed(sw: int) -> bool:
    assert sw in (0x9000, 0x6982), f"{sw:04X}"
    return sw == 0x9000


@pytest.mark.parametrize("profile", PROFILES)
def test_the_table_has_every_file_of_the_profile(profile):
    declared = {(application.name, file.fid) for application, file in PROFILES[profile].files()}
    assert declared == set(rules(profile))


@pytest.mark.parametrize(("profile", "name", "fid"), list(places()))
def test_a_file_opens_to_the_proofs_of_the_notice_and_to_no_others(profile, name, fid):
    read, write = rules(profile)[name, fid]
    for proofs in subsets(proofs_that_matter(profile, name, (read, write))):
        desk = Desk(profile, name, fid)
        for proof in proofs:
            desk.prove(proof)
        found = (desk.may_read(), desk.may_update(with_mac=False), desk.may_update(with_mac=True))
        updated = met(write, proofs)
        assert found == (met(read, proofs), updated, updated), proofs


@pytest.mark.parametrize("profile", PROFILES)
def test_the_card_number_alone_of_the_issuers_data_is_guarded_in_version_3(profile):
    desk = Desk(profile, "SSSE", 0xEF05)
    answers = [desk.sw(f"00 B2 {number:02X} 2C 00") for number in range(1, 8)]
    assert answers == [0x9000] * 6 + [0x6982 if profile == "v3.00" else 0x9000]
    assert desk.sw("00 B2 01 2D 00") == answers[-1]  # all at once: what the strictest allows
    desk.prove("RKSSSE")
    assert desk.sw("00 B2 07 2C 00") == 0x9000


@pytest.mark.parametrize("profile", PROFILES)
def test_a_proof_of_one_application_ends_with_it_and_the_ssses_do_not(profile):
    desk = Desk(profile, "DF01", 0xEF05)
    desk.prove("UK1DF01")
    desk.prove("PIN")
    desk.sw(SELECT["DF02"])
    desk.sw(SELECT["DF01"])
    assert not desk.may_update(with_mac=False)
    assert desk.may_read()  # the PIN is the SSSE's


@pytest.mark.parametrize("profile", PROFILES)
def test_a_reset_ends_every_proof(profile):
    desk = Desk(profile, "DF04", 0xEF05)
    for proof in ("PIN", "RK1DF04", "UK1DF04"):
        desk.prove(proof)
    desk.card.reset()
    desk.sw(SELECT["DF04"])
    assert not desk.may_read()
    assert not desk.may_update(with_mac=False)


@pytest.mark.parametrize("profile", PROFILES)
def test_who_may_not_read_is_not_told_whether_there_is_anything(profile):
    desk = Desk(profile, "DF04", 0xEF08)
    assert desk.sw("00 B2 1E 44 1C") == 0x6982
    desk.prove("PIN")
    assert desk.sw("00 B2 1E 44 1C") == 0x6A83
