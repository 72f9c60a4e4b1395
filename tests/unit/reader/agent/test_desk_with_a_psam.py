"""A desk with a PSAM in its second slot: its keys open the card, no server is asked for them."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from hardware_sim.psam import factory
from hardware_sim.psam.psam import Psam
from reader.agent.offline import OfflineDesk
from reader.card_keys import master_key_name
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.values import RegionCode
from reader.psam import PsamSession
from tests.agent_at_work import agent
from tests.desk import NOW, Desk, counter_bytes


def module_of(desk: Desk) -> Psam:
    """A PSAM of this issuer, its keys exported from the key store."""
    if not desk.store.has("psam-transport"):
        desk.store.create_key_set("psam-transport")
    kdd = factory.diversification_data(bytes(6))
    order = factory.PsamOrder(
        serial=bytes(6),
        terminal=TerminalNumber("431002000001"),
        region=RegionCode("431002"),
        first_day=NOW.date(),
        last_day=NOW.date().replace(year=2036),
    )
    memory = factory.make(
        desk.profile,
        order,
        transport=desk.store.diversify_key_set("psam-transport", kdd),
        master_key=lambda key: desk.store.export_wrapped(
            master_key_name(desk.profile, key), under="psam-transport", kdd=kdd
        ),
    )
    return Psam(memory, random=counter_bytes(6))


def slot(psam: Psam):
    @contextmanager
    def opened():
        yield PsamSession(psam)

    return opened


@pytest.mark.parametrize("profile", ["v3.00", "v2.00"])
def test_the_psam_opens_the_card_and_proves_the_chip(profile, counter_of):
    counter = counter_of(profile)
    offline = OfflineDesk(
        trust=counter.desk.store.public_keys(),
        lists=lambda: None,
        now=lambda: NOW,
        random=counter_bytes(8),
        limit=timedelta(hours=24),
    )
    with (
        agent(place=counter.table, offline=offline, psam=slot(module_of(counter.desk))) as running,
        running.page() as page,
    ):
        shown = page.call("card.present")
        content = page.call("card.everything")
        page.send('{"func":"iReadCardBas","in":["3"]}')
        old = page.answer()
    assert shown["basics"]["name"] == "张三"
    assert shown["verification"]["checks"] == ["signature", "validity", "data", "chip"]
    assert content["DF01.residence"]["telephone"] == "13800000000"
    assert old["result"] == 0
    assert "431002000001" in old["out"][0]


def test_with_a_server_too_the_psam_reads_and_the_server_judges(counter):
    with (
        agent(
            place=counter.table, server=counter.server, psam=slot(module_of(counter.desk))
        ) as running,
        running.page() as page,
    ):
        shown = page.call("card.present", ticket="visit-1")
    assert shown["token"] == "token-of-visit-1"  # noqa: S105
    assert counter.server.steps == []


def test_a_card_of_another_issuer_is_stopped_by_the_psam(counter, counter_of, tmp_path):
    foreign = Desk.stranger(tmp_path, "v3.00")
    with (
        agent(place=counter.table, server=counter.server, psam=slot(module_of(foreign))) as running,
        running.page() as page,
    ):
        assert page.refused("card.present", ticket="visit-1") == "card-authentication"
